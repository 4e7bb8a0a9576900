"""What the tests of the outbox look at: states, digests, and something that is due."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from milestones.demo import Journey
from milestones.models import Mail, MailKind, User, WaitingItem


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def reach_one_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one row give this address, which the database itself would refuse."""
    stored: Any = Mail.to
    changed = {"teknisk0@fjordvik.example": address}
    monkeypatch.setattr(Mail, "to", property(lambda row: changed.get(stored.fget(row), stored.fget(row))))


def due_now(cast: Any) -> Journey:
    """An integration of which each holder is told something today."""
    journey = cast.journey()
    journey.roles()
    WaitingItem.objects.update(due_on=timezone.localdate())
    mail.outbox.clear()
    return journey


def digests_of(user: User) -> list[tuple[str, datetime.date]]:
    """The state of each of their digests, and the day it is for."""
    return list(Mail.objects.filter(kind=MailKind.DIGEST, recipient=user).order_by("pk").values_list("state", "day"))
