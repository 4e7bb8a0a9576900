"""What the gates read of one integration is what they read of it among many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext

from milestones import workflow
from milestones.clock import today
from milestones.compiled import Compiled
from milestones.demo import Journey
from milestones.facts import facts_for, facts_of, integration_now
from milestones.models import Integration, Member
from milestones.process import Role
from tests.cast import Cast, fresh
from tests.processes import PATIENCE


def same_alone_and_among_others(*integrations: Integration) -> bool:
    """One alone is read by SQL that was compiled once, many by a query that is made for them."""
    among = facts_for([fresh(one) for one in integrations])
    return all(facts_of(fresh(one)) == among[one.pk] for one in integrations)


def test_at_each_step_of_the_way(cast: Cast) -> None:
    other, journey = cast.neighbour(), cast.journey()
    workflow.grant_exception(journey.integration, "2.1", by=cast.staff, reason="Kjenner den.")
    item: dict[str, Any] = {
        "title": "Eget",
        "description": "",
        "required": False,
        "stands_on": Role.TECHNICAL_LEAD,
    }
    workflow.add_item(journey.integration, by=cast.staff, milestone=5, **item)
    steps = (journey.milestone_1, journey.milestone_2, journey.milestone_3, journey.milestone_4, journey.milestone_5)
    for step in steps:
        step()
        assert same_alone_and_among_others(journey.integration, other.integration)
    facts = facts_of(fresh(journey.integration))
    assert facts.exceptions["2.1"].by == cast.staff.name
    assert [one.title for one in facts.items] == ["Eget"]


def test_with_all_that_some_integrations_have(cast: Cast) -> None:
    other, journey = cast.neighbour(), cast.journey()
    other.to_operations()
    journey.to_operations()
    in_operations(journey)
    leaving = journey.integration.members.get(user=cast.owner)
    workflow.remove_member(journey.integration, leaving.pk, by=cast.manager)
    assert same_alone_and_among_others(journey.integration, other.integration)
    facts = facts_of(fresh(journey.integration))
    assert facts.open_deviations == 1
    assert [person.email for person in facts.unread_by] == ["terje@fjordvik.example"]
    assert cast.owner.pk not in facts.member_ids
    assert facts.names[cast.owner.pk] == "Bjørn Forretning"
    assert not facts_of(fresh(other.integration)).open_deviations


def in_operations(journey: Journey) -> None:
    """A deviation, an item to follow up, and a notice that one of two has read."""
    integration, cast = journey.integration, journey.cast
    readers = integration.members.filter(user__in=[cast.lead, cast.manager])
    workflow.name_readers(integration, by=cast.lead, member_ids=[one.pk for one in readers], shared_mailbox="")
    notice = workflow.send_notice([integration], by=cast.staff, kind="downtime", title="Stans", body="Lørdag.")
    workflow.read_notice(integration, notice.receipts.get(member__user=cast.manager).pk, by=cast.manager)
    workflow.add_follow_up(integration, by=cast.lead, title="Punkt", description="")
    workflow.open_deviation(
        integration, by=cast.lead, title="Avvik", description="Noe", handler="Terje", opened_on=today()
    )


@pytest.mark.parametrize("among", [0, 1], ids=["alone", "among others"])
def test_of_an_open_deviation_no_more_is_read_than_that_there_is_one(cast: Cast, among: int) -> None:
    journey = cast.journey()
    read = [fresh(journey.integration), fresh(cast.neighbour().integration)][: 1 + among]
    with CaptureQueriesContext(connection) as queries:
        facts_for(read)
    (query,) = [one["sql"] for one in queries if 'FROM "milestones_deviation"' in one["sql"]]
    columns = query.removeprefix("SELECT ").partition(" FROM ")[0].split(", ")
    assert columns == ['"milestones_deviation"."integration_id" AS "integration_id"']


ONE_OF_EACH: Any = Integration.objects.with_records().query.select_related
"""By name, as the query joins them."""


@pytest.mark.parametrize("with_heartbeat", [False, True])
def test_an_integration_comes_with_all_that_there_is_one_of(cast: Cast, *, with_heartbeat: bool) -> None:
    """By SQL that was compiled once, as by a query that is made for it."""
    journey = cast.journey()
    journey.milestone_1()
    if with_heartbeat:
        workflow.make_heartbeat(journey.integration, by=cast.lead, period=5, grace=5)
    right, read = fresh(journey.integration), integration_now(journey.integration.pk)
    with CaptureQueriesContext(connection) as queries:
        related = [(getattr(read, name, None), getattr(right, name, None)) for name in ONE_OF_EACH]
    assert not queries
    for one, other in [(read, right), *related]:
        assert (one and model_to_dict(one)) == (other and model_to_dict(other))
    assert (related[-1][0] is not None) == with_heartbeat


def test_one_that_is_not_there(db: None) -> None:
    with pytest.raises(Integration.DoesNotExist):
        integration_now(10**9)


def test_what_threads_share_is_not_changed_when_sql_is_made_of_it(db: None) -> None:
    """Django counts in a query, while it makes SQL of it, who uses which table: two at once leave one out."""
    shared = Member.objects.order_by("pk")
    rows = Compiled(shared)
    rows.made_of(rows.stored())
    rows.of([1])
    rows.of([1, 2])
    assert not shared.query.alias_map
    assert not shared.query.alias_refcount


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_first_all_get_the_right_rows(cast: Cast) -> None:
    journey, other = cast.journey(), cast.neighbour()
    everybody = Member.objects.order_by("pk")
    ids = [journey.integration.pk, other.integration.pk]
    asked = [("all", None), ("of", ids[:1]), ("of", ids[1:]), ("of", ids)] * 2
    right = [list(everybody) if one is None else list(everybody.filter(integration__in=one)) for _name, one in asked]
    barrier = Barrier(len(asked))
    rows = Compiled(Member.objects.order_by("pk"))

    def ask(name: str, ids: list[int] | None) -> list[Member]:
        try:
            barrier.wait(PATIENCE)
            return list(rows.made_of(rows.stored()) if ids is None else rows.of(ids))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asked)) as pool:
        assert list(pool.map(ask, *zip(*asked, strict=True))) == right
