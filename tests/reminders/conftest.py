"""What tests about mail share: sending everything that is due, on a Monday morning."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from milestones.demo import Journey
from milestones.models import Mail
from milestones.reminders import cases, sweep
from tests.cast import Cast, add_observer
from tests.mailing import Send, send_all_due
from tests.reminders.crowd import gather
from tests.reminders.server import Server

MONDAY_MORNING = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY_MORNING) as traveller:
        yield traveller


@pytest.fixture
def send_all(monday: time_machine.Traveller) -> Send:
    """Send what is due on that morning; returns how many were sent."""
    return send_all_due


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


@pytest.fixture
def begun(cast: Cast, monday: object, journey: Journey) -> Journey:
    """Taken in on a Monday, with its roles given; milestone 1 is due ten working days later."""
    journey.roles()
    add_observer(journey, cast.observer)
    return journey


@pytest.fixture
def digests(begun: Journey, monday: time_machine.Traveller, send_all: Callable[[], int]) -> Journey:
    """A month later, with everything overdue and today's digests sent."""
    monday.shift(datetime.timedelta(days=28))
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
    send_all()
    return begun


@pytest.fixture
def quiet(monday: object, journey: Journey) -> Journey:
    """All that milestone 1 asks is in place, and no mail waits."""
    journey.milestone_1_facts()
    Mail.objects.all().delete()
    return journey
