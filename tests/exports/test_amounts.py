"""An integration's own exports take as many queries for many rows as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, Member, RoleHolding, Scenario, ScenarioRun, User
from milestones.process import Role
from tests.cast import Cast
from tests.exports.reading import body, same_in_all


def queries_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        body(answer)
        return len(queries)


def grow(cast: Cast, journey: Journey) -> None:
    """More of what the exports list."""
    one = journey.integration
    Event.objects.bulk_create(
        Event(integration=one, actor=actor, kind="paused") for actor in (cast.lead, cast.staff) for _n in range(300)
    )
    scenarios = Scenario.objects.bulk_create(Scenario(integration=one, code=f"E{n}", title="Eget") for n in range(30))
    ScenarioRun.objects.bulk_create(
        ScenarioRun(scenario=scenario, ran_on=today(), outcome="passed", recorded_by=actor)
        for scenario in scenarios
        for actor in (cast.lead, cast.owner)
        for _n in range(10)
    )
    people = User.objects.bulk_create(User(email=f"p{n}@fjordvik.example", name=f"P{n}") for n in range(90))
    members = Member.objects.bulk_create(Member(integration=one, user=user, name=user.name) for user in people)
    RoleHolding.objects.bulk_create(RoleHolding(member=member, role=Role.OBSERVER) for member in members)


@pytest.mark.parametrize("noun", ["plan", "scenarios", "history", "people"])
def test_many_rows_take_as_many_queries_as_few(cast: Cast, noun: str) -> None:
    journey = cast.journey()
    journey.to_operations()
    address = f"/i/{journey.integration.reference}/{noun}/export/"
    manager = cast.client(cast.manager)
    before = {ending: queries_for(manager, f"{address}{ending}/") for ending in ("xlsx", "csv")}
    had = len(same_in_all(manager, address))
    grow(cast, journey)
    assert {ending: queries_for(manager, f"{address}{ending}/") for ending in ("xlsx", "csv")} == before
    assert len(same_in_all(manager, address)) > had or noun == "plan"
