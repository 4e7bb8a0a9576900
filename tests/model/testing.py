"""Scenarios, the catalogue, the approval of the tests and the opening of production."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import workflow
from milestones.models import CatalogueScenario
from milestones.process import ChangeKind, Condition, Interface, Outcome, Rung, ScopeMode
from tests.model.watched import Watched
from tests.model.what import CODES, REFUSALS, STAFF, TEAM, by, days, environments, texts, whichever


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

    @rule(who=by("lead"), environment=environments, outcomes=st.lists(st.sampled_from(Outcome), max_size=3), on=days)
    def record_runs(self, who: str, environment: str, outcomes: list[Outcome], on: datetime.date) -> None:
        """The first scenarios of the set, the last of which may be gone."""
        scenarios = self.integration.scenarios.filter(environment=environment).values_list("pk", flat=True)
        named = {"ran_on": on, "outcomes": dict(zip(scenarios, outcomes, strict=False)), "notes": {}}
        self.do(workflow.record_runs, who, environment, **named)

    @rule(
        who=by("manager", "lead", "staff"),
        mode=st.sampled_from(("", *ScopeMode.values)),
        reason=texts,
        no_trial=texts,
        which=st.none() | whichever,
    )
    def set_scope(self, who: str, mode: str, reason: str, no_trial: str, which: int | None) -> None:
        picked = [] if which is None else [self.pick(self.integration.scenarios.all(), which)]
        said = {"mode": mode, "reason": reason, "no_print_trial_reason": no_trial, "picked": picked}
        self.do(workflow.set_scope, who, **said)

    @rule(
        who=by(*STAFF),
        code=st.sampled_from((*CODES, "T99")),
        interface=st.sampled_from(Interface),
        condition=st.sampled_from(Condition),
        asked=st.tuples(st.sampled_from(Rung), st.sampled_from((None, 1, 30))),
        touched_by=st.lists(st.sampled_from(ChangeKind), unique=True),
        as_new=st.booleans(),
    )
    def edit_catalogue(
        self,
        who: str,
        code: str,
        interface: str,
        condition: str,
        asked: tuple[str, int | None],
        touched_by: list[str],
        as_new: bool,
    ) -> None:
        current = CatalogueScenario.objects.in_force().filter(code=code).first()
        named: dict[str, Any] = {"code": code, "title": "Nytt", "passes_when": "Det virker", "interface": interface}
        named |= {"least_rung": asked[0], "max_age_days": asked[1], "touched_by": touched_by}
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

    @rule(who=by(*STAFF), details=st.just("") | texts)
    def open_production(self, who: str, details: str) -> None:
        self.do(workflow.open_production, who, details=details)

    @rule(who=by(*STAFF))
    def close_production(self, who: str) -> None:
        self.do(workflow.close_production, who, reason="Mistanke om feil.")

    @rule(who=by(*STAFF), details=texts)
    def pass_details(self, who: str, details: str) -> None:
        self.do(workflow.pass_details, who, details=details)

    @rule(who=by(*TEAM))
    def acknowledge_details(self, who: str) -> None:
        self.do(workflow.acknowledge_details, who)
