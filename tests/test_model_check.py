"""Any action, by anyone, in any order: hypothesis drives `milestones.workflow`, looking for a way around the process.

`Process` holds a rule for each public function of workflow, and a few that go ahead faster: late stages are seen too.
After each step everything in `Watched` must be true; what is refused must have changed nothing. Each example runs in a
savepoint of its own, on integrations that were brought to their stages once, see `Stages`.

MODEL_CHECK_EXAMPLES=1000 pytest tests/test_model_check.py looks for longer.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.http import Http404
from django_fsm import TransitionNotAllowed
from hypothesis import HealthCheck, seed, settings
from hypothesis import Phase as HypothesisPhase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from milestones import gates, snapshots, workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.facts import facts_of
from milestones.models import (
    CatalogueScenario,
    Event,
    EventKind,
    Integration,
    Invitation,
    Notice,
    NoticeReceipt,
    ScenarioRun,
    User,
)
from milestones.policy import Forbidden
from milestones.process import (
    MEMBER_ROLES,
    MILESTONE_NUMBERS,
    REQUIREMENTS,
    RESPONSIBLE_ROLES,
    Accord,
    AgreementKind,
    Condition,
    DocumentType,
    Environment,
    Interface,
    MilestoneState,
    Outcome,
    Phase,
    ScopeMode,
    SenderKind,
    Service,
    ServiceChoice,
    Status,
)
from tests.cast import Cast, add_observer, facts_now, fresh

REFUSALS = (Forbidden, Http404, workflow.GateClosed, TransitionNotAllowed, ValidationError)
"""The only ways in which workflow says no; anything else that is raised is an error of its own."""

MAY_BE_SILENT = {
    "add_basic_scenarios",
    "create_integration",  # another integration than the one that is watched
    "decide_services",
    "describe_solution",
    "propose_dates",
    "propose_launch_date",
    "record_accounts",
    "record_meeting",
    "send_notice",  # to nobody
    "set_roles",
    "set_scope",
}
"""What records nothing when it is told what is recorded already."""

COUNTED = list(apps.get_app_config("milestones").get_models())
"""What is refused adds a row to none of these."""

EXAMPLES = int(os.environ.get("MODEL_CHECK_EXAMPLES", "20"))
BATCH = 10
"""From the eleventh on, hypothesis makes most examples by doubling parts of others: it makes ten at a time."""

STAGES = {
    "intake": (0, "nothing"),
    "gate 1 open": (0, "facts"),
    "2 submitted": (1, "submitted"),
    "3 begun": (2, "nothing"),
    "gate 3 open": (2, "facts"),
    "4 submitted": (3, "submitted"),
    "5 begun": (4, "nothing"),
    "5 submitted": (4, "submitted"),
    "in operations": (5, "nothing"),
}
"""How many milestones are passed, and how far the next one has come."""

CODES = ("T01", "T07", "T11", "P01", "Egen")
KEYS = tuple(REQUIREMENTS)
PDF = a_pdf()

# --- What may be tried -----------------------------------------------------------------------------------------

PEOPLE = ("staff", "other_staff", "manager", "lead", "contract", "owner", "observer", "stranger")
STAFF = ("staff", "other_staff")
TEAM = ("manager", "lead")
people = st.sampled_from(PEOPLE)
numbers = st.sampled_from(MILESTONE_NUMBERS)
whichever = st.integers(0, 40)
texts = st.sampled_from(("", "Ja", "Kort og godt"))
days = st.sampled_from((0, -1, 1, 30)).map(lambda n: today() + datetime.timedelta(days=n))
no_day_or_one = st.none() | days
roles = st.lists(st.sampled_from(MEMBER_ROLES), unique=True, max_size=3)
uploads = st.sampled_from((PDF, PDF, b"Referat", b"", b"MZ\x90\x00\xff"))
environments = st.sampled_from(Environment)


def by(*likely: str) -> st.SearchStrategy[str]:
    """Half of the time somebody who may, otherwise anybody."""
    return st.one_of(st.sampled_from(likely), people)


def file_of(content: bytes) -> ContentFile:
    return ContentFile(content, name="avtale.pdf")


# --- What is watched -------------------------------------------------------------------------------------------


class Stages:
    """The cast, and one integration at each stage of the way. Made once: examples undo what they do to them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.integrations = {stage: self._brought_to(stage) for stage in STAGES}

    def _brought_to(self, stage: str) -> Integration:
        passed, next_one = STAGES[stage]
        journey = self.cast.journey(stage)
        add_observer(journey, self.cast.observer)
        for number in range(1, passed + 1):
            getattr(journey, f"milestone_{number}")()
        if next_one != "nothing":
            getattr(journey, f"milestone_{passed + 1}_facts")()
        if next_one == "submitted":
            workflow.submit(journey.integration, passed + 1, by=self.cast.lead)
        return journey.integration


def field_of(event: Event) -> str:
    """The state that an event says was changed; empty for none."""
    follow_up = (EventKind.FOLLOW_UP_CLOSED, EventKind.FOLLOW_UP_DEFERRED, EventKind.FOLLOW_UP_REOPENED)
    if event.kind == EventKind.PHASE_CHANGED:
        return "phase"
    if event.kind in (EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED):
        return "status"
    if event.kind.startswith("milestone_"):
        return f"milestone {event.subject}"
    return f"follow-up {event.subject}" if event.kind in follow_up else ""


def tell(story: dict[str, str], event: Event) -> None:
    """Carry `story`, the states as the history tells them, on by one event."""
    if event.kind == EventKind.FOLLOW_UP_ADDED:
        story[f"follow-up {event.subject}"] = "open"
    elif event.kind in (EventKind.PRODUCTION_ENABLED, EventKind.PRODUCTION_DISABLED):
        now = "open" if event.kind == EventKind.PRODUCTION_ENABLED else "closed"
        assert story["production"] != now
        story["production"] = now
    elif field := field_of(event):
        assert story[field] == event.from_value, f"{event} {event.from_value}"
        assert event.from_value != event.to_value
        story[field] = event.to_value


def beginning() -> dict[str, str]:
    """The states of an integration that has no history."""
    states = {f"milestone {number}": MilestoneState.UPCOMING.value for number in MILESTONE_NUMBERS}
    return {"phase": Phase.MILESTONE_1.value, "status": Status.ACTIVE.value, "production": "closed", **states}


def as_recorded(integration: Integration) -> dict[str, str]:
    """The states that are stored."""
    return {
        "phase": integration.phase,
        "status": integration.status,
        "production": "open" if integration.accounts.production_enabled else "closed",
        **{f"milestone {row.number}": row.state for row in integration.milestones.all()},
        **{f"follow-up {row.title}": row.state for row in integration.follow_ups.all()},
    }


def witness_event(sender: type[Event], instance: Event, **_signal: object) -> None:
    """At the moment of approving or opening, inside its transaction: what had to be in place is."""
    if instance.kind == EventKind.MILESTONE_APPROVED:
        assert gates.gate(int(instance.subject), facts_now(instance.integration)) == []
    if instance.kind == EventKind.PRODUCTION_ENABLED:
        facts = facts_now(instance.integration)
        assert facts.state_of(1) == facts.state_of(2) == MilestoneState.APPROVED
        assert gates.unmet_of("3.2", facts) == []


def witness_run(sender: type[ScenarioRun], instance: ScenarioRun, **_signal: object) -> None:
    """No run in production is ever recorded before milestone 3 is approved and production open."""
    if instance.scenario.environment == Environment.PRODUCTION:
        facts = facts_now(instance.scenario.integration)
        assert facts.state_of(3) == MilestoneState.APPROVED
        assert facts.production_enabled


class Watched(RuleBasedStateMachine):
    """One integration, everybody, and what must be true whatever they do."""

    def __init__(self, stages: Stages) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.stages = stages
        self.cast = stages.cast
        self.integration = stages.integrations["intake"]
        self.count = self.rounds = 0
        post_save.connect(witness_event, sender=Event)
        post_save.connect(witness_run, sender=ScenarioRun)

    def teardown(self) -> None:
        post_save.disconnect(witness_event, sender=Event)
        post_save.disconnect(witness_run, sender=ScenarioRun)
        try:
            assert [integration.name for integration, differs in snapshots.differences() if differs] == []
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @initialize(stage=st.sampled_from(list(STAGES)))
    def begin(self, stage: str) -> None:
        self.integration = self.stages.integrations[stage]
        self.story = beginning()
        self.told = 0
        self.look()

    # What the rules use

    def do(self, action: Callable[..., Any], who: str, *args: object, **named: object) -> None:
        """Let somebody try an action on the integration."""
        self.attempt(action.__name__, partial(action, self.integration, *args, by=self.person(who), **named))

    def attempt(self, name: str, action: Callable[[], Any]) -> None:
        """What is refused changes nothing; what is done is recorded, unless it changed nothing either."""
        before = self.seen
        try:
            action()
        except REFUSALS:
            assert self.look() == before, f"{name} was refused, and changed something all the same"
            return
        self.look()
        recorded = self.seen[0] > before[0]
        assert recorded or (name in MAY_BE_SILENT and self.seen[2] == before[2]), f"{name} left no event"

    def look(self) -> tuple[int, int, gates.Facts]:
        """Keep and return what there is now: events and rows by their number, and the integration's facts."""
        rows = sum(model._default_manager.count() for model in COUNTED)
        self.now = fresh(self.integration)
        self.facts = facts_of(self.now)
        self.seen = (self.integration.events.count(), rows, self.facts)
        return self.seen

    def person(self, who: str) -> User:
        return self.cast.everybody()[who]

    def pick(self, rows: QuerySet[Any], which: int) -> int:
        """The primary key of one of the rows; 0 when there is none."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return keys[which % len(keys)] if keys else 0

    def new(self, word: str) -> str:
        """A title that nothing else has."""
        self.count += 1
        return f"{word} {self.count}"

    # What must be true

    @invariant()
    def holds(self) -> None:
        self.history_tells_every_state()
        self.phase_and_milestones_agree()
        self.approved_by_somebody_else()
        self.production_is_open_only_after_milestone_2()
        self.an_approval_of_the_tests_rests_on_them()
        self.nobody_is_on_both_sides()
        self.snapshot_is_right()

    def history_tells_every_state(self) -> None:
        for event in self.integration.events.filter(pk__gt=self.told).order_by("pk"):
            tell(self.story, event)
            self.told = event.pk
        assert self.story == as_recorded(self.now)

    def phase_and_milestones_agree(self) -> None:
        current = self.facts.phase.number or len(MILESTONE_NUMBERS) + 1
        for number in MILESTONE_NUMBERS:
            allowed = {MilestoneState.APPROVED} if number < current else {MilestoneState.UPCOMING}
            if number == current:
                allowed = {MilestoneState.IN_PROGRESS, MilestoneState.SUBMITTED}
            assert self.facts.state_of(number) in allowed

    def approved_by_somebody_else(self) -> None:
        for milestone in self.integration.milestones.filter(state=MilestoneState.APPROVED):
            assert milestone.submitted_by_id
            assert milestone.approved_by_id
            assert milestone.approved_by_id != milestone.submitted_by_id
            assert milestone.approved_by_id in {self.cast.staff.pk, self.cast.other_staff.pk}

    def production_is_open_only_after_milestone_2(self) -> None:
        if self.facts.production_enabled:
            assert self.facts.state_of(1) == self.facts.state_of(2) == MilestoneState.APPROVED
            assert self.facts.status != Status.CLOSED

    def an_approval_of_the_tests_rests_on_them(self) -> None:
        if self.facts.approval_recorded and self.facts.status != Status.CLOSED:
            assert gates.unmet_of("3.1", self.facts) == []

    def nobody_is_on_both_sides(self) -> None:
        for accord in self.integration.accords.all():
            assert accord.sender_by_id is None or accord.sender_by_id != accord.digipost_by_id

    def snapshot_is_right(self) -> None:
        """All integrations' are compared when the example ends."""
        assert not snapshots.refresh(self.now, self.facts).changed


# --- What they do ----------------------------------------------------------------------------------------------


class Ahead(Watched):
    """Quickly on, so that late stages are seen as often as early ones."""

    @precondition(lambda self: self.rounds < 12)
    @rule()
    def straight_on(self) -> None:
        """Without arguments, and thus what hypothesis fills its simplest examples with. At the end, back again."""
        self.rounds += 1
        if self.facts.phase is Phase.OPERATIONS:
            self.do(workflow.reopen, "staff", self.rounds % 5 + 1, reason="En gang til.")
        else:
            self.onward("approved", "manager")

    @rule(far=st.sampled_from(("facts", "submitted", "approved")), submitter=st.sampled_from(TEAM))
    def onward(self, far: str, submitter: str) -> None:
        """The milestone at hand, by those who should, as far as they come."""
        number = self.facts.phase.number or 5
        for step in self._steps(number):
            self._unwatched(step)
        if far != "facts":
            self._unwatched(partial(workflow.submit, self.integration, number, by=self.person(submitter)))
        self.look()
        if far == "approved":
            self.do(workflow.approve, "staff", number)

    def _steps(self, number: int) -> list[Callable[[], Any]]:
        here, way, staff, lead = self.integration, Journey(self.integration, self.cast.travellers), "staff", "lead"

        def step(action: Callable[..., Any], who: str, **named: object) -> Callable[[], Any]:
            return partial(action, here, by=self.person(who), **named)

        steps: dict[int, list[Callable[[], Any]]] = {
            1: [way.roles, way.agreement, way.services, way.accounts],
            2: [partial(way.confirm, "2.1"), way.kickoff, way.solution, way.plan, partial(way.confirm, "2.3")],
            3: [
                way.scenario_set,
                self._runs,
                step(workflow.record_verification, staff),
                step(workflow.enable_production, staff),
                step(workflow.pass_details, staff, details="Åpnet."),
            ],
            4: [way.production_scope, partial(way.agree, Accord.SCOPE), self._runs],
            5: [way.first_sending, step(workflow.confirm_launch, lead), step(workflow.confirm_launch, staff)],
        }
        return steps[number]

    def _runs(self) -> None:
        """Whatever has not passed does, in either environment."""
        for row in self.integration.scenarios.current().with_latest_run().order_by("-environment", "pk"):
            if row.latest != Outcome.PASSED:
                workflow.record_run(
                    self.integration, row.pk, by=self.cast.lead, ran_on=today(), outcome=Outcome.PASSED
                )

    @staticmethod
    def _unwatched(step: Callable[[], Any]) -> None:
        """Where nothing is compared before and after; the history, the witnesses and the invariants still are."""
        try:
            step()
        except REFUSALS:
            return

    @rule(move=st.sampled_from(("submit", "approve", "withdraw", "send_back", "reopen")), back=st.integers(0, 5))
    def judge(self, move: str, back: int) -> None:
        """A move on the milestone at hand, or on one of those before it, by somebody who may."""
        number = self.facts.phase.number or 5
        at_hand = max(1, number - back) if move == "reopen" else number
        who = "lead" if move in ("submit", "withdraw") else "staff"
        reason = {"reason": "Vi må se på dette igjen."} if move in ("send_back", "reopen") else {}
        self.do(getattr(workflow, move), who, at_hand, **reason)

    @rule(
        what=st.sampled_from(("check", "agreement", "member", "run", "item", "follow-up")), then_approve=st.booleans()
    )
    def undermine(self, what: str, then_approve: bool) -> None:
        """Something that a milestone rested on goes, by those who may; it may be approved the very next moment."""
        here = self.integration
        how: dict[str, Callable[[], None]] = {
            "check": lambda: self.do(workflow.unconfirm, "lead", "2.3"),
            "agreement": lambda: self.do(
                workflow.withdraw_agreement, "staff", self.pick(here.agreements.current(), 0), reason="Feil."
            ),
            "member": lambda: self.do(workflow.remove, "staff", self.pick(here.members.current(), 2)),
            "run": lambda: self.do(
                workflow.record_run,
                "lead",
                self.pick(here.scenarios.current(), 0),
                ran_on=today(),
                outcome=Outcome.FAILED,
            ),
            "item": lambda: self.do(
                workflow.add_item,
                "staff",
                milestone=self.facts.phase.number or 5,
                title=self.new("Eget"),
                description="",
                required=True,
                stands_on="onboarding",
            ),
            "follow-up": lambda: self.do(workflow.add_follow_up, "staff", title=self.new("Sak"), description=""),
        }
        how[what]()
        if then_approve:
            self.do(workflow.approve, "staff", self.facts.phase.number or 5)


class MilestoneRules(Watched):
    @rule(number=numbers, who=by(*TEAM))
    def submit(self, number: int, who: str) -> None:
        self.do(workflow.submit, who, number)

    @rule(number=numbers, who=by(*TEAM))
    def withdraw(self, number: int, who: str) -> None:
        self.do(workflow.withdraw, who, number)

    @rule(number=numbers, who=by(*STAFF))
    def approve(self, number: int, who: str) -> None:
        self.do(workflow.approve, who, number)

    @rule(number=numbers, who=by(*STAFF))
    def send_back(self, number: int, who: str) -> None:
        self.do(workflow.send_back, who, number, reason="Referatet mangler.")

    @rule(number=numbers, who=by(*STAFF))
    def reopen(self, number: int, who: str) -> None:
        self.do(workflow.reopen, who, number, reason="Avtalen er trukket.")


class IntakeRules(Watched):
    @rule(who=people, manager=people, kind=st.sampled_from(SenderKind))
    def create_integration(self, who: str, manager: str, kind: SenderKind) -> None:
        action = partial(
            workflow.create_integration,
            by=self.person(who),
            number="974760673",
            organisation="Nabovik AS",
            name=self.new("Ny"),
            sender_kind=kind,
            manager_name="Ny leder",
            manager_email=self.person(manager).email,
        )
        self.attempt("create_integration", action)

    @rule(who=by(*STAFF))
    def accept_intake(self, who: str) -> None:
        self.do(workflow.accept_intake, who)

    @rule(who=by(*STAFF))
    def pause(self, who: str) -> None:
        self.do(workflow.pause, who, reason="Ferie.")

    @rule(who=by(*STAFF))
    def resume(self, who: str) -> None:
        self.do(workflow.resume, who)

    @rule(who=st.sampled_from(("staff", *PEOPLE)), really=st.integers(0, 3))
    def close(self, who: str, really: int) -> None:
        """Seldom, as nothing comes after it."""
        if really == 3 or who not in STAFF:
            self.do(workflow.close, who, reason="Prosjektet er stanset.")

    @rule(who=by(*STAFF), contact=st.none() | people)
    def set_contact(self, who: str, contact: str | None) -> None:
        self.do(workflow.set_contact, who, contact=self.person(contact) if contact else None)


class PeopleRules(Watched):
    @rule(who=by("manager", "staff"), email=people, held=roles)
    def invite(self, who: str, email: str, held: list[str]) -> None:
        self.do(workflow.invite, who, name=email, email=self.person(email).email, roles=held)

    @rule(who=people, which=whichever, as_invited=st.booleans())
    def accept_invitation(self, who: str, which: int, as_invited: bool) -> None:
        pk = self.pick(Invitation.objects.filter(member__integration=self.integration), which)
        if found := Invitation.objects.filter(pk=pk).first():
            by_whom = found.member.user if as_invited else self.person(who)
            self.attempt("accept_invitation", partial(workflow.accept_invitation, found.token, by=by_whom))

    @rule(who=by("manager", "staff"), which=whichever)
    def resend_invitation(self, who: str, which: int) -> None:
        self.do(workflow.resend_invitation, who, self.pick(self.integration.members.filter(accepted_at=None), which))

    @rule(who=by("manager", "staff"), which=whichever)
    def revoke_invitation(self, who: str, which: int) -> None:
        self.do(workflow.revoke_invitation, who, self.pick(self.integration.members.filter(accepted_at=None), which))

    @rule(who=by("manager", "staff"), which=whichever, held=roles)
    def set_roles(self, who: str, which: int, held: list[str]) -> None:
        self.do(workflow.set_roles, who, self.pick(self.integration.members.all(), which), roles=held)

    @rule(who=by("manager", "staff"), which=whichever)
    def remove(self, who: str, which: int) -> None:
        self.do(workflow.remove, who, self.pick(self.integration.members.all(), which))


class AgreementRules(Watched):
    @rule(who=by("manager", "contract"), kind=st.sampled_from(AgreementKind), signed_on=days, content=uploads)
    def record_agreement(self, who: str, kind: AgreementKind, signed_on: datetime.date, content: bytes) -> None:
        document = file_of(content)
        self.do(workflow.record_agreement, who, kind=kind, signatory="Kari", signed_on=signed_on, document=document)

    @rule(who=by(*STAFF), which=whichever)
    def verify_agreement(self, who: str, which: int) -> None:
        self.do(workflow.verify_agreement, who, self.pick(self.integration.agreements.all(), which))

    @rule(who=by("manager", "contract", "staff"), which=whichever)
    def withdraw_agreement(self, who: str, which: int) -> None:
        key = self.pick(self.integration.agreements.all(), which)
        self.do(workflow.withdraw_agreement, who, key, reason="Feil avtale.")

    @rule(
        who=by("owner"),
        decisions=st.dictionaries(st.sampled_from(Service), st.tuples(st.sampled_from(ServiceChoice), texts)),
    )
    def decide_services(self, who: str, decisions: dict[Service, tuple[ServiceChoice, str]]) -> None:
        chosen = {service.value: decision for service, decision in decisions.items()}
        self.do(workflow.decide_services, who, decisions=chosen)


class ChecklistRules(Watched):
    def key(self, which: int) -> str:
        """A requirement's code, an own item's key, or one that nothing has."""
        own = [item.key for item in self.integration.items.order_by("pk")]
        keys = [*KEYS, "item-0", *own, *own, *own]
        return keys[which % len(keys)]

    @rule(who=by("lead"), key=st.sampled_from(("2.1", "2.3")))
    def confirm(self, who: str, key: str) -> None:
        self.do(workflow.confirm, who, key, confirmed_on=today())

    @rule(who=people, which=whichever, on=days, content=st.none() | uploads)
    def confirm_anything(self, who: str, which: int, on: datetime.date, content: bytes | None) -> None:
        document = None if content is None else file_of(content)
        self.do(workflow.confirm, who, self.key(which), confirmed_on=on, document=document)

    @rule(who=by("lead"), key=st.sampled_from(("2.1", "2.3")))
    def unconfirm(self, who: str, key: str) -> None:
        self.do(workflow.unconfirm, who, key)

    @rule(who=people, which=whichever)
    def unconfirm_anything(self, who: str, which: int) -> None:
        self.do(workflow.unconfirm, who, self.key(which))

    @rule(
        who=by("manager", "staff"),
        number=numbers,
        required=st.booleans(),
        stands_on=st.sampled_from(RESPONSIBLE_ROLES),
    )
    def add_item(self, who: str, number: int, required: bool, stands_on: str) -> None:
        named = {"title": self.new("Eget"), "description": "", "required": required, "stands_on": stands_on}
        self.do(workflow.add_item, who, milestone=number, **named)

    @rule(who=by("manager", "staff"), which=whichever)
    def remove_item(self, who: str, which: int) -> None:
        self.do(workflow.remove_item, who, self.pick(self.integration.items.all(), which), reason="Overflødig.")

    @rule(who=by(*STAFF), which=whichever, until=no_day_or_one)
    def grant_exception(self, who: str, which: int, until: datetime.date | None) -> None:
        self.do(workflow.grant_exception, who, self.key(which), reason="Avtalt.", until=until)

    @rule(who=by(*STAFF), which=whichever)
    def end_exception(self, who: str, which: int) -> None:
        granted = list(self.integration.exceptions.order_by("pk").values_list("key", flat=True))
        self.do(workflow.end_exception, who, granted[which % len(granted)] if granted else self.key(which))


class PlanRules(Watched):
    @rule(
        who=by("manager", "lead", "staff"),
        kind=st.sampled_from(("kickoff", "other")),
        on=days,
        minutes=texts,
        which=st.none() | whichever,
    )
    def record_meeting(self, who: str, kind: str, on: datetime.date, minutes: str, which: int | None) -> None:
        earlier = None if which is None else self.pick(self.integration.meetings.all(), which)
        named = {"sender_people": "Kari", "digipost_people": minutes, "minutes": minutes, "meeting_id": earlier}
        self.do(workflow.record_meeting, who, kind=kind, held_on=on, **named)

    @rule(
        who=by("manager", "lead", "staff"),
        interface=st.sampled_from(("", *Interface.values)),
        document_types=st.lists(st.sampled_from(DocumentType.values), unique=True, max_size=2),
        text=texts,
    )
    def describe_solution(self, who: str, interface: str, document_types: list[str], text: str) -> None:
        named = {"recipient_identification": text, "sending": text, "internal_systems": text}
        self.do(workflow.describe_solution, who, interface=interface, document_types=document_types, **named)

    @rule(who=by("manager", "staff"), dates=st.dictionaries(numbers, no_day_or_one), age=st.sampled_from((0, 0, 0, 1)))
    def propose_dates(self, who: str, dates: dict[int, datetime.date | None], age: int) -> None:
        version = self.integration.accords.get(subject=Accord.PLAN).version - age
        self.do(workflow.propose_dates, who, dates=dates, version=version)

    @rule(who=by("manager", "lead", "staff"), subject=st.sampled_from(Accord), age=st.sampled_from((0, 0, 0, 1)))
    def agree(self, who: str, subject: Accord, age: int) -> None:
        version = self.integration.accords.get(subject=subject).version - age
        self.do(workflow.agree, who, subject, version=version)


class ScenarioRules(Watched):
    @rule(who=by("manager", "lead", "staff"))
    def add_basic_scenarios(self, who: str) -> None:
        self.do(workflow.add_basic_scenarios, who)

    @rule(
        who=by("manager", "lead", "staff"),
        environment=environments,
        code=st.sampled_from(CODES),
        required=st.booleans(),
        print_trial=st.booleans(),
    )
    def add_scenario(self, who: str, environment: str, code: str, required: bool, print_trial: bool) -> None:
        named = {"title": self.new("Eget"), "passes_when": "Det virker", "environment": environment, "code": code}
        self.do(workflow.add_scenario, who, required=required, print_trial=print_trial, **named)

    @rule(who=by("manager", "lead", "staff"), which=whichever)
    def remove_scenario(self, who: str, which: int) -> None:
        self.do(workflow.remove_scenario, who, self.pick(self.integration.scenarios.all(), which))

    @rule(who=by("lead"), environment=environments, which=whichever, outcome=st.sampled_from(Outcome), on=days)
    def record_run(self, who: str, environment: str, which: int, outcome: str, on: datetime.date) -> None:
        scenario = self.pick(self.integration.scenarios.filter(environment=environment), which)
        self.do(workflow.record_run, who, scenario, ran_on=on, outcome=outcome)

    @rule(
        who=by("manager", "lead", "staff"), mode=st.sampled_from(("", *ScopeMode.values)), reason=texts, no_trial=texts
    )
    def set_scope(self, who: str, mode: str, reason: str, no_trial: str) -> None:
        self.do(workflow.set_scope, who, mode=mode, reason=reason, no_print_trial_reason=no_trial)

    @rule(
        who=by(*STAFF),
        code=st.sampled_from((*CODES, "T99")),
        interface=st.sampled_from(Interface),
        condition=st.sampled_from(Condition),
        as_new=st.booleans(),
    )
    def edit_catalogue(self, who: str, code: str, interface: str, condition: str, as_new: bool) -> None:
        current = CatalogueScenario.objects.in_force().filter(code=code).first()
        named = {"code": code, "title": "Nytt", "passes_when": "Det virker", "interface": interface}
        expected = None if as_new or current is None else current.pk
        self.on_catalogue(
            partial(workflow.edit_catalogue, by=self.person(who), condition=condition, expected_id=expected, **named)
        )

    @rule(who=by(*STAFF), which=whichever)
    def retire_from_catalogue(self, who: str, which: int) -> None:
        entry = self.pick(CatalogueScenario.objects.all(), which)
        self.on_catalogue(partial(workflow.retire_from_catalogue, by=self.person(who), expected_id=entry))

    def on_catalogue(self, action: Callable[[], Any]) -> None:
        """The catalogue is nobody's: no event."""
        before = self.seen
        try:
            action()
        except REFUSALS:
            assert self.look() == before
            return
        self.look()


class VerificationRules(Watched):
    @rule(who=by(*STAFF))
    def record_verification(self, who: str) -> None:
        self.do(workflow.record_verification, who)

    @rule(who=by(*STAFF))
    def withdraw_verification(self, who: str) -> None:
        self.do(workflow.withdraw_verification, who, reason="Feil mottaker.")

    @rule(who=by(*STAFF), test=st.sampled_from(("", "500123")), production=st.sampled_from(("", "700456", "7")))
    def record_accounts(self, who: str, test: str, production: str) -> None:
        self.do(workflow.record_accounts, who, test_account_id=test, production_account_id=production)

    @rule(who=by(*STAFF))
    def enable_production(self, who: str) -> None:
        self.do(workflow.enable_production, who)

    @rule(who=by(*STAFF))
    def close_production(self, who: str) -> None:
        self.do(workflow.close_production, who, reason="Mistanke om feil.")

    @rule(who=by(*STAFF), details=texts)
    def pass_details(self, who: str, details: str) -> None:
        self.do(workflow.pass_details, who, details=details)

    @rule(who=by(*TEAM))
    def acknowledge_details(self, who: str) -> None:
        self.do(workflow.acknowledge_details, who)


class LaunchRules(Watched):
    @rule(who=by("owner"), on=days)
    def confirm_launch_date(self, who: str, on: datetime.date) -> None:
        self.do(workflow.confirm_launch_date, who, launch_on=on)

    @rule(who=by("manager", "staff"), on=days)
    def propose_launch_date(self, who: str, on: datetime.date) -> None:
        self.do(workflow.propose_launch_date, who, launch_on=on)

    @rule(who=by(*TEAM), on=days, sent=st.sampled_from((0, 1, 120)))
    def record_first_sending(self, who: str, on: datetime.date, sent: int) -> None:
        self.do(workflow.record_first_sending, who, first_sending_on=on, documents_sent=sent)

    @rule(who=by(*TEAM, "staff"), by_hand=st.booleans())
    def decide_manual_approval(self, who: str, by_hand: bool) -> None:
        self.do(workflow.decide_manual_approval, who, manual_approval=by_hand, note="")

    @rule(who=by(*TEAM, *STAFF))
    def confirm_launch(self, who: str) -> None:
        self.do(workflow.confirm_launch, who)


class FollowUpRules(Watched):
    def item(self, which: int) -> int:
        return self.pick(self.integration.follow_ups.all(), which)

    @rule(who=by(*TEAM, "staff"))
    def add_follow_up(self, who: str) -> None:
        self.do(workflow.add_follow_up, who, title=self.new("Sak"), description="")

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def close_follow_up(self, who: str, which: int) -> None:
        self.do(workflow.close_follow_up, who, self.item(which), resolution="Løst.")

    @rule(who=by(*TEAM, "staff"), which=whichever, to=texts, until=no_day_or_one)
    def propose_deferral(self, who: str, which: int, to: str, until: datetime.date | None) -> None:
        self.do(workflow.propose_deferral, who, self.item(which), deferred_to=to, deferred_until=until)

    @rule(who=by(*STAFF), which=whichever, as_shown=st.sampled_from((True, True, False)))
    def accept_deferral(self, who: str, which: int, as_shown: bool) -> None:
        key = self.item(which)
        shown = self.integration.follow_ups.filter(pk=key).values("deferred_to", "deferred_until").first()
        other = {"deferred_to": "En annen", "deferred_until": today()}
        self.do(workflow.accept_deferral, who, key, **(shown if shown and as_shown else other))

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def reopen_follow_up(self, who: str, which: int) -> None:
        self.do(workflow.reopen_follow_up, who, self.item(which), reason="Ikke løst likevel.")


class OperationsRules(Watched):
    @rule(who=by(*TEAM), text=texts)
    def record_monitoring(self, who: str, text: str) -> None:
        self.do(workflow.record_monitoring, who, monitoring=text, deviations_told_to=text)

    @rule(
        who=by(*TEAM), which=st.lists(whichever, max_size=2), mailbox=st.sampled_from(("", "drift@fjordvik.example"))
    )
    def name_readers(self, who: str, which: list[int], mailbox: str) -> None:
        members = [self.pick(self.integration.members.all(), one) for one in which]
        self.do(workflow.name_readers, who, member_ids=members, shared_mailbox=mailbox)

    @rule(who=by(*TEAM), on=no_day_or_one)
    def record_certificate(self, who: str, on: datetime.date | None) -> None:
        self.do(workflow.record_certificate, who, expires_on=on)

    @rule(who=by(*TEAM, "staff"))
    def open_deviation(self, who: str) -> None:
        named = {"title": self.new("Avvik"), "description": "", "handler": "Terje"}
        self.do(workflow.open_deviation, who, opened_on=today(), **named)

    @rule(who=by(*TEAM, "staff"), which=whichever)
    def close_deviation(self, who: str, which: int) -> None:
        self.do(workflow.close_deviation, who, self.pick(self.integration.deviations.all(), which), outcome="Rettet.")

    @rule(who=by(*STAFF), to=st.sampled_from(("this", "this", "nobody")))
    def send_notice(self, who: str, to: str) -> None:
        receivers = [self.integration] if to == "this" else []
        named = {"kind": "downtime", "title": self.new("Varsel"), "body": "Natt til søndag."}
        self.attempt("send_notice", partial(workflow.send_notice, receivers, by=self.person(who), **named))

    @rule(who=by(*TEAM), which=whichever)
    def read_notice(self, who: str, which: int) -> None:
        self.do(workflow.read_notice, who, self.pick(NoticeReceipt.objects.all(), which))


class Process(
    Ahead,
    MilestoneRules,
    IntakeRules,
    PeopleRules,
    AgreementRules,
    ChecklistRules,
    PlanRules,
    ScenarioRules,
    VerificationRules,
    LaunchRules,
    FollowUpRules,
    OperationsRules,
):
    """Everything that anybody can try."""


for number in range(6):  # a rule that has several names is chosen as many times as often
    setattr(Process, f"onward_{number}", Ahead.onward)
    setattr(Process, f"judge_{number}", Ahead.judge)
    setattr(Process, f"undermine_{number}", Ahead.undermine)

# --- The tests -------------------------------------------------------------------------------------------------


def test_no_way_around_the_process(cast: Cast) -> None:
    stages = Stages(cast)
    how = settings(
        max_examples=BATCH,
        stateful_step_count=40,
        deadline=None,
        derandomize="CI" in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[HypothesisPhase.generate, HypothesisPhase.shrink],
    )
    for number in range(EXAMPLES // BATCH):
        machine = partial(Process, stages)
        if how.derandomize:
            machine = seed(number)(machine)
        run_state_machine_as_test(machine, settings=how)  # type: ignore[arg-type]


def test_every_action_is_tried() -> None:
    actions = {name for name in workflow.__all__ if callable(getattr(workflow, name))}
    classes = {name for name in actions if isinstance(getattr(workflow, name), type)}
    questions = {"production_blockers", "not_yet_agreeable", "open_invitation", "stale", "version_of"}
    questions |= {"require_first", "sent_with"}
    about_mail = {
        "choose_mail",
        "edit_rules",
        "resend",
        "resend_all",
        "send_today",
    }  # of no integration; see tests/reminders
    about_people = {"erase_person"}  # see tests/personal
    assert actions - classes - questions - about_mail - about_people <= set(dir(Process))


def test_a_refused_notice_leaves_nothing(cast: Cast) -> None:
    closed = cast.journey().integration
    workflow.close(closed, by=cast.staff, reason="Stanset.")
    with pytest.raises(workflow.Stale):
        workflow.send_notice([closed], by=cast.staff, kind="downtime", title="Varsel", body="Natt til søndag.")
    assert Notice.objects.count() == 0


def test_lists_follow_the_catalogue(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    entry = CatalogueScenario.objects.in_force().get(code="T07")
    workflow.retire_from_catalogue(by=cast.staff, expected_id=entry.pk)
    assert not any(differs for _integration, differs in snapshots.differences())
