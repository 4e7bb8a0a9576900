"""How many queries a page takes: a number for each, and the same for 10 integrations as for 1,000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones.facts import facts_for
from milestones.models import (
    Agreement,
    ChecklistItem,
    Confirmation,
    Deviation,
    ExceptionGrant,
    FollowUpItem,
    Integration,
    Meeting,
    Member,
    Milestone,
    MutualAccord,
    Notice,
    NoticeReceipt,
    Organisation,
    RoleHolding,
    Scenario,
    ScenarioRun,
    ServiceDecision,
    User,
    WaitingItem,
)
from milestones.process import Accord, Role
from milestones.views.integration_page import PAGE_SIZE
from milestones.workflow.intake import ONE_OF_EACH
from tests.cast import Cast
from tests.query_counts import require_as_counted


def many(cast: Cast, count: int) -> None:
    """`count` integrations of one organisation, each submitted and waiting for everybody, made in bulk."""
    start = Integration.objects.count()
    organisation, _new = Organisation.objects.get_or_create(number="984661185", defaults={"name": "Fjordvik"})
    rows = Integration.objects.bulk_create(
        Integration(
            reference=f"MANY-{number:03}"[:8] if number < 1000 else f"MORE{number}",
            name=f"Integrasjon {number}",
            organisation=organisation,
            onboarding_contact=cast.staff,
            waits_on="both",
            due_on=timezone.localdate(),
            submitted_at=timezone.now(),
        )
        for number in range(start, start + count)
    )
    kinds: tuple[Any, ...] = ONE_OF_EACH
    for kind in kinds:
        kind.objects.bulk_create(kind(integration=row) for row in rows)
    MutualAccord.objects.bulk_create(MutualAccord(integration=row, subject=one) for row in rows for one in Accord)
    Milestone.objects.bulk_create(
        Milestone(
            integration=row,
            number=number,
            state="submitted" if number == 1 else "upcoming",
            submitted_by=cast.manager if number == 1 else None,
            submitted_at=timezone.now() if number == 1 else None,
        )
        for row in rows
        for number in range(1, 6)
    )
    members = Member.objects.bulk_create(
        Member(integration=row, user=cast.manager, name="Kari", reads_notices=True, accepted_at=timezone.now())
        for row in rows
    )
    RoleHolding.objects.bulk_create(RoleHolding(member=member, role=Role.PROJECT_MANAGER) for member in members)
    WaitingItem.objects.bulk_create(
        WaitingItem(
            integration=row, position=n, code="1.2", reason="reader_missing", role=role, where="people", params=[]
        )
        for row in rows
        for n, role in enumerate((Role.PROJECT_MANAGER, Role.ONBOARDING))
    )
    records(cast, rows[:PAGE_SIZE], members[:PAGE_SIZE])


def records(cast: Cast, rows: list[Integration], members: list[Member]) -> None:
    """Two of what an integration gathers on its way: a query for each such row would show in the numbers."""
    manager, day = cast.manager, timezone.localdate()
    twice = [(row, str(n)) for row in rows for n in (1, 2)]
    Agreement.objects.bulk_create(
        Agreement(integration=row, kind=kind, signatory="Kari", signed_on=day, recorded_by=manager)
        for row in rows
        for kind in ("terms", "print")
    )
    ServiceDecision.objects.bulk_create(
        ServiceDecision(integration=row, service=service, choice="use", decided_by=manager)
        for row in rows
        for service in ("sms", "print")
    )
    Confirmation.objects.bulk_create(
        Confirmation(integration=row, key=f"2.{n}", confirmed_by=manager, confirmed_on=day) for row, n in twice
    )
    ExceptionGrant.objects.bulk_create(
        ExceptionGrant(integration=row, key=f"2.{n}", reason="Derfor", granted_by=manager) for row, n in twice
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(integration=row, milestone=1, title=n, added_by=manager) for row, n in twice
    )
    Meeting.objects.bulk_create(
        Meeting(integration=row, kind="kickoff", held_on=day, recorded_by=manager) for row, _n in twice
    )
    scenarios = Scenario.objects.bulk_create(Scenario(integration=row, code=f"T0{n}", title=n) for row, n in twice)
    ScenarioRun.objects.bulk_create(
        ScenarioRun(scenario=one, ran_on=day, outcome="passed", recorded_by=manager) for one in scenarios
    )
    FollowUpItem.objects.bulk_create(FollowUpItem(integration=row, title=n, added_by=manager) for row, n in twice)
    Deviation.objects.bulk_create(
        Deviation(integration=row, title=n, handler="Vakta", opened_on=day, opened_by=manager) for row, n in twice
    )
    notice = Notice.objects.create(kind="job", title="Emne", body="Tekst", sent_by=cast.staff)
    NoticeReceipt.objects.bulk_create(
        NoticeReceipt(notice=notice, integration=member.integration, member=member) for member in members
    )


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as queries:
        yield queries


def queries_of(user: User, address: str) -> int:
    client = Client()
    client.force_login(user)
    with counted() as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    if not address.startswith("/i/"):
        assert re.search(r"Integrasjon \d", answer.content.decode()), "a list without rows would prove nothing"
    return len(queries)


LISTS = (
    ("staff", "/integrations/"),
    ("staff", "/integrations/?q=integrasjon&phase=milestone_1&waits_on=digipost&sort=organisation"),
    ("staff", "/integrations/?as=board"),
    ("staff", "/integrations/?as=timeline"),
    ("manager", "/integrations/"),
    ("staff", "/"),
    ("manager", "/"),
    ("staff", "/approvals/"),
)


def test_lists_take_as_many_queries_for_1000_as_for_10(cast: Cast) -> None:
    many(cast, 10)
    few = _of_lists(cast)
    many(cast, 990)
    assert Integration.objects.count() == 1000
    assert _of_lists(cast) == _of_lists(cast, page=2) == few
    require_as_counted("lists", few)


def _of_lists(cast: Cast, page: int = 1) -> dict[str, int]:
    return {f"{who} {address}": queries_of(getattr(cast, who), _page(address, page)) for who, address in LISTS}


def _page(address: str, number: int) -> str:
    return address if number == 1 else f"{address}{'&' if '?' in address else '?'}page={number}"


def test_facts_take_as_many_queries_for_50_as_for_1(cast: Cast) -> None:
    many(cast, 50)
    rows = list(Integration.objects.with_records())
    with counted() as for_one:
        facts_for(rows[:1])
    with counted() as for_all:
        found = facts_for(rows)
    assert len(found) == 50
    assert all(len(one.scenarios) == len(one.follow_ups) == len(one.items) == 2 for one in found.values())
    assert len(for_one) == len(for_all)
    require_as_counted("facts", {"of any number": len(for_all)})


@pytest.mark.parametrize("who", ["staff", "manager", "lead"])
def test_the_pages_of_an_integration(cast: Cast, who: str) -> None:
    journey = cast.journey()
    journey.to_operations()
    address = f"/i/{journey.integration.reference}/"
    places = ("", *_milestones())
    require_as_counted(
        f"an integration, {who}",
        {f"/i/.../{place}": queries_of(getattr(cast, who), address + place) for place in places},
    )


def _milestones() -> list[str]:
    return [f"milestones/{number}/" for number in range(1, 6)]
