"""Working days in Norway: no weekends, public holidays, 24 or 31 December."""

from __future__ import annotations

import datetime
from functools import cache, lru_cache

import holidays


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NO", language="no")


@lru_cache(maxsize=4096)
def is_working_day(day: datetime.date) -> bool:
    """Nobody works on 24 and 31 December, though they are no public holidays."""
    return day.weekday() < 5 and day not in _holidays() and (day.month, day.day) not in ((12, 24), (12, 31))


@lru_cache(maxsize=4096)
def add_working_days(day: datetime.date, count: int) -> datetime.date:
    """The date `count` working days after `day`."""
    while count > 0:
        day += datetime.timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_day_from(day: datetime.date) -> datetime.date:
    """The day itself, or the first after it on which anybody works."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_day_before(day: datetime.date) -> datetime.date:
    """The last day before `day` on which anybody worked."""
    day -= datetime.timedelta(days=1)
    while not is_working_day(day):
        day -= datetime.timedelta(days=1)
    return day


@lru_cache(maxsize=4096)
def subtract_working_days(day: datetime.date, count: int) -> datetime.date:
    """The date `count` working days before `day`."""
    while count > 0:
        day -= datetime.timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


@lru_cache(maxsize=4096)
def working_days_after(start: datetime.date, day: datetime.date) -> int:
    """How many working days lie after `start`, up to and including `day`; 0 when `day` is not later."""
    span = range(1, (day - start).days + 1)
    return sum(is_working_day(start + datetime.timedelta(days=n)) for n in span)


def iso_week(day: datetime.date) -> str:
    """The week that `day` is in, such as 2026-W48."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def first_working_day_of_week(day: datetime.date) -> datetime.date:
    """Monday, or the first day after it on which anybody works; Saturday if the whole week is off."""
    day -= datetime.timedelta(days=day.weekday())
    while day.weekday() < 5 and not is_working_day(day):
        day += datetime.timedelta(days=1)
    return day
