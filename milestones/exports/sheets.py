"""A table for Excel, written row by row. Whoever imports this loads openpyxl, which takes its time."""

from __future__ import annotations

import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter

from .tables import LONG, LOOKS_ESCAPED, Table, Value, reads_as_formula

DAY_FORMAT, MOMENT_FORMAT = BUILTIN_FORMATS[14], BUILTIN_FORMATS[22]
"""The two that each Excel shows as dates are written where it is."""
FIRST_YEAR = 1901
"""Excel's calendar of 1900 has a day that never was: what is older stays a text."""
MOST_IN_TITLE = 31
HEAD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")


def written(table: Table) -> IO[bytes]:
    """The table as an .xlsx in a temporary file, from its beginning. Closing the file removes it."""
    book = Workbook(write_only=True)
    book.properties.creator = gettext("Digipost integrations")
    sheet = book.create_sheet(str(table.title)[:MOST_IN_TITLE])
    file = TemporaryFile()  # noqa: SIM115  (open until it is sent)
    try:
        _fill(sheet, table)
        book.save(file)
    except BaseException:
        file.close()
        _discard(sheet)
        raise
    file.seek(0)
    return file


def _fill(sheet: Any, table: Table) -> None:
    """The head stays in sight and filters what is below it. What a sheet says ahead of its rows comes first."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_head(sheet, label) for label in table.heads])
    last = 1
    for row in table.plain_rows():
        cells = zip(table.columns, row, strict=True)
        sheet.append([_cell(sheet, value, wraps=column.width >= LONG) for column, value in cells])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{last}"


def _discard(sheet: Any) -> None:
    """Of what was not finished: openpyxl keeps a sheet's rows in a file of its own until the book is saved."""
    if sheet._writer and not sheet.closed:
        sheet.close()
        sheet._writer.cleanup()


def _head(sheet: Any, label: str) -> Any:
    cell = _cell(sheet, label, wraps=True)
    cell.font = HEAD
    return cell


def _cell(sheet: Any, value: Value, *, wraps: bool) -> Any:
    """A cell; None where there is nothing to say."""
    if isinstance(value, datetime.date) and value.year < FIRST_YEAR:
        value = value.isoformat()
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet)
    if wraps:
        cell.alignment = WRAPPED
    if isinstance(value, str):
        return _text(cell, value)
    if isinstance(value, datetime.date):
        cell.number_format = MOMENT_FORMAT if isinstance(value, datetime.datetime) else DAY_FORMAT
    cell.value = value
    return cell


def _text(cell: Any, text: str) -> Any:
    """Always a text, also what looks like a formula, an error, or a character by its number."""
    cell.value = LOOKS_ESCAPED.sub("_x005F_", text)
    cell.data_type = "s"
    if reads_as_formula(text):
        cell.quotePrefix = True
    return cell
