"""Whether every stored file is there, and is the one that its row tells of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from ..models import Document

DOCUMENTS_AT_A_TIME = 200
BYTES_AT_A_TIME = 1024 * 1024


def faults() -> Iterator[tuple[Document, list[str]]]:
    """Every document that has its file, with what is wrong with the file and the preview beside it, in words.

    Files without a row are not looked for: `orphans` removes them.
    """
    last = 0
    while rows := list(_chunk_after(last)):
        last = rows[-1].pk
        for document in rows:
            found = [*_of_the_file(document), *_of_the_preview(document)]
            yield document, found if found and _still_tells_of_it(document) else []


def _chunk_after(pk: int) -> QuerySet[Document]:
    rows = Document.objects.only("file", "preview", "size", "sha256", "preview_size").exclude(file="")
    return rows.filter(pk__gt=pk).order_by("pk")[:DOCUMENTS_AT_A_TIME]


def _still_tells_of_it(document: Document) -> bool:
    """Whether it has not been anonymised since its row was read: its files go then."""
    return Document.objects.filter(pk=document.pk, file=document.file.name).exists()


def _of_the_file(document: Document) -> Iterator[str]:
    return _compared(str(document.file.name), "", document.size, document.sha256)


def _of_the_preview(document: Document) -> Iterator[str]:
    """Of a preview only the size is recorded."""
    name = str(document.preview.name or "")
    return _compared(name, ", the preview,", document.preview_size, "") if name else iter(())


def _compared(name: str, which: str, recorded_size: int, recorded_digest: str) -> Iterator[str]:
    """What is wrong with one file, if anything is; `which` it is beside its name. An empty digest asks nothing."""
    try:
        size, digest = _read(name)
    except OSError as error:
        yield f"{name}{which} {_why(error)}"
        return
    if size != recorded_size:
        yield f"{name}{which} is changed: it has {size} bytes, and {recorded_size} are recorded"
    elif recorded_digest and digest != recorded_digest:
        yield f"{name}{which} is changed: its bytes are not those that were stored"


def _read(name: str) -> tuple[int, str]:
    """How many bytes a file has, and their digest."""
    size, digest = 0, hashlib.sha256()
    with default_storage.open(name) as file:
        for chunk in file.chunks(BYTES_AT_A_TIME):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def _why(error: OSError) -> str:
    return "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
