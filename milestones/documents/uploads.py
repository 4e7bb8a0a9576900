"""A file that came in is kept, with its preview: files and their row come and go together."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models import F, Sum
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..compiled import insert
from ..models import Document, Integration, User
from ..models.document import storage_path
from .examining import Examined, examine
from .refusals import not_stored


def store(
    upload: File[Any] | Examined | None,
    integration: Integration,
    *,
    by: User,
    at: datetime.datetime,
    written: list[FieldFile],
) -> Document | None:
    """Store a file; returns its Document, None without a file. Raises ValidationError if it is refused or too much.

    A form has examined it before any lock is taken; anything else is examined here. A file is added to `written`
    before its first byte is stored, so that a rollback can also delete a partial file, as when the disk is full.
    """
    if upload is None:
        return None
    examined = upload if isinstance(upload, Examined) else examine(upload)
    preview = examined.preview
    _require_room(integration, len(examined.content) + len(preview.content))
    document = Document(
        integration=integration,
        name=examined.name,
        content_type=examined.content_type,
        charset=examined.charset,
        size=len(examined.content),
        sha256=examined.sha256,
        sha256_received=examined.sha256_received,
        attachments=examined.attachments,
        signatures=examined.signatures,
        preview_size=len(preview.content),
        pages=preview.pages,
        uploaded_by=by,
        uploaded_at=at,
    )
    _write(document.file, storage_path(document, ""), examined.file(), written)
    if preview.content:
        _write(document.preview, storage_path(document, ""), ContentFile(preview.content), written)
    insert(document)
    return document


def _write(file: FieldFile, name: str, content: File[Any], written: list[FieldFile]) -> None:
    file.name = name
    written.append(file)
    try:
        file.name = file.storage.save(file.name, content)
    except OSError as error:
        raise ValidationError({"document": not_stored(error)}) from error


def _require_room(integration: Integration, size: int) -> None:
    kept = integration.documents.aggregate(total=Sum(F("size") + F("preview_size")))["total"] or 0
    if kept + size > settings.DOCUMENT_QUOTA:
        told = _("The integration's documents may take %(room)s in all, and this one is too much. Make it smaller.")
        raise ValidationError({"document": told % {"room": filesizeformat(settings.DOCUMENT_QUOTA)}})
