"""Reads a workbook in a process of its own: little memory, little time, nothing to write to.

Run by `imports.reading` (`python -I reader.py ROWS COLUMNS CHARACTERS IN_ALL`), with the file on standard input;
nothing of the product is imported here. Standard output is a line of JSON for each row that holds anything, its number
and its cells as texts. Exit code 3: the file holds more than ROWS rows, COLUMNS columns or IN_ALL characters, cells
counted up to CHARACTERS each. Any other: it is no workbook.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

TOO_MUCH = 3
SECONDS = 20
"""Of the processor's time."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: calamine unpacks a whole sheet before its first row is to be had."""


def main(most_rows: int, most_columns: int, most_characters: int, most_in_all: int) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    written = in_all = 0
    for number, row in enumerate(_sheet(book).to_python(skip_empty_area=False), 1):
        cells = [_text(value)[: most_characters + 1] for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        written += 1
        in_all += sum(map(len, cells))
        if written > most_rows or len(cells) > most_columns or in_all > most_in_all:
            return TOO_MUCH
        sys.stdout.write(json.dumps([number, cells], ensure_ascii=False) + "\n")
    return 0


def _sheet(book: CalamineWorkbook) -> Any:
    """The first sheet that people see and that holds anything; an empty one if there is none."""
    names = [
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    sheets = [book.get_sheet_by_name(name) for name in names or book.sheet_names[:1]]
    return next((sheet for sheet in sheets if sheet.total_height), sheets[0])


def _text(value: Any) -> str:
    """A cell as it would be typed: whole numbers without a fraction, dates as year, month and day."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
