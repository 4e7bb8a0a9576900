"""History: every change leaves an event, and neither code nor SQL can change or remove one."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from milestones.models import AppendOnlyError, Event
from tests.cast import Cast


@pytest.fixture
def event(cast: Cast) -> Event:
    cast.journey()
    return Event.objects.earliest("pk")


def test_code_refuses(event: Event) -> None:
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()
    with pytest.raises(AppendOnlyError):
        Event.objects.update(reason="")
    with pytest.raises(AppendOnlyError):
        Event.objects.all().delete()


REWRITES = {
    "postgresql": ["TRUNCATE milestones_event CASCADE"],
    "sqlite": [
        "INSERT OR REPLACE INTO milestones_event "
        "(id, at, kind, subject, from_value, to_value, reason, integration_id) "
        "SELECT id, at, 'closed', subject, from_value, to_value, 'x', integration_id FROM milestones_event",
        "REPLACE INTO milestones_event (id, at, kind, subject, from_value, to_value, reason, integration_id) "
        "SELECT id, at, 'closed', subject, from_value, to_value, 'forged', integration_id FROM milestones_event",
    ],
}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE milestones_event SET reason = 'x'",
        "DELETE FROM milestones_event",
        *REWRITES[connection.vendor],
    ],
)
def test_the_database_refuses(event: Event, statement: str) -> None:
    before = list(Event.objects.values())
    connection.check_constraints()  # else PostgreSQL refuses TRUNCATE for a reason of its own
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.values()) == before


def test_an_event_says_who_when_what_from_and_to(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1_facts()
    journey.pass_milestone(1)
    approved = Event.objects.get(kind="milestone_approved")
    assert (approved.actor, approved.subject) == (cast.staff, "1")
    assert (approved.from_value, approved.to_value) == ("submitted", "approved")
