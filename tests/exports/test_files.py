"""Any table as Excel and as CSV: what was typed comes back, nothing is evaluated, and nothing is left on the disk."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from milestones.exports import Column, Table, lines, sheets
from milestones.exports.tables import LONG, MOST_IN_CELL
from tests.exports.reading import by_calamine, by_csv, by_openpyxl, in_lines, in_oslo, in_sheet
from tests.processes import ROOT

ODD = [
    *("=1+1", "+47 22 33 44 55", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''-", "＝1", "=", "-", "{=1}"),
    *('"sitat";', "a\nb", "a\r\nb\rc", "æøåÆØÅ", "👩‍💻🇳🇴", "مرحبا", "\u202eabc", "\u200b", "\u2028", "\x85", "\xa0"),
    *(
        "\x00\x08\x0b\x1f",
        "\x7f",
        "\ufffe\uffff",
        "\ud800",
        "\udfff",
        "_x0041_",
        "_x005F_",
        "__x000D_",
        "#N/A",
        "#REF!",
    ),
    *("TRUE", "1e5", "007", "2026-11-27", " luft ", "<b>&amp;</b>", "]]>", ";", "'", "sep=;"),
]
TEXTS = st.lists(st.text(max_size=20) | st.sampled_from(ODD), max_size=4).map("".join)
WITHOUT_DEADLINE = settings(deadline=None)


def a_table(rows: Any, *heads: str) -> Table:
    return Table("ord", "Ord", [Column(head) for head in heads or ("a", "b")], rows)


def sheet_of(table: Table) -> bytes:
    with sheets.written(table) as file:
        return file.read()


def lines_of(table: Table) -> bytes:
    return b"".join(lines.written(table))


def allowed(text: str) -> str:
    """What XML 1.0 lets a document hold, with one sign for the end of a line."""
    told = text.replace("\r\n", "\n").replace("\r", "\n")
    ranges = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(one for one in told if one in "\t\n" or any(a <= ord(one) <= z for a, z in ranges))


@WITHOUT_DEADLINE
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_any_text_comes_back(rows: list[tuple[str, str]]) -> None:
    expected = [["a", "b", "c"], *([*map(allowed, row), "."] for row in rows)]  # a row without values is none
    table = [(*row, ".") for row in rows]
    sheet = sheet_of(a_table(table, "a", "b", "c"))
    assert by_openpyxl(sheet) == expected
    assert by_calamine(sheet) == expected
    assert by_csv(lines_of(a_table(table, "a", "b", "c"))) == expected


@pytest.mark.parametrize("text", ODD)
def test_each_odd_text_comes_back(text: str) -> None:
    expected = [["a", "b"], [allowed(text), f"x{allowed(text)}"]]
    sheet = sheet_of(a_table([(text, f"x{text}")]))
    assert by_openpyxl(sheet) == expected
    assert by_calamine(sheet) == expected
    assert by_csv(lines_of(a_table([(text, f"x{text}")]))) == expected


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "'=1", '=HYPERLINK("//x";1)']
)
def test_nothing_is_evaluated(text: str) -> None:
    sheet = sheet_of(a_table([(text, "")]))
    cell = load_workbook(io.BytesIO(sheet)).worksheets[0]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert b"<f" not in zipfile.ZipFile(io.BytesIO(sheet)).read("xl/worksheets/sheet1.xml")
    field = lines_of(a_table([(text, "")])).decode("utf-8-sig").splitlines()[1]
    assert field.lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["#N/A", "TRUE", "x=1", "", "–1", "2-1"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    cell = load_workbook(io.BytesIO(sheet_of(a_table([(text, "b")])))).worksheets[0]["A2"]
    assert (cell.value or "", cell.quotePrefix) == (text, False)
    assert lines_of(a_table([(text, "b")])).decode().endswith(f"\r\n{text};b\r\n")


OLDEST, LATEST = datetime.datetime(1901, 1, 1), datetime.datetime(9999, 12, 30)
VALUES = st.tuples(
    st.none() | st.booleans(),
    st.none() | st.integers(-(2**53), 2**53),
    st.none() | st.dates(OLDEST.date()),
    st.none() | st.datetimes(OLDEST, LATEST, timezones=st.just(datetime.UTC)),
)


@WITHOUT_DEADLINE
@given(st.lists(VALUES, min_size=1, max_size=6))
def test_numbers_are_numbers_and_dates_are_dates(rows: list[tuple[Any, ...]]) -> None:
    table = [(*row, ".") for row in rows]
    recorded = [[*row[:3], in_oslo(row[3]), "."] for row in rows]
    sheet = sheet_of(a_table(table, *"abcde"))
    assert by_openpyxl(sheet)[1:] == by_calamine(sheet)[1:] == in_sheet(recorded)
    with override("nb"):
        assert by_csv(lines_of(a_table(table, *"abcde")))[1:] == in_lines(recorded)


def test_a_day_from_before_excels_calendar_is_a_text() -> None:
    days = [datetime.date(1, 1, 1), datetime.date(1814, 5, 17), datetime.date(1900, 12, 31)]
    assert by_openpyxl(sheet_of(a_table([(day, None) for day in days])))[1:] == [[f"{day}", ""] for day in days]


@pytest.mark.parametrize("sign", ["a", "=", "👩", "_x0041_", "\n"])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_what_a_cell_cannot_hold_is_cut_and_told(sign: str, language: str) -> None:
    text = sign * 40_000 if len(sign) == 1 else sign * 4_800
    with override(language):
        sheet, told = sheet_of(a_table([(text, "b")])), by_csv(lines_of(a_table([(text, "b")])))[1]
    found = by_openpyxl(sheet)[1]
    assert found == by_calamine(sheet)[1] == told
    kept, mark = found[0].split(" … (")
    assert text.startswith(kept)
    assert mark.endswith(")")
    assert len(found[0].encode("utf-16-le")) / 2 <= MOST_IN_CELL
    raw = load_workbook(io.BytesIO(sheet)).worksheets[0]["A2"].value
    assert raw.endswith(mark), "openpyxl cuts what is longer without a word"


def test_what_a_cell_just_holds_is_whole() -> None:
    text = "a" * MOST_IN_CELL
    assert (
        by_openpyxl(sheet_of(a_table([(text, "b")])))[1] == by_csv(lines_of(a_table([(text, "b")])))[1] == [text, "b"]
    )


def test_how_a_sheet_looks() -> None:
    columns = [Column("Dag", 12), Column("Tid", 18), Column("Tekst", LONG)]
    row = (datetime.date(2026, 11, 27), datetime.datetime(2026, 11, 27, 13, 5, tzinfo=datetime.UTC), "tekst")
    table = Table("x", "Møteplan, et navn som er for langt for et ark", columns, [row])
    sheet = load_workbook(io.BytesIO(sheet_of(table))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C2"
    assert [sheet.column_dimensions[one].width for one in "ABC"] == [12, 18, LONG]
    assert all(cell.font.bold for cell in sheet[1])
    assert [cell.number_format for cell in sheet[2]] == ["mm-dd-yy", "m/d/yy h:mm", "General"]
    assert sheet["B2"].value == datetime.datetime(2026, 11, 27, 14, 5)
    assert sheet["C2"].alignment.wrap_text


def test_a_table_without_rows_has_its_head() -> None:
    assert by_openpyxl(sheet_of(a_table([]))) == by_calamine(sheet_of(a_table([]))) == [["a", "b"]]
    assert lines_of(a_table([])) == b"\xef\xbb\xbfa;b\r\n"


def test_lines_end_as_excel_ends_them() -> None:
    assert lines_of(a_table([("x", "y;z"), ('"', "")])) == b'\xef\xbb\xbfa;b\r\nx;"y;z"\r\n"""";\r\n'


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> Iterator[tuple[str, str]]:
        yield "a", "b"
        raise ZeroDivisionError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for rows in ([("a", "b")], [], breaks(), [("one value for two columns",)]):
        with suppress(ZeroDivisionError, ValueError):
            sheets.written(a_table(rows)).close()
        assert list(tmp_path.iterdir()) == []


def test_openpyxl_is_loaded_where_a_sheet_is_asked_for_alone() -> None:
    script = "import django, sys; django.setup(); import milestones.urls; print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
