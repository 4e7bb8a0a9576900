"""An export read again: by openpyxl and by python-calamine, or by the csv module. Each gives the same rows."""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

Rows = list[list[Any]]


def body(answer: Any) -> bytes:
    """What is sent, to its end."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def exported(client: Client, address: str, file_format: str, query: str = "") -> bytes:
    """The file that an export's address gives; a `query` begins with its mark."""
    answer = client.get(f"{address}{file_format}/{query}")
    content = body(answer)
    return content


def by_openpyxl(content: bytes) -> Rows:
    """The rows of the first sheet, with "" where nothing stands. It leaves to its caller what Excel escapes."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[_plain(unescape(one) if isinstance(one, str) else one) for one in row] for row in sheet.values]


def by_calamine(content: bytes) -> Rows:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[_plain(one) for one in row] for row in rows]


def by_csv(content: bytes) -> Rows:
    """As texts, with the apostrophe taken away that keeps a text from being evaluated."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [[re.sub(r"\A'(?='*[=+\-@\t\n＝＋－＠])", "", one) for one in row] for row in rows]


def _plain(value: Any) -> Any:
    """A day and its first moment are one thing to Excel."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time())
    return "" if value is None else value


def in_sheet(rows: Rows) -> Rows:
    """Recorded values as a sheet gives them back."""
    return [[_plain(one) for one in row] for row in rows]


def in_lines(rows: Rows, yes: str = "Ja", no: str = "Nei") -> Rows:
    """Recorded values as CSV gives them back."""

    def told(value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, datetime.datetime):
            return f"{value:%Y-%m-%d %H:%M:%S}"
        return f"{value:%Y-%m-%d}" if isinstance(value, datetime.date) else str(value)

    return [[told(one) for one in row] for row in rows]


def in_oslo(moment: datetime.datetime | None) -> datetime.datetime | None:
    """As people there read it off the wall, to the second."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo("Europe/Oslo")).replace(tzinfo=None, microsecond=0)


def same_in_all(client: Client, address: str, query: str = "") -> Rows:
    """The rows of an export without their head, where both libraries read the same of the sheet."""
    content = exported(client, address, "xlsx", query)
    rows = by_openpyxl(content)
    assert by_calamine(content) == rows
    assert by_csv(exported(client, address, "csv", query))[0] == rows[0]
    return rows[1:]
