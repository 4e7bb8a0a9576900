"""Of a document that cannot be stored no part is left, nothing else is lost, and the person is told by the field."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from milestones.documents import MAX_BYTES, Examined
from milestones.documents.orphans import remove_orphans
from milestones.middleware.admission import ROOM_FOR_THE_FORM
from milestones.models import Document, Event, Integration
from milestones.workflow.door import door
from tests.cast import Cast

LONG = b"Referat av et langt moete.\n" * 8000


ROOM = 64 * 1024
"""Bytes on the disk that gets full."""


class OnAFullDisk:
    """A file on a disk with ROOM and nothing else on it, for where none may be mounted."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk[: ROOM - self.file.tell()])
        if self.file.tell() == ROOM:
            raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.file.close()


@pytest.fixture
def full_disk(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small disk for documents: a real one where we may mount it, otherwise files that behave as if on one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    settings.MEDIA_ROOT = str(disk)
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
        yield disk
        subprocess.run(["/bin/umount", str(disk)], check=True)
    else:
        opened = os.fdopen
        monkeypatch.setattr("django.core.files.storage.filesystem.os.fdopen", lambda *how: OnAFullDisk(opened(*how)))
        yield disk


class Breaks(ContentFile):  # type: ignore[type-arg]
    """A file of which half can be written."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield LONG[: len(LONG) // 2]
        raise OSError(errno.ENOSPC, "No space left on device")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def post(cast: Cast, content: bytes, name: str = "Brev") -> Any:
    journey = cast.journey(name)
    journey.roles()
    form = {"kind": "terms", "signatory": "Kirsten", "signed_on": journey.integration.created_at.date()}
    address = f"/i/{journey.integration.reference}/agreement/"
    return cast.client(cast.contract).post(address, form | {"document": SimpleUploadedFile("a.txt", content)})


def check_told(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status_code == 422
    assert list(answer.context["record"].errors) == ["document"]
    assert answer.context["record"].errors.as_data()["document"][0].code == "not_stored"
    assert 'value="Kirsten"' in answer.content.decode()
    assert not Document.objects.exists()
    assert not Event.objects.filter(kind="agreement_recorded").exists()
    assert "could not be stored" in caplog.text


def test_a_full_disk_keeps_no_part(cast: Cast, full_disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    check_told(post(cast, LONG), caplog)
    assert files_in(full_disk) == []
    assert post(cast, LONG[:1000], "Et annet brev").status_code == 302
    assert len(files_in(full_disk)) == 1


def test_half_a_file_is_not_left(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(Examined, "file", lambda self: Breaks(self.content))
    check_told(post(cast, LONG), caplog)
    assert files_in(tmp_path) == []


def test_a_folder_that_is_gone_is_told(
    cast: Cast, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = str(tmp_path / "file" / "documents")
    check_told(post(cast, LONG), caplog)


def test_uploads_need_no_room_in_the_folder_for_temporary_files(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert post(cast, LONG * 20).status_code == 302
    assert Document.objects.get().size > 4_000_000


def test_whatever_is_admitted_fits_into_memory() -> None:
    """Django would leave out, without a word, a file that no handler takes."""
    assert MAX_BYTES + ROOM_FOR_THE_FORM <= configured.FILE_UPLOAD_MAX_MEMORY_SIZE


def test_a_file_that_cannot_be_removed_hides_no_refusal(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    journey = cast.journey()

    def stuck(*_names: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as broken:
        broken.setattr(FileSystemStorage, "delete", stuck)
        with pytest.raises(ValidationError, match="cut"):
            store_then_refuse(cast, journey.integration)
    (left,) = files_in(tmp_path)
    os.utime(left, (0, 0))
    assert remove_orphans() == 1


def store_then_refuse(cast: Cast, integration: Integration) -> None:
    with door(integration, cast.manager) as move:
        move.store(ContentFile(LONG, name="a.txt"))
        raise ValidationError("cut")


def test_one_file_that_cannot_be_removed_at_night_stays_alone(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "GARU-137").mkdir()
    for name in "abc":
        (tmp_path / "GARU-137" / name).write_bytes(LONG)
        os.utime(tmp_path / "GARU-137" / name, (0, 0))
    delete = FileSystemStorage.delete

    def sticks_at_b(self: FileSystemStorage, name: str) -> None:
        if name.endswith("b"):
            raise OSError(errno.EACCES, "Permission denied")
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", sticks_at_b)
    assert remove_orphans() == 2
    assert [path.name for path in files_in(tmp_path)] == ["b"]
