"""A table as CSV that a Norwegian Excel opens rightly: UTF-8 with its mark, and semicolons."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import get_language, gettext, override

from .tables import Table, Value, in_chunks, reads_as_formula


def written(table: Table) -> Iterator[bytes]:
    """The table, a piece at a time, in the language that is in force now: it is read when the request is over."""
    return _in_language(get_language(), _pieces(table))


def _in_language(language: str | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same, and nobody else speaks it meanwhile."""
    while True:
        with override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _pieces(table: Table) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + _as_csv([table.heads])
    for rows in in_chunks(table.plain_rows()):
        yield _as_csv(rows)


def _as_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    told = io.StringIO()
    csv.writer(told, delimiter=";", lineterminator="\r\n").writerows([_field(value) for value in row] for row in rows)
    return told.getvalue().encode()


def _field(value: Value) -> str:
    """A value in a line: dates as ISO 8601 has them, and an apostrophe before what would be evaluated."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and reads_as_formula(value) else str(value)
