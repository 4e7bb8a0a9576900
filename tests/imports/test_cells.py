"""What one cell says, as people write it; and what they are told of what cannot be read."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from milestones.imports import cells
from milestones.process import SenderKind

FIRST_OF_MARCH = datetime.date(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("1.3.2024", "01.03.2024", "1.3.24", "01.03.24", "1. 3. 2024", "1.3.2024.", "1/3-24", "1/3 2024", "1/3/2024"),
        *("1-3-2024", "2024-03-01", "2024.03.01", "2024-03-01T00:00:00", "2024-03-01 12:30:00", "1. mars 2024"),
        *("1 mars 2024", "1. mar. 24", "1.mars 2024", "1. MARS 2024", "1 March 2024", "45352"),
    ],
)
def test_a_date_as_norwegians_write_it(text: str) -> None:
    assert cells.date(text) == FIRST_OF_MARCH


@pytest.mark.parametrize(
    "text",
    ["ja", "x", "31.2.2024", "1.13.2024", "mars 2024", "2024", "1.3", "i fjor", "1.3.1924", "1.3.2124", "99999"],
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ValidationError, match=r"24\.12\.2025"):
        cells.date(text)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_reads_back_in_every_way(day: datetime.date) -> None:
    months = [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ]
    ways = [day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day:%y}", f"{day.day}/{day.month}-{day:%y}"]
    ways += [f"{day.day}. {months[day.month - 1]} {day.year}", str((day - cells.EXCEL_BEGINS).days)]
    assert {cells.date(way) for way in ways} == {day}


@pytest.mark.parametrize(
    "text",
    ["984661185", "984 661 185", "984\u00a0661\u00a0185", "984.661.185", "NO984661185MVA", "no 984 661 185 mva"],
)
def test_a_number_with_spaces(text: str) -> None:
    assert cells.organisation_number(text) == "984661185"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (cells.organisation_number, "984661186"),
        (cells.organisation_number, "Posten"),
        (cells.account_id, "K-12"),
        (cells.email, "kari"),
        (cells.email, "kari@digipost.example"),  # staff's own
        (cells.person_name, "T01"),
        (cells.person_name, "Se https://firma.example"),
        (cells.title, "www.firma.example"),
        (cells.reference, "12"),
        (cells.sender_kind, "Kunde"),
        (cells.source, "a" * 201),
    ],
)
def test_what_cannot_be_read_is_refused(settings: Any, read: Callable[[str], Any], text: str) -> None:
    settings.STAFF_DOMAINS = ["digipost.example"]
    with pytest.raises(ValidationError):
        read(text)


@pytest.mark.parametrize("text", ["Partner", "partner", "Partnerløsning", "Partner solution"])
def test_a_kind_in_any_language(text: str) -> None:
    assert cells.sender_kind(text) is SenderKind.PARTNER


def test_an_account_id_with_spaces() -> None:
    assert cells.account_id("100 234") == "100234"
