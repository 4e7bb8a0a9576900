"""A document is handed out as what it is, to whom it concerns and to nobody else."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.db import OperationalError

from milestones.models import DocumentAccess
from tests.cast import Cast
from tests.documents.recorded import PDF, recorded


def test_a_document_keeps_its_digest_and_lies_outside_static_files(cast: Cast, settings: Any) -> None:
    document = recorded(cast)
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert document.size == len(PDF)
    stored = Path(document.file.path)
    assert stored.read_bytes() == PDF
    assert "avtale" not in stored.name
    assert not stored.is_relative_to(Path(settings.BASE_DIR) / "static")


def test_a_document_comes_as_an_attachment_that_is_not_sniffed(cast: Cast) -> None:
    document = recorded(cast)
    answer = cast.client(cast.manager).get(f"/i/{document.integration.reference}/documents/{document.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"


def test_a_file_that_is_missing_is_said_to_be(cast: Cast) -> None:
    document = recorded(cast)
    os.unlink(document.file.path)
    answer = cast.client(cast.manager).get(f"/i/{document.integration.reference}/documents/{document.pk}/")
    assert answer.status_code == 410
    text = answer.content.decode()
    assert document.sha256 in text
    assert f'href="/i/{document.integration.reference}/"' in text
    assert not DocumentAccess.objects.exists()


def test_a_file_that_is_not_handed_out_is_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    document, opened = recorded(cast), []

    def remembered(_self: Any, name: str, mode: str) -> File[Any]:
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
    document = recorded(cast)
    theirs = cast.neighbour().integration.reference
    stranger = cast.client(cast.stranger)
    assert stranger.get(f"/i/{document.integration.reference}/documents/{document.pk}/").status_code == 404
    assert stranger.get(f"/i/{theirs}/documents/{document.pk}/").status_code == 404
