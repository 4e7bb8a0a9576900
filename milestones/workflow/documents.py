"""Files come in here, judged by their content; a file and its row come and go together."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..documents import Examined, examine, not_stored
from ..models import Document
from ..models.document import storage_path
from .door import Move


def store(move: Move, upload: File | Examined | None) -> Document | None:
    """Keep a file on the integration; None for none. Raises ValidationError for what it may not be.

    A form has examined it before the lock is taken; anything else is examined here. If the move is undone, the file
    goes with the row.
    """
    if upload is None:
        return None
    examined = upload if isinstance(upload, Examined) else examine(upload)
    _require_room(move, len(examined.content))
    document = Document(
        integration=move.integration,
        name=examined.name,
        content_type=examined.content_type,
        charset=examined.charset,
        size=len(examined.content),
        sha256=examined.sha256,
        sha256_received=examined.sha256_received,
        attachments=examined.attachments,
        uploaded_by=move.by,
        uploaded_at=move.now,
    )
    _write(move, document, examined.file())
    document.save()
    return document


def _write(move: Move, document: Document, content: File) -> None:
    """The file is the move's before its first byte is written: a half goes too, if the disk is full."""
    document.file = storage_path(document, "")
    move.written_files.append(document.file)
    try:
        document.file.name = document.file.storage.save(document.file.name, content)
    except OSError as error:
        raise ValidationError({"document": not_stored(error)}) from error


def _require_room(move: Move, size: int) -> None:
    kept = move.integration.documents.aggregate(total=Sum("size"))["total"] or 0
    if kept + size > settings.DOCUMENT_QUOTA:
        room = filesizeformat(settings.DOCUMENT_QUOTA)
        raise ValidationError(
            {
                "document": _(
                    "The integration's documents may take %(room)s in all, and this one is too much. Make it smaller."
                )
                % {"room": room}
            }
        )
