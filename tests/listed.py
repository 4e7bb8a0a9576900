"""What tests of lists share: many integrations made in bulk, and what a list goes by put straight into its row."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from milestones.clock import today
from milestones.demo import Journey
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
    WaitingItem,
)
from milestones.process import Accord, Role
from milestones.views.integration_page import PAGE_SIZE
from milestones.workflow.intake import ONE_OF_EACH
from tests.cast import Cast, fresh


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def put(journey: Journey, **columns: Any) -> Integration:
    """Store what lists go by, as it would be after a long story."""
    Integration.objects.filter(pk=journey.integration.pk).update(**columns)
    return fresh(journey.integration)


def wait_for(journey: Journey, role: Role, since: datetime.date) -> None:
    """Let the integration wait for one thing alone."""
    journey.integration.waiting_items.all().delete()
    WaitingItem.objects.create(
        integration=journey.integration, position=0, code="1.2", reason="reader_missing", role=role,
        where="people", params=[], since=since,
    )  # fmt: skip


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
