"""What tests about mail share: sending everything that is due, on a Monday morning."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine

from milestones import outbox

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
