"""Working days in Norway: no weekends, public holidays, 24 or 31 December."""

from __future__ import annotations

import datetime
from functools import cache

import holidays


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NO", language="no")


def is_working_day(day: datetime.date) -> bool:
    """Nobody works on 24 and 31 December, though they are no public holidays."""
    return day.weekday() < 5 and day not in _holidays() and (day.month, day.day) not in ((12, 24), (12, 31))


def add_working_days(day: datetime.date, count: int) -> datetime.date:
    """The date `count` working days after `day`."""
    while count > 0:
        day += datetime.timedelta(days=1)
        count -= is_working_day(day)
    return day
