"""Documents: judged by content, kept apart, handed out to whom they concern and to nobody else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from PIL import Image

from milestones import workflow
from milestones.demo import a_pdf
from milestones.documents import MAX_BYTES, examine, safe_name
from milestones.housekeeping import ORPHANED_AFTER, remove_orphans
from milestones.models import Agreement, Document, DocumentAccess
from milestones.process import AgreementKind
from milestones.workflow.documents import store
from milestones.workflow.door import door
from tests.cast import Cast

PDF = a_pdf()
ROOT = Path(__file__).parent.parent


def picture(kind: str, **extra: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, kind, **extra)
    return written.getvalue()


PNG, JPEG = picture("PNG"), picture("JPEG")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        ("Referat: vi ble enige – alle tre.\n".encode(), "text/plain"),
    ],
)
def test_what_is_accepted_is_judged_by_content(content: bytes, kind: str) -> None:
    assert examine(ContentFile(content, name="anything.exe")).content_type == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 64, "kind"),
        (b"PK\x03\x04" + b"\0" * 64, "kind"),
        (b"\x00\x01\x02", "kind"),
        (b"GIF89a" + b"\0" * 64, "kind"),
        (b"%PDF-1.7\n...\n%%EOF\n", "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "unreadable"),
        (JPEG[:200], "unreadable"),
    ],
    ids=["empty", "program", "zip", "binary", "gif", "no pdf", "no png", "cut jpeg"],
)
def test_what_is_refused_says_why(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        examine(ContentFile(content, name="avtale.pdf"))
    assert refused.value.code == code


def test_more_than_20_mb_is_refused() -> None:
    upload = ContentFile(PDF, name="avtale.pdf")
    upload.size = MAX_BYTES + 1
    with pytest.raises(ValidationError) as refused:
        examine(upload)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\avtaler\\avtale.pdf", "avtale.pdf"),
        ("a\nb\x00.pdf", "ab.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("..", "document.pdf"),
        ("AVTALE.PDF", "AVTALE.PDF"),
        ("=HYPERLINK(1).pdf", "HYPERLINK(1).pdf"),
        ("\t@SUM(A1).pdf", "SUM(A1).pdf"),
        ("+-=.htaccess", "htaccess.pdf"),
        ("＝1+1.pdf", "1+1.pdf"),
        ("avtale\u202efdp.exe", "avtalefdp.exe.pdf"),
        ("\ud800avtale.pdf", "avtale.pdf"),
        ('a"; filename="b.pdf', "a; filename=b.pdf"),
        ("con.pdf", "_con.pdf"),
        ("nul", "_nul.pdf"),
        ("LPT1.avtale.pdf", "_LPT1.avtale.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("=" * 300, "document.pdf"),
    ],
)
def test_names_lose_what_a_disk_a_header_or_a_spreadsheet_would_take_for_more(name: str, kept: str) -> None:
    assert safe_name(name, "application/pdf") == kept


def test_a_name_ends_as_its_type() -> None:
    assert safe_name("kjør.bat", "text/plain") == "kjør.bat.txt"
    assert safe_name("side.html", "text/plain") == "side.html.txt"
    assert safe_name("bilde.jpeg", "image/jpeg") == "bilde.jpeg"
    assert safe_name("bilde.jpeg", "image/png") == "bilde.jpeg.png"


def test_a_document_keeps_its_digest_and_lies_outside_static_files(cast: Cast, settings: Any) -> None:
    document = _document(cast)
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert document.size == len(PDF)
    stored = Path(document.file.path)
    assert stored.read_bytes() == PDF
    assert "avtale" not in stored.name
    assert not stored.is_relative_to(Path(settings.BASE_DIR) / "static")


def test_a_document_comes_as_an_attachment_that_is_not_sniffed(cast: Cast) -> None:
    document = _document(cast)
    answer = cast.client(cast.manager).get(f"/i/{document.integration.reference}/documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"


def test_a_file_that_is_missing_is_said_to_be(cast: Cast) -> None:
    document = _document(cast)
    os.unlink(document.file.path)
    answer = cast.client(cast.manager).get(f"/i/{document.integration.reference}/documents/{document.pk}/")
    assert answer.status_code == 410
    text = answer.content.decode()
    assert document.sha256 in text
    assert f'href="/i/{document.integration.reference}/"' in text
    assert not DocumentAccess.objects.exists()


def test_a_file_that_is_not_handed_out_is_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    document, opened = _document(cast), []

    def remembered(_self: Any, name: str, mode: str) -> File:
        opened.append(File(Path(document.file.path).open(mode)))  # noqa: SIM115
        return opened[0]

    def fail(**_values: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", remembered)
    monkeypatch.setattr(DocumentAccess.objects, "create", fail)
    browser = cast.client(cast.manager)
    with pytest.raises(OperationalError):
        browser.get(f"/i/{document.integration.reference}/documents/{document.pk}/")
    assert [file.closed for file in opened] == [True]


def test_a_document_does_not_exist_to_strangers_nor_under_another_reference(cast: Cast) -> None:
    document = _document(cast)
    theirs = cast.neighbour().integration.reference
    stranger = cast.client(cast.stranger)
    assert stranger.get(f"/i/{document.integration.reference}/documents/{document.pk}/").status_code == 404
    assert stranger.get(f"/i/{theirs}/documents/{document.pk}/").status_code == 404


def test_a_refused_move_leaves_no_file(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    journey = cast.journey()
    journey.roles()
    upload = SimpleUploadedFile("avtale.pdf", PDF)
    with pytest.raises(ValueError, match="cut"):
        _record_then_fail(cast.contract, journey.integration, upload, ValueError("cut"))
    assert not Agreement.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _record_then_fail(by: Any, integration: Any, upload: SimpleUploadedFile, error: Exception) -> None:
    with door(integration, by) as move:
        store(move, upload)
        raise error


def test_where_the_commit_is_in_doubt_the_file_waits_for_housekeeping(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    """A connection that breaks at the commit does not say whether the row is there."""
    settings.MEDIA_ROOT = str(tmp_path)
    journey = cast.journey()
    broken = OperationalError("server closed the connection unexpectedly")
    with pytest.raises(OperationalError):
        _record_then_fail(cast.manager, journey.integration, SimpleUploadedFile("avtale.pdf", PDF), broken)
    (left,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert remove_orphans() == 0
    os.utime(left, (0, 0))
    assert remove_orphans() == 1
    assert not left.exists()


def test_what_announces_too_much_is_not_read(cast: Cast) -> None:
    integration = cast.journey().integration
    answer = cast.client(cast.manager).post(
        f"/i/{integration.reference}/agreement/", b"x", content_type="text/plain", CONTENT_LENGTH=str(30 * 1024 * 1024)
    )
    assert answer.status_code == 413


def _document(cast: Cast) -> Document:
    journey = cast.journey()
    journey.roles()
    agreement = workflow.record_agreement(
        journey.integration,
        by=cast.contract,
        kind=AgreementKind.TERMS,
        signatory="Kirsten",
        signed_on=journey.integration.created_at.date(),
        document=SimpleUploadedFile("avtale.pdf", PDF),
    )
    assert agreement.document is not None
    return agreement.document


@pytest.mark.parametrize(("kind", "content"), [("PNG", PNG), ("JPEG", JPEG)])
def test_a_picture_keeps_nothing_but_the_picture(kind: str, content: bytes) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Ola Nordmann, 01017012345"
    loaded = picture(kind, exif=exif) + b"<script>alert(1)</script>PK\x03\x04"
    examined = examine(ContentFile(loaded, name="a"))
    assert b"Nordmann" in loaded
    assert b"Nordmann" not in examined.content
    assert b"<script>" not in examined.content
    assert examined.sha256_received == hashlib.sha256(loaded).hexdigest()
    assert examined.sha256 == hashlib.sha256(examined.content).hexdigest()
    with Image.open(io.BytesIO(examined.content)) as kept:
        assert kept.size == (40, 30)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    with pytest.raises(ValidationError):
        examine(ContentFile(written.getvalue(), name="a.png"))


def test_text_is_handed_out_as_text(cast: Cast) -> None:
    journey = cast.journey()
    upload = SimpleUploadedFile("referat.html", "<h1>Blåbær</h1>".encode())
    with door(journey.integration, cast.manager) as move:
        document = store(move, upload)
    assert document is not None
    answer = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/documents/{document.pk}/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_an_integration_has_room_for_so_much(cast: Cast, settings: Any) -> None:
    settings.DOCUMENT_QUOTA = len(PDF) * 2
    journey = cast.journey()
    journey.roles()
    form = {"kind": "terms", "signatory": "Kirsten", "signed_on": journey.integration.created_at.date()}
    address = f"/i/{journey.integration.reference}/agreement/"
    client = cast.client(cast.contract)
    answers = [client.post(address, form | {"document": SimpleUploadedFile("a.pdf", PDF)}) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert list(answers[2].context["record"].errors) == ["document"]
    assert Document.objects.count() == 2


def test_a_file_that_a_dead_process_left_is_removed_and_no_other(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    kept = Path(_document(cast).file.path)
    old, young = kept.with_name("0" * 32), kept.with_name("1" * 32)
    for orphan in (old, young):
        orphan.write_bytes(PDF)
    long_ago = time.time() - ORPHANED_AFTER.total_seconds() - 60
    for path in (kept, old):
        os.utime(path, (long_ago, long_ago))
    assert remove_orphans() == 1
    assert (kept.exists(), old.exists(), young.exists()) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_when_a_process_is_killed_between_a_file_and_its_row_neither_outlives_the_other(tmp_path: Path) -> None:
    """Killed with the file written and the row not committed; then with the row gone and the file not yet."""
    url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    if connection.vendor == "postgresql":
        row = connection.settings_dict
        url = f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
    variables = os.environ | {"DATABASE_URL": url, "DOCUMENT_ROOT": str(tmp_path / "documents")}

    def process(what: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.dying", what]
        return subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)

    def look() -> list[int]:
        seen = process("look")
        assert seen.returncode == 0, seen.stderr
        return json.loads(seen.stdout.splitlines()[-1])

    died = process("coming")
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert look() == [1, 2, 0, 1]
    died = process("going")
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert look() == [0, 1, 0, 1]
