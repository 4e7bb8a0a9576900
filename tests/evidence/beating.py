"""A heartbeat for the tests: its address, its beats, and the look at all of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Heartbeat


def made_for(journey: Journey, period: int = 5, grace: int = 5) -> str:
    """The address of a new heartbeat."""
    row = workflow.make_heartbeat(journey.integration, by=journey.cast.lead, period=period, grace=grace)
    return address_of(row)


def address_of(row: Heartbeat) -> str:
    return f"/api/v1/beat/{row.token}"


def call(address: str, method: str = "get", **more: Any) -> Any:
    """As monitoring calls it: with nothing, and held to a token against forgery where one is asked for."""
    return getattr(Client(enforce_csrf_checks=True), method)(address, **more)


def last_beat_was(journey: Journey, minutes_ago: float) -> None:
    when = timezone.now() - datetime.timedelta(minutes=minutes_ago)
    Heartbeat.objects.filter(integration=journey.integration).update(last_beat_at=when)


def row_of(journey: Journey) -> Heartbeat:
    return Heartbeat.objects.select_related("deviation").get(integration=journey.integration)
