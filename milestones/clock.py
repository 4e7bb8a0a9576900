"""The current time, which `at` and `ago` move back while the demo records a story of past months.

What people do is dated by the app's clock. Claims and leases, on which workers must agree, go by the clock of the one
database: a host whose own clock is wrong can neither steal a claim nor hold it for too long.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import DateTimeField, Value
from django.db.models.functions import Now
from django.utils import timezone

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
"""Digipost opened in 2011; whoever types an earlier year, or one that nobody plans for, has mistyped."""

_behind: ContextVar[datetime.timedelta] = ContextVar("behind", default=datetime.timedelta())


def now() -> datetime.datetime:
    return timezone.now() - _behind.get()


def today() -> datetime.date:
    """The date in Europe/Oslo."""
    return date_of(now())


def date_of(moment: datetime.datetime) -> datetime.date:
    """The date of an aware moment, in Europe/Oslo."""
    return timezone.localdate(moment)


def in_oslo(moment: datetime.datetime) -> datetime.datetime:
    """An aware moment by the clock on the wall in Oslo."""
    return timezone.localtime(moment)


def months_ago(months: int) -> datetime.date:
    """The same day of the month so many months ago, or that month's last day."""
    year, month = divmod(today().year * 12 + today().month - 1 - months, 12)
    day = min(today().day, calendar.monthrange(year, month + 1)[1])
    return datetime.date(year, month + 1, day)


class DatabaseNow(Now):
    """The database's now, inside the statement that asks for it. SQLite has no clock but its one host's."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        return compiler.compile(Value(timezone.now(), DateTimeField()))


def moved() -> bool:
    """Whether this is told of the past, and nothing that happens now."""
    return bool(_behind.get())


def at(moment: datetime.datetime) -> AbstractContextManager[None]:
    """Everything that is recorded inside happens from `moment` on, which has passed."""
    return _moved_back(timezone.now() - moment)


def ago(days: int) -> AbstractContextManager[None]:
    """Everything that is recorded inside happens `days` days ago."""
    return _moved_back(datetime.timedelta(days=days))


@contextmanager
def _moved_back(behind: datetime.timedelta) -> Iterator[None]:
    token = _behind.set(behind)
    try:
        yield
    finally:
        _behind.reset(token)
