"""Days and hours as programs understand them: days when the clock is turned, 29 February, Europe/Oslo."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace

import dateutil.tz
import pytest

from milestones.calendars import writing
from tests.calendars.read_back import ENTRY, OSLO, read

A_DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "day", ["2026-03-29", "2026-10-25", "2028-02-29", "2028-02-28", "2026-12-31", "2000-01-01", "2099-12-31"]
)
def test_a_day_is_all_of_that_day_and_nothing_of_the_next(day: str) -> None:
    begins = datetime.date.fromisoformat(day)
    data = writing.alone(replace(ENTRY, begins=begins, ends=begins + A_DAY))
    found = read(data)["milestone-3"]
    assert (found.begins, found.ends) == (begins, begins + A_DAY)
    assert f"DTSTART;VALUE=DATE:{begins:%Y%m%d}\r\n".encode() in data
    assert f"DTEND;VALUE=DATE:{begins + A_DAY:%Y%m%d}\r\n".encode() in data
    assert b"VTIMEZONE" not in data


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2028-02-29"])
@pytest.mark.parametrize("hour", [0, 1, 4, 10, 23])
def test_an_hour_is_that_hour_in_oslo(day: str, hour: int) -> None:
    begins = datetime.datetime.fromisoformat(f"{day}T{hour:02}:30").replace(tzinfo=OSLO)
    data = writing.published("Møter", [replace(ENTRY, begins=begins, ends=begins.replace(minute=59))])
    found = read(data)["milestone-3"]
    assert found.begins == begins
    assert f"DTSTART;TZID=Europe/Oslo:{begins:%Y%m%dT%H%M}00\r\n".encode() in data
    assert data.count(b"BEGIN:VTIMEZONE") == 1


def test_the_zone_that_is_sent_along_turns_as_norways_clock_does() -> None:
    """For programs that know no Europe/Oslo by themselves: the hours around each turn, for many years."""
    begins = datetime.datetime(2026, 3, 29, 10, tzinfo=OSLO)
    data = writing.alone(replace(ENTRY, begins=begins, ends=begins + datetime.timedelta(hours=1)))
    zone = dateutil.tz.tzical(io.StringIO(data.decode())).get("Europe/Oslo")
    wrong = [
        moment
        for year in range(2000, 2100)
        for month in (3, 10)
        for moment in _hours_around_the_last_sunday(year, month)
        if moment.replace(tzinfo=zone).utcoffset() != moment.replace(tzinfo=OSLO).utcoffset()
    ]
    assert wrong == []


def _hours_around_the_last_sunday(year: int, month: int) -> Iterator[datetime.datetime]:
    last = datetime.datetime(year, month, 31)
    sunday = last - datetime.timedelta(days=(last.weekday() + 1) % 7)
    for hour in range(-3, 8):
        if hour != 2:  # that hour is there twice, or not at all
            yield sunday + datetime.timedelta(hours=hour, minutes=30)


def test_a_calendar_without_entries_is_one() -> None:
    assert read(writing.published("Ingenting", [])) == {}
