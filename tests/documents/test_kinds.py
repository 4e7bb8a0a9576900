"""A file is what it holds, whatever it is called; of a picture nothing but the picture is kept."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from milestones.demo import a_pdf
from milestones.documents import MAX_BYTES, examine

PDF = a_pdf()


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
