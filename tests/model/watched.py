"""One integration, everybody, and what must be true whatever they do; see tests/test_model_check.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from milestones import gates, snapshots, workflow
from milestones.facts import facts_of
from milestones.models import Event, EventKind, Integration, ScenarioRun, User
from milestones.process import MILESTONE_NUMBERS, Environment, MilestoneState, Status
from tests.cast import Cast, add_observer, facts_now, fresh
from tests.model.history import as_recorded, beginning, tell
from tests.model.what import REFUSALS

MAY_BE_SILENT = {
    "add_basic_scenarios",
    "change_meeting",
    "discard_results",  # nothing was recorded of them, and likewise below
    "propose_results",
    "add_comment",  # an internal note, and likewise below
    "create_integration",  # another integration than the one that is watched
    "decide_services",
    "delete_comment",
    "describe_solution",
    "edit_comment",
    "propose_dates",
    "propose_launch_date",
    "record_accounts",
    "record_meeting",
    "assign_cases",
    "send_notice",  # to nobody
    "set_roles",
    "set_scope",
}
"""What records nothing when it is told what is recorded already."""
COUNTED = list(apps.get_app_config("milestones").get_models())
"""What is refused adds a row to none of these."""
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
        self.gates_know_the_open_changes()
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

    def gates_know_the_open_changes(self) -> None:
        open_ones = self.integration.declared_changes.open().values_list("pk", flat=True)
        assert {change.pk for change in self.facts.changes} == set(open_ones)

    def nobody_is_on_both_sides(self) -> None:
        for accord in self.integration.accords.all():
            assert accord.sender_by_id is None or accord.sender_by_id != accord.digipost_by_id

    def snapshot_is_right(self) -> None:
        """All integrations' are compared when the example ends."""
        assert not snapshots.refresh(self.now, self.facts).changed
