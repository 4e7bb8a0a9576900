"""What time it is. It is now, but while the demo tells a story of weeks that are past."""

from __future__ import annotations

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


@contextmanager
def ago(days: int) -> Iterator[None]:
    """Everything that is recorded inside happens `days` days ago."""
    token = _behind.set(datetime.timedelta(days=days))
    try:
        yield
    finally:
        _behind.reset(token)
