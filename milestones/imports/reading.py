"""A file as rows of texts: workbooks by calamine in a process of its own; CSV here, in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .. import texts
from ..documents.apart import TimeoutExpired, run_apart
from ..documents.places import reserved
from ..documents.refusals import require_no_private_key
from .columns import recognised

log = structlog.get_logger(__name__)

MEBIBYTE = 1024 * 1024
MOST_BYTES = 10 * MEBIBYTE
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS, MOST_IN_ALL = 5_000, 100, 500, 4_000_000
"""Of a sheet below its head; of its head; of a cell; of all cells, which is 800 characters a row."""
ABOVE_THE_HEAD = 20
"""Rows among which the head is looked for: many sheets begin with a title."""

READER = Path(__file__).with_name("reader.py")
TOO_MUCH = 3
"""The exit code by which the reader says so."""
SECONDS = 40
"""After which the reader is not waited for."""

Row = tuple[int, list[str]]
"""A row that holds anything: its number in the sheet, from 1, and its cells."""


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its heads, and the rows below them, each as wide as the head."""

    heads: list[str]
    rows: list[Row]


def letters_of(place: int) -> str:
    """What a spreadsheet calls a column, by its place from 0: A, B, … Z, AA."""
    before, last = divmod(place, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + last)


def address(place: int, line: int) -> str:
    """What a spreadsheet calls a cell: the one of column `place`, from 0, in row `line`."""
    return f"{letters_of(place)}{line}"


def read(upload: File[Any]) -> Sheet:
    """The first sheet of a workbook, or a CSV.

    Raises ValidationError for what is neither, is empty, is too much, or holds a private key.
    """
    if upload.size > MOST_BYTES:
        told = _("The file is larger than %(most)s MB. Divide it, and import one part after the other.")
        raise ValidationError(told % {"most": MOST_BYTES // MEBIBYTE})
    content = upload.read()
    require_no_private_key(content)
    rows = list(_of_workbook(content) if _is_workbook(content) else _of_lines(content))
    require_no_private_key("\n".join(cell for _line, cells in rows for cell in cells).encode())  # packed until now
    return _below_the_head(rows)


def _is_workbook(content: bytes) -> bool:
    """A ZIP (xlsx, xlsm, xlsb, ods) or a compound file (xls)."""
    return content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _too_much() -> ValidationError:
    told = _(
        "The sheet has more than %(rows)s rows, %(columns)s columns or %(millions)s million characters. Divide it, and"
        " import the parts."
    )
    most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "millions": MOST_IN_ALL // 1_000_000}
    return ValidationError(told % most)


def _unreadable() -> ValidationError:
    return ValidationError(
        _("This is no spreadsheet that can be read. Save it as Excel (.xlsx) or as CSV, and choose that.")
    )


def _of_workbook(content: bytes) -> Iterator[Row]:
    most = (MOST_ROWS + ABOVE_THE_HEAD, MOST_COLUMNS, MOST_CHARACTERS, MOST_IN_ALL)
    with reserved() as lock:
        try:
            done = run_apart(READER, *map(str, most), content=content, lock=lock, seconds=SECONDS)
        except TimeoutExpired as error:
            raise _unreadable() from error
    if done.returncode == TOO_MUCH:
        raise _too_much()
    if done.returncode:
        log.info("no workbook", returncode=done.returncode, said=done.stderr[-300:].decode(errors="replace"))
        raise _unreadable()
    for line in done.stdout.decode().split("\n")[:-1]:
        number, cells = json.loads(line)
        yield number, [_cell(cell) for cell in cells]


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp865")
"""In which Excel on Windows, on a Mac, and older systems write CSV, the likeliest first."""


def decoded(content: bytes) -> str:
    """A text by the mark at its beginning, as UTF-8, or in that old encoding in which most letters are Norwegian."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        as_read = [content.decode(encoding, errors="replace") for encoding in _OLD_ENCODINGS]
        return max(as_read, key=lambda text: sum(map(text.count, "æøåÆØÅéèäöü")))


def _of_lines(content: bytes) -> Iterator[Row]:
    text = decoded(content)
    if "\0" in text:
        raise _unreadable()
    if len(text) > MOST_IN_ALL:
        raise _too_much()
    said = _SAYS_WHAT_SEPARATES.match(text)
    if said:
        text = text[said.end() :]
    try:
        written = 0
        for number, row in enumerate(_records(text, said[1] if said else _separator(text)), 1):
            if len(row) > MOST_COLUMNS:
                raise _too_much()
            cells = [_cell(cell) for cell in row]
            if any(cells):
                written += 1
                yield number, cells
            if written > MOST_ROWS + ABOVE_THE_HEAD:
                raise _too_much()
    except csv.Error as error:
        raise _unreadable() from error


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """As a spreadsheet counts them: a break within quotation marks ends no row, and an empty row is one."""
    csv.field_size_limit(MOST_BYTES)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


_SAYS_WHAT_SEPARATES = re.compile(r"\s*sep=(.)\r?\n", re.IGNORECASE)
"""A first line that Excel reads for itself, and does not count."""


def _separator(text: str) -> str:
    """What stands between cells: by which most columns of a head are ours, or else most have anything in them."""

    def likeness(separator: str) -> tuple[int, int]:
        try:
            return max(map(_head_likeness, islice(_records(text, separator), ABOVE_THE_HEAD)), default=(0, 0))
        except csv.Error:
            return (0, 0)

    return max(";\t,|", key=likeness)


def _cell(value: str) -> str:
    """A cell as one line of plain text; what no line may hold is left out."""
    return texts.header(value)[: MOST_CHARACTERS + 1]


def _below_the_head(rows: list[Row]) -> Sheet:
    """The head is the row, among the first, in which most columns are ours; or the one with most cells in it."""
    if not rows:
        raise ValidationError(_("The sheet is empty."))
    place = max(range(min(len(rows), ABOVE_THE_HEAD)), key=lambda one: _head_likeness(rows[one][1]))
    heads, below = rows[place][1], rows[place + 1 :]
    if not below:
        raise ValidationError(_("There are no rows below the head. The first row says what the columns are called."))
    if len(below) > MOST_ROWS:
        raise _too_much()
    width = max(len(heads), *(len(cells) for _line, cells in below))
    return Sheet(_widened(heads, width), [(line, _widened(cells, width)) for line, cells in below])


def _head_likeness(cells: Iterable[str]) -> tuple[int, int]:
    said = [cell for cell in cells if cell]
    return sum(map(bool, recognised(said))), len(said)


def _widened(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))
