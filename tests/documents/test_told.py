"""Whatever is refused, the person hears what they can do."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from milestones.documents import MAX_BYTES, examine
from milestones.documents.refusals_of_pdfs import of_a_pdf
from milestones.forms.base import DocumentField
from tests.documents.drawing import png, quarters, written

TOLD = {
    "empty": (b"", "empty", "Choose"),
    "too large": (b"a" * (MAX_BYTES + 1), "too_large", "Make it smaller"),
    "program": (b"MZ\x90\0" + bytes(64), "kind", "Save it as a PDF"),
    "GIF": (b"GIF89a" + bytes(64), "kind", "Save it as a PDF"),
    "NUL": (b"Referat av moetet\0", "nul", "UTF-8"),
    "right to left": ("bel\u202eøp".encode(), "turning", "Remove it"),
    "no picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "unreadable", "save it again"),
    "half a picture": (written(quarters(), "JPEG")[:300], "unreadable", "save it again"),
    "too many pixels": (written(Image.new("1", (8000, 7000)), "PNG"), "pixels", "Make it smaller"),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_refusal_says_what_to_do(case: str) -> None:
    content, code, told = TOLD[case]
    with override("en"), pytest.raises(ValidationError) as refused:
        examine(ContentFile(content, name="a"))
    assert refused.value.code == code
    assert told in refused.value.messages[0]


def test_a_form_says_of_an_empty_file_what_the_examination_says() -> None:
    with override("en"), pytest.raises(ValidationError, match="Choose the file that you meant"):
        DocumentField().clean(SimpleUploadedFile("avtale.pdf", b""))


def test_a_name_in_a_refusal_stands_in_the_readers_own_quotation_marks() -> None:
    with override("nb"):
        assert "«a.exe»" in of_a_pdf("attached", {"name": "a.exe"}).messages[0]


def test_too_large_says_how_large_it_is_and_may_be() -> None:
    upload = ContentFile(b"a", name="a.txt")
    upload.size = 25 * 1024 * 1024 + 1
    with override("en"), pytest.raises(ValidationError, match=r"26 MB.*20 MB"):
        examine(upload)


def test_a_decoder_that_takes_too_much_is_told_as_a_picture_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milestones.documents.parsing.SECONDS_TO_PARSE", 0)
    slow = png(0, 8, [1, 2, 3]) + b"slow"
    with override("en"), pytest.raises(ValidationError, match="Make it smaller") as refused:
        examine(ContentFile(slow, name="a.png"))
    assert refused.value.code == "intricate"
