"""The demo's story, told once for the whole file: it is true to its dates, and shows all there is to see."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from stdnum.no import orgnr

from milestones import clock, demo, facts, gates, snapshots
from milestones.clock import date_of, today
from milestones.models import (
    Agreement,
    Comment,
    Confirmation,
    Event,
    EventKind,
    ExceptionGrant,
    FollowUpItem,
    Integration,
    Mail,
    Meeting,
    Milestone,
    NoticeReceipt,
    ScenarioRun,
    SendState,
    User,
)
from milestones.process import FollowUpState, MilestoneState, Phase, Status
from milestones.reminders import cases
from milestones.reminders.at_work import Item, work_of
from milestones.reminders.decide import Line
from milestones.reminders.due import promised_on
from milestones.workdays import is_working_day, subtract_working_days
from tests.made_once import made_once

NINE_MONTHS = 184
"""In working days: there are at least so many."""
GONE_ON_PURPOSE = {"Svar på prøver"}
"""Of these a fact has gone that an approved milestone rests on."""


@made_once
def told() -> None:
    assert demo.begin()
    for plot in demo.STORY:
        demo.tell(plot)


@pytest.fixture(autouse=True)
def story(told: None) -> None:
    """Each test's own changes are undone."""


def test_it_is_told_of_many_organisations() -> None:
    assert Integration.objects.count() == len(demo.STORY) >= 30
    organisations = {plot.organisation for plot in demo.STORY}
    assert 12 <= len(organisations) <= 15
    assert all(orgnr.is_valid(one.number) for one in organisations)
    assert not User.objects.exclude(email__endswith=".example").exists()


def test_each_integrations_events_rise_and_lie_in_working_hours_of_nine_months() -> None:
    first = clock.months_ago(9)
    for integration in Integration.objects.all():
        moments = [clock.in_oslo(at) for at in integration.events.order_by("pk").values_list("at", flat=True)]
        assert moments == sorted(moments), integration.name
        assert all(first <= at.date() < today() and is_working_day(at.date()) for at in moments), integration.name
        assert all(8 <= at.hour < 16 for at in moments), integration.name


def test_nine_months_are_told_of() -> None:
    first = Event.objects.order_by("at").values_list("at", flat=True)[0]
    assert clock.date_of(first) == subtract_working_days(today(), NINE_MONTHS)


@pytest.mark.parametrize(
    ("model", "column"),
    [(Agreement, "signed_on"), (Confirmation, "confirmed_on"), (Meeting, "held_on"), (ScenarioRun, "ran_on")],
)
def test_what_was_done_was_done_on_the_day_it_is_recorded(model: Any, column: str) -> None:
    """But for a meeting that is planned: it lies ahead."""
    rows = Meeting.objects.recorded() if model is Meeting else model.objects.all()
    assert rows
    for row in rows:
        assert getattr(row, column) == clock.date_of(row.recorded_at)


def test_somebody_said_something_and_a_meeting_lies_ahead() -> None:
    assert Comment.objects.exists()
    assert Meeting.objects.filter(is_planned=True, held_on__gt=today()).exists()


def test_every_phase_status_and_state_is_there() -> None:
    assert set(Integration.objects.values_list("phase", flat=True)) == set(Phase.values)
    assert set(Integration.objects.values_list("status", flat=True)) == set(Status.values)
    for number in range(1, 6):
        found = set(Milestone.objects.filter(number=number).values_list("state", flat=True))
        assert found >= {MilestoneState.IN_PROGRESS, MilestoneState.SUBMITTED, MilestoneState.APPROVED}


def test_what_a_day_at_digipost_brings_is_there() -> None:
    open_ones = Integration.objects.filter(status=Status.ACTIVE)
    assert Integration.objects.awaiting_acceptance().count() == 1
    assert open_ones.filter(returned=True).count() >= 3
    assert open_ones.overdue(today()).count() >= 3
    assert open_ones.filter(onboarding_contact=None, accepted_at__isnull=False).exists()
    submitted = open_ones.filter(submitted_at__isnull=False)
    days = cases.rules_in_force().approval_days
    late = {promised_on(date_of(one.submitted_at), days) < today() for one in submitted if one.submitted_at}
    assert late == {True, False}
    assert NoticeReceipt.objects.unread().exists()
    assert Integration.objects.filter(certificate_expires_on__gt=today()).exists()
    assert ExceptionGrant.objects.filter(until__gt=today()).exists()
    deferred = FollowUpItem.objects.filter(deferred_until__gt=today())
    assert set(deferred.values_list("state", flat=True)) == {FollowUpState.OPEN, FollowUpState.DEFERRED}


def test_one_was_returned_and_submitted_again() -> None:
    returned = Event.objects.filter(kind=EventKind.MILESTONE_RETURNED).values("integration")
    assert Integration.objects.filter(pk__in=returned, submitted_at__isnull=False).exists()


def test_gates_say_what_the_states_say() -> None:
    gone = set()
    for integration, recorded in facts.all_facts():
        approved = [n for n, one in recorded.milestones.items() if one.state == MilestoneState.APPROVED]
        if any(gates.gate(number, recorded) for number in approved):
            gone.add(integration.name)
        submitted = [n for n, one in recorded.milestones.items() if one.state == MilestoneState.SUBMITTED]
        assert not any(gates.gate(number, recorded) for number in submitted), integration.name
    assert gone == GONE_ON_PURPOSE


def test_what_lists_show_is_what_the_gates_say() -> None:
    assert not [integration.name for integration, differs in snapshots.differences() if differs]


def test_plan_and_actual_can_be_told_apart() -> None:
    planned = Milestone.objects.filter(state=MilestoneState.APPROVED, baseline_on__isnull=False)
    late = planned.filter(approved_at__date__gt=F("baseline_on"))
    assert late.exists()
    assert late.count() < planned.count()


def test_nobody_is_mailed_what_is_old() -> None:
    assert set(Mail.objects.values_list("state", flat=True)) == {SendState.DROPPED}
    assert not Mail.objects.exclude(event=None).exclude(event__at__date=F("day")).exists()


def test_each_demo_person_has_something_to_do(client: Client) -> None:
    references = set(Integration.objects.values_list("reference", flat=True))
    for name, email, _does in demo.people():
        client.force_login(User.objects.get(email=email))
        page = client.get("/").content.decode()
        assert any(reference in page for reference in references), name


def test_told_twice_it_is_told_once() -> None:
    events = Event.objects.count()
    assert not demo.untold()
    for plot in demo.STORY:
        demo.tell(plot)
    assert Event.objects.count() == events


def test_a_crowd_is_told_the_same_way() -> None:
    for plot in list(demo.up_to(len(demo.STORY) + 20))[4::5]:
        demo.tell(plot)
    assert not [integration.name for integration, differs in snapshots.differences() if differs]


def test_no_two_of_a_crowd_are_the_same() -> None:
    crowd = list(itertools.islice(demo.plots(), 3000))
    assert len({(plot.organisation.number, plot.name) for plot in crowd}) == len(crowd)
    assert len({plot.organisation.domain for plot in crowd}) == len({plot.organisation.name for plot in crowd})
    assert max(plot.begun for plot in crowd) <= NINE_MONTHS


def test_my_work_says_to_everybody_what_their_digest_of_the_day_says() -> None:
    rules, said = cases.rules_in_force(), 0
    told = cases.told_to(User.objects.all(), today(), rules, 10_000)
    for user in User.objects.all():
        lines = told[user.pk].lines if user.pk in told else []
        pressing = [item for item in work_of(user, today(), rules).mine if item.urgency]
        assert [_named(one) for one in pressing] == [_named(one) for one in lines], user
        said += len(lines)
    assert said > 20


def _named(one: Line | Item) -> tuple[object, ...]:
    return one.integration_id, one.urgency, one.code, one.reason, one.role, one.params, one.due_on, one.stands_on
