"""A command proves that each stored document is there, and that its bytes are those that were stored."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command

from milestones.documents import verifying
from milestones.models import Document
from tests.cast import Cast
from tests.documents.recorded import recorded


@pytest.fixture
def document(cast: Cast, settings: Any, tmp_path: Path) -> Document:
    settings.MEDIA_ROOT = str(tmp_path)
    return recorded(cast)


def verified() -> str:
    """What the command says where all is well."""
    said = StringIO()
    call_command("verify_documents", stdout=said)
    return said.getvalue()


def refused() -> str:
    """What it says before it fails."""
    said = StringIO()
    with pytest.raises(CommandError, match="1 of 1 documents are missing or changed"):
        call_command("verify_documents", stdout=said)
    return said.getvalue()


def test_the_command_prints_the_count(document: Document) -> None:
    assert verified() == "1 documents checked, 0 not as recorded.\n"


def test_large_files_and_many_documents_are_read_piece_by_piece(
    cast: Cast, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.pk, document.preview, document.preview_size = None, "", 0
    document.save(force_insert=True)  # a second row, of the same file
    monkeypatch.setattr(verifying, "BYTES_AT_A_TIME", 7)
    monkeypatch.setattr(verifying, "DOCUMENTS_AT_A_TIME", 1)
    assert verified() == "2 documents checked, 0 not as recorded.\n"


def test_a_missing_file_is_named(document: Document) -> None:
    Path(document.file.path).unlink()
    assert refused() == (
        f"Document {document.pk}: {document.file.name} is missing.\n1 documents checked, 1 not as recorded.\n"
    )


def test_a_changed_byte_is_found(document: Document) -> None:
    path = Path(document.file.path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert f"{document.file.name} is changed: its bytes are not those that were stored." in refused()


def test_half_a_file_is_told_with_its_size(document: Document) -> None:
    path = Path(document.file.path)
    path.write_bytes(path.read_bytes()[:100])
    assert f"{document.file.name} is changed: it has 100 bytes, and {document.size} are recorded." in refused()


def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(document: Document) -> None:
    for file in (document.file, document.preview):
        path = Path(file.path)
        path.unlink()
        path.mkdir()
    said = refused()
    assert f"{document.file.name} cannot be read: Is a directory." in said
    assert f"{document.preview.name}, the preview, cannot be read: Is a directory." in said


def test_a_preview_is_there_and_has_its_size(document: Document) -> None:
    path = Path(document.preview.path)
    path.write_bytes(path.read_bytes() + b"x")
    larger = document.preview_size + 1
    told = f"the preview, is changed: it has {larger} bytes, and {document.preview_size} are recorded."
    assert f"{document.preview.name}, {told}" in refused()
    path.unlink()
    assert f"{document.preview.name}, the preview, is missing." in refused()


def test_what_is_anonymised_has_no_file(document: Document) -> None:
    Document.objects.update(file="", preview="")
    assert verified() == "0 documents checked, 0 not as recorded.\n"


def test_what_goes_meanwhile_is_not_missing(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is anonymised after its row was read, and its files go."""
    opened = FileSystemStorage.open

    def open_late(self: FileSystemStorage, name: str) -> Any:
        Document.objects.update(file="", preview="")
        for file in (document.file, document.preview):
            Path(file.path).unlink(missing_ok=True)
        return opened(self, name)

    monkeypatch.setattr(FileSystemStorage, "open", open_late)
    assert verified() == "1 documents checked, 0 not as recorded.\n"


def test_files_without_a_row_are_left_to_the_night(document: Document) -> None:
    Path(document.file.path).with_name("0" * 32).write_bytes(b"left by a process that died")
    assert verified() == "1 documents checked, 0 not as recorded.\n"
