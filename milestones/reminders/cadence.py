"""On which days somebody gets a digest at all: pure."""

from __future__ import annotations

import datetime
from itertools import count, takewhile

from ..process import Cadence
from ..workdays import is_working_day, iso_week
from .rules import Rules


def digest_on(
    day: datetime.date, rules: Rules, cadence: str, last: datetime.date | None, *, forced: bool = False
) -> bool:
    """Whether somebody with this cadence, last sent a digest on `last`, gets one on `day`, if anything is due.

    Once a week: the first day of the week that may have one, or a later one if nothing was sent until then. `forced`
    on any day, but neither twice a day nor against the choice of who wants it once a week.
    """
    if last == day:
        return False
    if cadence == Cadence.WEEKLY:
        week_begun = any(_is_digest_day(day - datetime.timedelta(days=n), rules) for n in range(day.weekday() + 1))
        return is_working_day(day) and week_begun and (last is None or iso_week(last) != iso_week(day))
    return forced or _is_digest_day(day, rules)


def _is_digest_day(day: datetime.date, rules: Rules) -> bool:
    """A chosen working day; or the first working day after a chosen day, if that week's chosen days are all off."""
    if not is_working_day(day) or day.weekday() in rules.weekdays:
        return is_working_day(day)
    just_off = takewhile(lambda one: not is_working_day(one), (day - datetime.timedelta(days=n) for n in count(1)))
    return any(one.weekday() in rules.weekdays and not _works_on_chosen_day(one, rules) for one in just_off)


def _works_on_chosen_day(day: datetime.date, rules: Rules) -> bool:
    """Whether any of the chosen weekdays is a working day in the week of `day`."""
    monday = day - datetime.timedelta(days=day.weekday())
    return any(is_working_day(monday + datetime.timedelta(days=weekday)) for weekday in rules.weekdays)


def occasion_of(day: datetime.date, cadence: str) -> str:
    """What a digest is once for: its local date, or its week for who wants it once a week."""
    return iso_week(day) if cadence == Cadence.WEEKLY else day.isoformat()
