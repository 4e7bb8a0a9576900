"""What may come in as a document: judged by its content, parsed by a library, and scanned where a scanner is named.

A PDF with scripts, embedded files or actions that reach out of it is refused, and so is one that viewers may read in
two ways; an image is drawn anew, which leaves behind whatever else its file held; plain text is text and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import filetype
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from . import parsing
from .names import ENDINGS, safe_name
from .scanner import scan

MAX_BYTES = 20 * 1024 * 1024
CONTENT_TYPES = tuple(ENDINGS)


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its type, the bytes to keep, and the SHA-256 (hex) of the bytes as they came."""

    name: str
    content_type: str
    content: bytes
    sha256_received: str

    @property
    def sha256(self) -> str:
        """Of what is kept: whoever downloads it can check theirs."""
        return hashlib.sha256(self.content).hexdigest()

    def file(self) -> ContentFile:
        return ContentFile(self.content)


def examine(upload: File) -> Examined:
    """Judge a file by its content; its name and what the browser says do not count.

    Raises ValidationError if it is empty, larger than 20 MB, none of PDF, PNG, JPEG and plain text (UTF-8), cannot be
    read as what it is, holds what a document has no use for, or if the scanner finds something or does not answer.
    """
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."), code="too_large")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    received = hashlib.sha256(content).hexdigest()
    kind = _kind_of(content)
    scan(content)
    if kind != "text/plain":
        content = parsing.parsed(content, kind)
    return Examined(safe_name(upload.name or "", kind), kind, content, received)


def _kind_of(content: bytes) -> str:
    kind = filetype.guess_mime(content[:8192])
    kind = "image/png" if kind == "image/apng" else kind
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
    return all(character.isprintable() or character in "\t\r\n\f\ufeff" for character in set(text))
