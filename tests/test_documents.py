"""Documents: judged by content, kept apart, handed out to whom they concern and to nobody else."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from milestones import workflow
from milestones.models import Agreement, Document
from milestones.models.document import MAX_BYTES, content_type_of, safe_name
from milestones.process import AgreementKind
from milestones.workflow.documents import store
from milestones.workflow.door import door
from tests.cast import Cast

PDF = b"%PDF-1.7\n...\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 64


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
    assert content_type_of(ContentFile(content, name="anything.exe")) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 64, "kind"),
        (b"PK\x03\x04" + b"\0" * 64, "kind"),
        (b"\x00\x01\x02", "kind"),
        ("blåbær".encode("latin-1"), "kind"),
        (b"text with a \x1b[2J control sequence", "kind"),
        (b"GIF89a" + b"\0" * 64, "kind"),
    ],
    ids=["empty", "program", "zip", "binary", "latin-1", "control", "gif"],
)
def test_what_is_refused_says_why(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        content_type_of(ContentFile(content, name="avtale.pdf"))
    assert refused.value.code == code


def test_more_than_20_mb_is_refused() -> None:
    upload = ContentFile(PDF, name="avtale.pdf")
    upload.size = MAX_BYTES + 1
    with pytest.raises(ValidationError) as refused:
        content_type_of(upload)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\avtaler\\avtale.pdf", "avtale.pdf"),
        ("a\nb\x00.pdf", "ab.pdf"),
        ("", "document"),
    ],
)
def test_names_lose_folders_and_control_characters(name: str, kept: str) -> None:
    assert safe_name(name) == kept


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
        _record_then_fail(cast, journey.integration, upload)
    assert not Agreement.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _record_then_fail(cast: Cast, integration: Any, upload: SimpleUploadedFile) -> None:
    with door(integration, cast.contract) as move:
        store(move, upload)
        raise ValueError("cut")


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
