"""By which heads our columns are recognised, and the template that has them all."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from openpyxl import load_workbook

from milestones.exports import lines, sheets
from milestones.imports import COLUMNS, read, recognised, template


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_column_of_the_template_is_recognised_in_each_language(language: str) -> None:
    with override(language):
        heads = template().heads
    assert recognised(heads) == list(COLUMNS)
    assert len({head.casefold() for head in heads}) == len(COLUMNS)


def filled_in_csv() -> bytes:
    """The template as CSV, with a row."""
    return "".join(map(bytes.decode, lines.written(template()))).encode() + b";984661185;Posten;Fakturaer\r\n"


def filled_in_workbook() -> bytes:
    """The template as Excel has it, with a row."""
    book = load_workbook(sheets.written(template()))
    book.worksheets[0].append([None, 984661185, "Posten", "Fakturaer"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("filled_in", [filled_in_csv, filled_in_workbook])
def test_the_template_can_be_filled_in_and_read(filled_in: Callable[[], bytes]) -> None:
    with override("nb"):
        sheet = read(SimpleUploadedFile("a", filled_in()))
    assert recognised(sheet.heads) == list(COLUMNS)
    assert sheet.rows[0][1][:4] == ["", "984661185", "Posten", "Fakturaer"]


def test_heads_as_people_have_them() -> None:
    heads = [
        "Ref.",
        "ORGNR",
        "Kunde",
        "navn",
        "1.1 Avtale signert",
        "3.2",
        "D.1 overvåking",
        "5.1",
        "Merknad",
        "orgnr",
    ]
    known = ["reference", "number", "organisation", "name", "done_1.1", "done_3.2", "done_D.1", "", "", ""]
    assert recognised(heads) == known
