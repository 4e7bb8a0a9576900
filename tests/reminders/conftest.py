"""What tests about mail share: sending everything that is due, on a Monday morning."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from milestones import outbox
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.server import Server

MONDAY_MORNING = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY_MORNING) as traveller:
        yield traveller


@pytest.fixture
def send_all(monday: time_machine.Traveller) -> Callable[[], int]:
    """Send what is due on that morning; returns how many were sent."""

    def send() -> int:
        sent = 0
        while batch := outbox.send_batch():
            sent += batch.sent
        return sent

    return send


@pytest.fixture
def crowd(db: None, monday: object) -> None:
    """Five people, two integrations each, and this morning's digests of all of them queued."""
    gather(recipients=5, integrations=10)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    """A mail server whose `refusal` a test may replace."""
    settings.EMAIL_BACKEND = "tests.reminders.server.Server"
    monkeypatch.setattr(Server, "refusal", staticmethod(lambda address: None))
    return Server
