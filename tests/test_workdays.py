"""Working days in Norway."""

from __future__ import annotations

import datetime

import pytest

from milestones.workdays import add_working_days, is_working_day, subtract_working_days


@pytest.mark.parametrize(
    "day",
    ["2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01", "2027-03-25", "2027-03-26", "2027-05-17", "2026-11-28"],
)
def test_days_off(day: str) -> None:
    assert not is_working_day(datetime.date.fromisoformat(day))


def test_the_wednesday_before_easter_is_worked() -> None:
    assert is_working_day(datetime.date(2027, 3, 24))


def test_counting_passes_over_days_off() -> None:
    assert add_working_days(datetime.date(2026, 12, 23), 1) == datetime.date(2026, 12, 28)
    assert add_working_days(datetime.date(2027, 5, 14), 1) == datetime.date(2027, 5, 18)


def test_counting_back_passes_over_them_too() -> None:
    assert subtract_working_days(datetime.date(2026, 12, 28), 1) == datetime.date(2026, 12, 23)
    assert subtract_working_days(datetime.date(2026, 11, 29), 1) == datetime.date(2026, 11, 27)
    assert subtract_working_days(datetime.date(2026, 11, 27), 0) == datetime.date(2026, 11, 27)
