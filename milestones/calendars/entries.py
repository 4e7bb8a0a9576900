"""What stands in a calendar: one entry, whatever it is about."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from .. import clock

OSLO = ZoneInfo("Europe/Oslo")
KEPT = datetime.timedelta(days=90)
"""How long what is gone is shown as cancelled: calendars that look in seldom learn of it too."""


CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Person:
    """Somebody by name, and by their address for mail."""

    name: str
    address: str


class State(StrEnum):
    """As RFC 5545 calls it."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """Something on a day, or from one hour to another; `ends` is no part of it.

    `sequence` grows with each other date that it is given, and with its end; `changed_at` is when anything of it was
    last another. `is_busy` says that whoever is there has time for nothing else.
    """

    uid: str
    summary: str
    description: str
    url: str
    begins: datetime.date
    ends: datetime.date
    sequence: int
    changed_at: datetime.datetime
    state: State = State.CONFIRMED
    place: str = ""
    is_busy: bool = False

    @property
    def day(self) -> datetime.date:
        """The day on which it begins, in Europe/Oslo."""
        return self.begins.date() if isinstance(self.begins, datetime.datetime) else self.begins

    def cancelled(self, at: datetime.datetime) -> Entry:
        """The same, called off at that moment."""
        return replace(self, state=State.CANCELLED, sequence=self.sequence + 1, changed_at=at)


def uid_of(key: str, reference: str) -> str:
    """Names one entry for good, wherever it is read: milestone-3.BOFA-482@host."""
    return f"{key}.{reference}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def is_shown(gone_at: datetime.datetime) -> bool:
    """Whether what was gone at that moment is still shown as cancelled."""
    return gone_at > clock.now() - KEPT
