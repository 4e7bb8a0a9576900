"""Submitting, approving, returning and reopening; and the quick way to late stages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.process import Accord, Outcome, Phase
from milestones.snapshots import key_of
from tests.model.watched import Watched
from tests.model.what import REFUSALS, STAFF, TEAM, by, numbers, whichever

MOVES = ("submit", "approve", "withdraw", "return_milestone", "reopen")


class Ahead(Watched):
    """Quickly on, so that late stages are seen as often as early ones."""

    @precondition(lambda self: self.rounds < 12)
    @rule()
    def straight_on(self) -> None:
        """Takes no arguments, so hypothesis fills its simplest examples with it. At the end it goes back again."""
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
            submitted = partial(workflow.submit, self.integration, number, answer="Rettet.")
            self._unwatched(partial(submitted, by=self.person(submitter)))
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
                step(workflow.open_production, staff),
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

    @rule(move=st.sampled_from(MOVES), back=st.integers(0, 5))
    def judge(self, move: str, back: int) -> None:
        """A move on the milestone at hand, or on one of those before it, by somebody who may."""
        number = self.facts.phase.number or 5
        at_hand = max(1, number - back) if move == "reopen" else number
        who = "lead" if move in ("submit", "withdraw") else "staff"
        reason = {"reason": "Vi må se på dette igjen."}
        said = {"submit": {"answer": "Rettet."}, "return_milestone": reason, "reopen": reason}
        self.do(getattr(workflow, move), who, at_hand, **said.get(move, {}))

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
            "member": lambda: self.do(workflow.remove_member, "staff", self.pick(here.members.current(), 2)),
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
    @rule(who=by(*TEAM, *STAFF), which=whichever)
    def nudge(self, who: str, which: int) -> None:
        waiting = self.integration.waiting_items.filter(pk=self.pick(self.integration.waiting_items.all(), which))
        self.do(workflow.nudge, who, item=next(map(key_of, waiting), "0" * 16))

    @rule(number=numbers, who=by(*TEAM), answer=st.sampled_from(("", "Rettet.")))
    def submit(self, number: int, who: str, answer: str) -> None:
        self.do(workflow.submit, who, number, answer=answer)

    @rule(number=numbers, who=by(*TEAM))
    def withdraw(self, number: int, who: str) -> None:
        self.do(workflow.withdraw, who, number)

    @rule(number=numbers, who=by(*STAFF))
    def approve(self, number: int, who: str) -> None:
        self.do(workflow.approve, who, number)

    @rule(who=by(*STAFF, *TEAM), as_shown=st.booleans())
    def approve_many(self, who: str, as_shown: bool) -> None:
        version = workflow.version_of(self.integration) if as_shown else "0"
        self.attempt("approve_many", partial(workflow.approve_many, {self.integration: version}, by=self.person(who)))

    @rule(number=numbers, who=by(*STAFF))
    def return_milestone(self, number: int, who: str) -> None:
        about = [f"{number}.1", "9.9"]  # one of its own, and one that is none of its own
        self.do(workflow.return_milestone, who, number, reason="Referatet mangler.", requirements=about)

    @rule(number=numbers, who=by(*STAFF))
    def reopen(self, number: int, who: str) -> None:
        self.do(workflow.reopen, who, number, reason="Avtalen er trukket.")
