"""Two people at once: on PostgreSQL, whatever two threads do ends as if one had come after the other. Milestones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, User
from milestones.process import MilestoneState, Outcome, Phase, Role
from tests.cast import Cast, facts_now, fresh
from tests.racing import APPROVED, IN_2, IN_3, SUBMITTED_2, Action, Told, at_once, check, latest_event, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]
CROWD = 50


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
    workflow.submit(journey.integration, 2, by=journey.cast.manager, answer="Rettet.")


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
    """Of milestone 5 too, where no next milestone starts that could refuse to start a second time."""
    ready(journey)
    integration = journey.integration
    crowd = [User.objects.create_user(f"nr{n}@digipost.example", f"Nr {n}", is_staff=True) for n in range(CROWD)]
    last = latest_event(integration)
    answers = at_once(*(partial(workflow.approve, integration, number, by=one) for one in crowd))
    assert sorted(answers) == ["Stale"] * (CROWD - 1) + ["done"]
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
        partial(workflow.submit, journey.integration, 2, by=journey.cast.manager, answer="Rettet."),
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
        partial(workflow.submit, journey.integration, 2, by=journey.cast.manager, answer="Rettet."),
        partial(workflow.submit, journey.integration, 2, by=journey.cast.lead, answer="Rettet."),
        [
            Told(("done", "TransitionNotAllowed"), submitted, SUBMITTED_2),
            Told(("TransitionNotAllowed", "done"), submitted, SUBMITTED_2),
        ],
    )


def test_returning_against_approving(journey: Journey) -> None:
    race(
        journey.integration,
        partial(submit_2, journey),
        partial(workflow.return_milestone, journey.integration, 2, by=journey.cast.staff, reason="Referatet mangler."),
        approve_2(journey),
        [
            Told(("done", "Stale"), (EventKind.MILESTONE_RETURNED,), IN_2),
            Told(("Stale", "done"), APPROVED, IN_3),
        ],
    )


def test_removing_a_required_member_against_approving(journey: Journey) -> None:
    integration, lead = journey.integration, journey.cast.lead
    left = (EventKind.ROLES_CHANGED, EventKind.MEMBER_LEFT, EventKind.REQUIREMENT_LAPSED)  # 1.2 of milestone 1

    def remove_the_lead() -> None:
        member = integration.members.current().get(user=lead)
        workflow.remove_member(integration, member.pk, by=journey.cast.manager)

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
        partial(workflow.open_production, integration, by=cast.staff),
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
