"""Files come in here, judged by their content."""

from __future__ import annotations

from django.core.files import File

from ..models import Document
from ..models.document import content_type_of, digest_of, safe_name
from .door import Move


def store(move: Move, upload: File | None) -> Document | None:
    """Keep a file on the integration; None for none. Raises ValidationError for what it may not be.

    If the move is undone, the file goes with the row.
    """
    if upload is None:
        return None
    document = Document(
        integration=move.integration,
        name=safe_name(upload.name or ""),
        content_type=content_type_of(upload),
        size=upload.size,
        sha256=digest_of(upload),
        uploaded_by=move.by,
        uploaded_at=move.now,
    )
    document.file.save("", upload, save=False)
    move.written_files.append(document.file)
    document.save()
    return document
