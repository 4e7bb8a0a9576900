"""A table on its way out: its columns, and rows of plain values that are read while they are written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext

from ..clock import in_oslo
from ..process import Text

Value = str | int | datetime.date | None
"""What a cell holds; a truth value is an int too, and a moment a date."""
Row = tuple[Value, ...]
T = TypeVar("T")

CHUNK = 200
"""Rows that are read, and written, at a time: keeps memory flat."""
MOST_IN_CELL = 32_767
"""Characters that Excel takes in a cell, counted as it does: those beyond the first 65,536 of Unicode are two."""

DAY, NUMBER, MOMENT, WORD, NAME, LONG = 12, 12, 18, 18, 28, 60
"""Widths of columns, in characters."""


class Format(TextChoices):
    """What a table is written as, by the ending of its file."""

    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class Column(NamedTuple):
    """A column: what it is called, and how wide a sheet shows it. What does not fit goes on in the next line."""

    label: Text
    width: int = WORD


@dataclass(frozen=True)
class Table:
    """`name` is a part of a file's name, so of letters that any system takes; `title` is for people.

    `rows` are read once, from the first to the last; each has a value for each column.
    """

    name: str
    title: Text
    columns: Sequence[Column]
    rows: Iterable[Row]

    @property
    def heads(self) -> list[str]:
        """What the columns are called, in the language in force."""
        return [str(column.label) for column in self.columns]

    def plain_rows(self) -> Iterator[Row]:
        """The rows, with values that any spreadsheet takes."""
        return (tuple(plain(value) for value in row) for row in self.rows)


def in_chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """The same in lists of CHUNK each, and what is left in the last."""
    rest = iter(rows)
    return iter(lambda: list(islice(rest, CHUNK)), [])


def plain(value: Value) -> Value:
    """The value as a cell holds it: a moment by the clock on the wall in Oslo, a text as of `fitting`."""
    if isinstance(value, datetime.datetime):
        return in_oslo(value).replace(microsecond=0, tzinfo=None)
    return fitting(value) if isinstance(value, str) else value


NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would take for a character by its number. To say that it is none takes six characters more."""


def fitting(text: str) -> str:
    """The text without what no XML may hold, with one sign for the end of a line, and no longer than a cell takes.

    What is left out at the end is told.
    """
    told = NOT_IN_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if 2 * len(told) <= MOST_IN_CELL:
        return told
    most = MOST_IN_CELL - 6 * len(LOOKS_ESCAPED.findall(told)) - reads_as_formula(told)
    units = told.encode("utf-16-le")
    if len(units) <= 2 * most:
        return told
    mark = f" {gettext('… (cut off here: a cell holds no more)')}"
    return units[: 2 * max(0, most - len(mark))].decode("utf-16-le", "ignore") + mark


FORMULA = re.compile("'*[=+\\-@\t\n＝＋－＠]")


def reads_as_formula(text: str) -> bool:
    """Whether a spreadsheet might evaluate what somebody typed.

    Also what begins so behind apostrophes, so that one before it can be told from theirs.
    """
    return FORMULA.match(text) is not None
