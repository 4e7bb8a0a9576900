"""Files on record: signed agreements, minutes, evidence."""

from __future__ import annotations

import hashlib
import uuid

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .integration import Integration


def storage_path(document: Document, _filename: str) -> str:
    """Where a file lies: never under the name it came with."""
    return f"{document.integration.reference}/{uuid.uuid4().hex}"


class Document(models.Model):
    """A file, judged by its content. `sha256` is the hex digest of the bytes as they came; `size` is in bytes."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="documents")
    file = models.FileField(upload_to=storage_path)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


MAX_BYTES = 20 * 1024 * 1024
CONTENT_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/plain")


def content_type_of(upload: File) -> str:
    """What a file is, by its content; its name and what the browser says do not count.

    Raises ValidationError if it is empty, larger than 20 MB, or none of PDF, PNG, JPEG and plain text (UTF-8).
    """
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."), code="too_large")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    kind = filetype.guess_mime(content[:8192])
    if kind in CONTENT_TYPES:
        return str(kind)
    if kind is None and _is_text(content):
        return "text/plain"
    raise ValidationError(_("Only PDF, PNG, JPEG and plain text are accepted, judged by content."), code="kind")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in text)


def digest_of(upload: File) -> str:
    """The SHA-256 of the bytes as they came, in hex."""
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.seek(0)
    return digest


def safe_name(name: str) -> str:
    """The name a file came with, without folders or control characters, for showing and for download."""
    kept = "".join(character for character in name.replace("\\", "/").split("/")[-1] if character.isprintable())
    return kept[-200:] or "document"
