"""Two people at once: on PostgreSQL, whatever two threads do ends as if one had come after the other.

Each race lists its two serial outcomes: what either was told, the history in order, and where it leaves the states.
An approval that judged facts which are gone shows in the history's order, even where the states look right.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django_fsm import TransitionNotAllowed

from milestones import gates, snapshots, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Integration, Notice, User
from milestones.policy import Forbidden
from milestones.process import MILESTONE_NUMBERS, MilestoneState, Outcome, Phase, Role, SenderKind
from tests.cast import Cast, facts_now, fresh
from tests.model.history import as_recorded, beginning, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]

ROUNDS = 20
CROWD = 50
HEAD_STARTS = (0.0, 0.005, -0.005, 0.015, -0.015)
"""Seconds by which the second is held back (or the first, when negative): windows are hit from both sides."""

Action = Callable[[], object]


@dataclass(frozen=True)
class Told:
    """One serial outcome: what each was told, what the history says in order, and the states it ends in."""

    answers: tuple[str, ...]
    history: tuple[EventKind, ...]
    states: dict[str, str]


def at_once(*actions: Action, waits: Sequence[float] = ()) -> tuple[str, ...]:
    """Run each action in a thread and on a connection of its own; "done", or the name of the refusal, of each."""
    barrier = threading.Barrier(len(actions))

    def run(action: Action, wait: float) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            time.sleep(wait)
            action()
        except (Forbidden, Http404, workflow.GateClosed, TransitionNotAllowed, ValidationError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return tuple(pool.map(run, actions, waits or [0.0] * len(actions)))


def race(integration: Integration, start: Action, first: Action, second: Action, serial: Sequence[Told]) -> None:
    """Round after round from the same start, each of which must end in one of the two serial outcomes."""
    for number in range(ROUNDS):
        start()
        last = latest_event(integration)
        ahead = HEAD_STARTS[number % len(HEAD_STARTS)]
        answers = at_once(first, second, waits=(max(-ahead, 0.0), max(ahead, 0.0)))
        states = as_recorded(fresh(integration))
        news = integration.events.filter(pk__gt=last).order_by("pk")
        found = (answers, tuple(event.kind for event in news))
        matching = [one for one in serial if (one.answers, one.history) == found]
        assert matching, f"round {number}: {found}"
        assert {name: states[name] for name in matching[0].states} == matching[0].states
        check(integration)


def latest_event(integration: Integration) -> int:
    return integration.events.order_by("-pk").values_list("pk", flat=True)[0]


def check(integration: Integration) -> None:
    """What is true at all times: see the model check."""
    story = beginning()
    events = list(integration.events.order_by("pk"))
    for event in events:
        tell(story, event)
    assert story == as_recorded(fresh(integration))
    assert [event.at for event in events] == sorted(event.at for event in events)
    facts = facts_now(integration)
    current = facts.phase.number or len(MILESTONE_NUMBERS) + 1
    for number in MILESTONE_NUMBERS:
        assert (facts.state_of(number) == MilestoneState.APPROVED) == (number < current)
    assert not facts.production_enabled or facts.state_of(2) == MilestoneState.APPROVED
    assert not facts.approval_recorded or not gates.unmet_of("3.1", facts)
    assert not [row for row, differs in snapshots.differences() if differs]


APPROVED = (EventKind.MILESTONE_APPROVED, EventKind.PHASE_CHANGED, EventKind.MILESTONE_STARTED)
IN_2 = {"phase": "milestone_2", "milestone 2": "in_progress", "milestone 3": "upcoming", "production": "closed"}
SUBMITTED_2 = {**IN_2, "milestone 2": "submitted"}
IN_3 = {"phase": "milestone_3", "milestone 2": "approved", "milestone 3": "in_progress", "production": "closed"}


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """Milestone 2 in progress, with everything in place."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2_facts()
    return journey


def open_2(journey: Journey) -> None:
    """Back to milestone 2 in progress and its gate open, whatever the last round did."""
    facts = facts_now(journey.integration)
    if facts.state_of(2) == MilestoneState.APPROVED:
        workflow.reopen(journey.integration, 2, by=journey.cast.staff, reason="En gang til.")
    if facts.state_of(2) == MilestoneState.SUBMITTED:
        workflow.withdraw(journey.integration, 2, by=journey.cast.manager)
    if Role.TECHNICAL_LEAD not in facts.people:
        journey.roles()
    if "2.3" not in facts.confirmed:
        journey.confirm("2.3")


def submit_2(journey: Journey) -> None:
    """Back to milestone 2 submitted, by the project manager."""
    open_2(journey)
    workflow.submit(journey.integration, 2, by=journey.cast.manager)


def approve_2(journey: Journey) -> Action:
    return partial(workflow.approve, journey.integration, 2, by=journey.cast.staff)


def ready_for_5(journey: Journey) -> None:
    """On to milestone 5, submitted by the project manager."""
    journey.pass_milestone(2)
    journey.milestone_3()
    journey.milestone_4()
    journey.milestone_5_facts()
    workflow.submit(journey.integration, 5, by=journey.cast.manager)


@pytest.mark.parametrize(
    ("number", "ready", "history"), [(2, submit_2, APPROVED), (5, ready_for_5, APPROVED[:-1])], ids=["2", "5"]
)
def test_of_fifty_approvals_one_counts(
    journey: Journey, number: int, ready: Callable[[Journey], None], history: tuple[EventKind, ...]
) -> None:
    """Of milestone 5 too: behind it no next one starts, which could not start twice."""
    ready(journey)
    integration = journey.integration
    crowd = [User.objects.create_user(f"nr{n}@digipost.example", f"Nr {n}", is_staff=True) for n in range(CROWD)]
    last = latest_event(integration)
    answers = at_once(*(partial(workflow.approve, integration, number, by=one) for one in crowd))
    assert sorted(answers) == ["TransitionNotAllowed"] * (CROWD - 1) + ["done"]
    news = list(Event.objects.filter(pk__gt=last).order_by("pk"))
    assert tuple(event.kind for event in news) == history
    winner = crowd[answers.index("done")]
    assert {event.actor_id for event in news} == {winner.pk}
    assert integration.milestones.get(number=number).approved_by_id == winner.pk
    assert fresh(integration).phase == Phase.of(number + 1)
    check(integration)


def test_taking_a_check_back_against_approving(journey: Journey) -> None:
    taken_back = (EventKind.CONFIRMATION_WITHDRAWN,)
    race(
        journey.integration,
        partial(submit_2, journey),
        partial(workflow.unconfirm, journey.integration, "2.3", by=journey.cast.lead),
        approve_2(journey),
        [
            Told(("done", "GateClosed"), taken_back, SUBMITTED_2),
            Told(("done", "done"), (*APPROVED, *taken_back, EventKind.REQUIREMENT_LAPSED), IN_3),
        ],
    )


def test_submitting_against_withdrawing(journey: Journey) -> None:
    submitted = (EventKind.MILESTONE_SUBMITTED,)
    race(
        journey.integration,
        partial(open_2, journey),
        partial(workflow.submit, journey.integration, 2, by=journey.cast.manager),
        partial(workflow.withdraw, journey.integration, 2, by=journey.cast.lead),
        [
            Told(("done", "done"), (*submitted, EventKind.MILESTONE_WITHDRAWN), IN_2),
            Told(("done", "TransitionNotAllowed"), submitted, SUBMITTED_2),
        ],
    )


def test_two_submissions(journey: Journey) -> None:
    submitted = (EventKind.MILESTONE_SUBMITTED,)
    race(
        journey.integration,
        partial(open_2, journey),
        partial(workflow.submit, journey.integration, 2, by=journey.cast.manager),
        partial(workflow.submit, journey.integration, 2, by=journey.cast.lead),
        [
            Told(("done", "TransitionNotAllowed"), submitted, SUBMITTED_2),
            Told(("TransitionNotAllowed", "done"), submitted, SUBMITTED_2),
        ],
    )


def test_returning_against_approving(journey: Journey) -> None:
    race(
        journey.integration,
        partial(submit_2, journey),
        partial(workflow.send_back, journey.integration, 2, by=journey.cast.staff, reason="Referatet mangler."),
        approve_2(journey),
        [
            Told(("done", "TransitionNotAllowed"), (EventKind.MILESTONE_RETURNED,), IN_2),
            Told(("TransitionNotAllowed", "done"), APPROVED, IN_3),
        ],
    )


def test_removing_a_required_member_against_approving(journey: Journey) -> None:
    integration, lead = journey.integration, journey.cast.lead
    left = (EventKind.ROLES_CHANGED, EventKind.MEMBER_LEFT, EventKind.REQUIREMENT_LAPSED)  # 1.2 of milestone 1

    def remove_the_lead() -> None:
        member = integration.members.current().get(user=lead)
        workflow.remove(integration, member.pk, by=journey.cast.manager)

    race(
        integration,
        partial(submit_2, journey),
        remove_the_lead,
        approve_2(journey),
        [
            Told(("done", "GateClosed"), left, SUBMITTED_2),
            Told(("done", "done"), (*APPROVED, *left), IN_3),
        ],
    )


def test_two_presses_send_a_notice_once(journey: Journey) -> None:
    words = {"kind": "job", "title": "Varsel", "body": "Les."}
    send = partial(workflow.send_notice, [journey.integration], by=journey.cast.staff, **words)
    assert sorted(at_once(send, send)) == ["Stale", "done"]
    assert Notice.objects.count() == 1


def test_two_presses_record_a_meeting_once(journey: Journey) -> None:
    """With the number of one form, and with none."""
    said: dict[str, Any] = {"sender_people": "Kari", "digipost_people": "", "minutes": "Møtt."}
    for number, kind in (("en", "other"), ("", "technical")):

        def record(number: str = number, kind: str = kind) -> None:
            with workflow.sent_with(number):
                workflow.record_meeting(
                    journey.integration, by=journey.cast.manager, kind=kind, held_on=today(), **said
                )

        assert sorted(at_once(record, record)) == ["Stale", "done"]
        assert journey.integration.meetings.filter(kind=kind).count() == 1


def test_two_presses_create_an_integration_once(cast: Cast) -> None:
    create = partial(cast.journey, "Ny")
    assert sorted(at_once(create, create)) == ["Stale", "done"]
    assert Integration.objects.count() == 1


def test_a_race_does_not_pass_the_limit_on_intakes(cast: Cast, settings: Any) -> None:
    settings.INTAKES_A_DAY = 2
    manager = cast.manager
    named: dict[str, Any] = {"number": "984661185", "organisation": "Fjordvik", "sender_kind": SenderKind.SENDER}
    named |= {"manager_name": manager.name, "manager_email": manager.email}
    many = [partial(workflow.create_integration, by=manager, name=f"Brev {n}", **named) for n in range(6)]
    assert sorted(at_once(*many)) == ["ValidationError"] * 4 + ["done"] * 2
    assert Integration.objects.count() == 2


def test_nor_on_invitations_of_one_person_to_many_integrations(cast: Cast, settings: Any) -> None:
    settings.INVITATIONS_A_DAY = 3
    places = [cast.journey(f"Brev {n}").integration for n in range(6)]
    many = [
        partial(workflow.invite, place, by=cast.manager, name="Ny", email=f"ny{n}@x.example", roles=[])
        for n, place in enumerate(places)
    ]
    assert sorted(at_once(*many)) == ["ValidationError"] * 3 + ["done"] * 3


def test_two_who_invite_each_other_do_not_wait_in_a_ring(cast: Cast) -> None:
    here, there = cast.journey().integration, cast.neighbour().integration
    one = partial(workflow.invite, here, by=cast.manager, name="Nina", email=cast.stranger.email, roles=[])
    other = partial(workflow.invite, there, by=cast.stranger, name="Kari", email=cast.manager.email, roles=[])
    assert at_once(one, other) == ("done", "done")


@pytest.fixture
def tested(journey: Journey) -> Journey:
    """Milestone 3 in progress; the scenario set agreed and every scenario passed."""
    journey.pass_milestone(2)
    journey.scenario_set()
    journey.runs()
    return journey


def test_a_failing_run_against_digiposts_approval(tested: Journey) -> None:
    integration, cast = tested.integration, tested.cast
    scenario = integration.scenarios.current()[0]
    record = partial(workflow.record_run, integration, scenario.pk, by=cast.lead, ran_on=today())
    ran = (EventKind.RUN_RECORDED,)
    race(
        integration,
        partial(record, outcome=Outcome.PASSED),
        partial(record, outcome=Outcome.FAILED),
        partial(workflow.record_verification, integration, by=cast.staff),
        [
            Told(("done", "GateClosed"), ran, IN_3),
            Told(("done", "done"), (EventKind.VERIFICATION_RECORDED, *ran, EventKind.VERIFICATION_WITHDRAWN), IN_3),
        ],
    )
    assert not fresh(integration).verification.stands


def test_opening_production_against_reopening_milestone_2(tested: Journey) -> None:
    integration, cast = tested.integration, tested.cast
    workflow.record_verification(integration, by=cast.staff)
    reopened = (EventKind.MILESTONE_REOPENED, EventKind.MILESTONE_PUT_OFF)
    closed = (EventKind.PRODUCTION_DISABLED,)

    def in_3() -> None:
        if facts_now(integration).state_of(2) != MilestoneState.APPROVED:
            tested.pass_milestone(2)

    race(
        integration,
        in_3,
        partial(workflow.enable_production, integration, by=cast.staff),
        partial(workflow.reopen, integration, 2, by=cast.staff, reason="Avtalen er trukket."),
        [
            Told(
                ("done", "done"),
                (EventKind.PRODUCTION_ENABLED, *reopened, *closed, EventKind.PHASE_CHANGED),
                IN_2,
            ),
            Told(("GateClosed", "done"), (*reopened, EventKind.PHASE_CHANGED), IN_2),
        ],
    )
