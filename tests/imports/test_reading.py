"""Files as they come: workbooks, CSV in any usual encoding, and what is neither."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Sequence

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from milestones import texts
from milestones.imports import MOST_ROWS, Sheet, address, read

HEADS = ["Org.nr.", "Virksomhet", "Integrasjon", "1.1"]
ROW = ["984 661 185", "Ærlig Ø. Åsen AS", "Fakturaer", "1.3.2024"]
LINES = [HEADS, ROW]


def sheet_in(content: bytes, name: str = "a.csv") -> Sheet:
    return read(SimpleUploadedFile(name, content))


def workbook(*rows: Sequence[object], hidden_first: bool = False) -> bytes:
    book = Workbook()
    if hidden_first:
        book.active.sheet_state = "hidden"
        book.active.append(["Lister"])
        book.create_sheet("Integrasjoner")
    for row in rows:
        book.worksheets[-1].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp865"])
def test_csv_in_any_usual_encoding(encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(cells) for cells in LINES)
    assert sheet_in(text.encode(encoding)) == Sheet(HEADS, [(2, ROW)])


def test_a_first_line_that_says_what_separates_and_cells_with_breaks() -> None:
    text = 'sep=;\nOrg.nr.;Virksomhet;Integrasjon;1.1\n984 661 185;"Posten\nBring; AS";"Fak ""turaer""";1.3.2024\n'
    assert sheet_in(text.encode()).rows[0][1] == ["984 661 185", "Posten Bring; AS", 'Fak "turaer"', "1.3.2024"]


def test_a_workbook_with_real_dates_and_numbers() -> None:
    row = [984661185, "Ærlig Ø. Åsen AS", "Fakturaer", datetime.datetime(2024, 3, 1)]
    found = sheet_in(workbook(HEADS, row), "a.xlsx")
    assert found == Sheet(HEADS, [(2, ["984661185", "Ærlig Ø. Åsen AS", "Fakturaer", "2024-03-01"])])


def test_the_head_is_found_below_a_title_in_the_sheet_that_people_see() -> None:
    found = sheet_in(workbook(["Oversikt 2026"], [], HEADS, ROW, hidden_first=True), "a.xlsx")
    assert (found.heads, [line for line, _cells in found.rows]) == (HEADS, [4])


def test_rows_keep_their_numbers_and_lose_nothing_beyond_the_head() -> None:
    found = sheet_in(workbook(HEADS, ROW, [], [*ROW, "Merknad"]), "a.xlsx")
    assert (found.heads[-1], [(line, len(cells)) for line, cells in found.rows]) == ("", [(2, 5), (4, 5)])


@pytest.mark.parametrize(("place", "line", "named"), [(0, 1, "A1"), (25, 7, "Z7"), (26, 2, "AA2"), (701, 9, "ZZ9")])
def test_a_cell_is_called_as_in_a_spreadsheet(place: int, line: int, named: str) -> None:
    assert address(place, line) == named


def _bomb() -> bytes:
    """A workbook of a megabyte that would take gigabytes."""
    source = zipfile.ZipFile(io.BytesIO(workbook(HEADS, ROW)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if not name.startswith("xl/worksheets/"):
                made.writestr(name, source.read(name))
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for number in range(1, 400):
                cells = f'<c r="A{number}" t="inlineStr"><is><t>{"A" * 5_000_000}</t></is></c>'
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"%PDF-1.7\n\0\1",
        b"PK\x03\x04 no zip at all",
        b"\xd0\xcf\x11\xe0 no book",
        b"Org.nr.;Virksomhet\n",
    ],
    ids=["empty", "blank", "pdf", "no zip", "no compound file", "head alone"],
)
def test_what_holds_no_rows_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        sheet_in(content)


def test_a_workbook_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(ValidationError):
        sheet_in(_bomb(), "a.xlsx")


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_more_rows_than_there_may_be_are_refused(make: str) -> None:
    rows = [["984661185", str(number)] for number in range(MOST_ROWS + 1)]
    heads = ["Org.nr.", "Integrasjon"]
    text = "\n".join(";".join(row) for row in [heads, *rows]).encode()
    with pytest.raises(ValidationError, match=str(MOST_ROWS)):
        sheet_in(text if make == "csv" else workbook(heads, *rows), f"a.{make}")
    assert len(sheet_in("\n".join(";".join(row) for row in [heads, *rows[1:]]).encode()).rows) == MOST_ROWS


ODD = st.text(
    st.one_of(
        st.sampled_from("æøåÆØÅéü€–«»;,\"'\t|=+-@ 0123456789"), st.characters(codec="utf-8", exclude_characters="\r")
    ),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(ODD, ODD, ODD), min_size=1, max_size=8))
def test_whatever_is_written_is_read_as_one_line(rows: list[tuple[str, ...]]) -> None:
    """A CSV of odd characters, as Python's own module writes it, comes back with what a line may hold."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerows([HEADS[:3], *rows])
    wanted = [[texts.header(cell) for cell in row] for row in rows if any(texts.header(cell) for cell in row)]
    if not wanted or "\0" in file.getvalue():
        return
    assert [cells for _line, cells in sheet_in(file.getvalue().encode("utf-8-sig")).rows] == wanted


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    """A break in a cell ends no row, an empty row is one, and the line that says what separates is none."""
    text = 'sep=;\r\nOrg.nr.;Integrasjon\r\n984661185;"Brev\nog faktura"\r\n\r\n974760673;Lønn\r\n'
    assert [line for line, _cells in sheet_in(text.encode()).rows] == [2, 4]


def test_what_separates_is_told_by_the_head_and_not_by_a_text_with_commas() -> None:
    text = "Org.nr.;Integrasjon\n984661185;Brev, faktura, lønn, purring, vedtak, og så videre\n"
    assert sheet_in(text.encode()).heads == ["Org.nr.", "Integrasjon"]


@pytest.mark.parametrize("make", ["csv", "xlsx"])
def test_more_characters_than_there_may_be_are_refused(make: str) -> None:
    """A small workbook can hold one long text in each of its cells."""
    rows = [["984661185", *["æ" * 500] * 90] for _row in range(100)]
    heads = ["Org.nr.", *(f"K{number}" for number in range(90))]
    text = "\n".join(";".join(row) for row in [heads, *rows]).encode()
    with pytest.raises(ValidationError, match="4 "):
        sheet_in(text if make == "csv" else workbook(heads, *rows), f"a.{make}")
