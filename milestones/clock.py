"""What time it is. It is now, but while the demo tells a story of weeks that are past."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_behind: ContextVar[datetime.timedelta] = ContextVar("behind", default=datetime.timedelta())


def now() -> datetime.datetime:
    return timezone.now() - _behind.get()


def today() -> datetime.date:
    """The date in Europe/Oslo."""
    return timezone.localdate(now())


def months_ago(months: int) -> datetime.date:
    """The same day of the month so many months ago, or that month's last day."""
    year, month = divmod(today().year * 12 + today().month - 1 - months, 12)
    day = min(today().day, calendar.monthrange(year, month + 1)[1])
    return datetime.date(year, month + 1, day)


@contextmanager
def ago(days: int) -> Iterator[None]:
    """Everything that is recorded inside happens `days` days ago."""
    token = _behind.set(datetime.timedelta(days=days))
    try:
        yield
    finally:
        _behind.reset(token)
