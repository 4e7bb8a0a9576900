"""What machines testify: files are read, their results proposed and recorded, or reported at once by a build."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from milestones import workflow
from milestones.evidence.files import Read
from milestones.evidence.reports import Report, ReportedTest, Result
from milestones.evidence.statements import Statement
from milestones.models import ScenarioRun
from milestones.process import MILESTONE_NUMBERS, Rung
from tests.cast import facts_now
from tests.model.watched import Watched
from tests.model.what import by, environments, whichever

SAYS = (
    frozenset({"http:200", "delivery:DELIVERED", "method:DIGIPOST"}),
    frozenset({"http:403", "error:INVALID_SIGNATURE"}),
    frozenset({"http:200", "sender:VALID_SENDER"}),
    frozenset({"http:200", "sender:NO_INFO_AVAILABLE"}),
)
reports = st.lists(st.tuples(st.sampled_from(("t01", "t07", "t99", "other")), st.sampled_from(Result)), max_size=4)
"""Tests by name, and how they ended."""
words = st.lists(
    st.tuples(
        st.sampled_from(SAYS),
        st.sampled_from((Rung.SIGNED, Rung.SIGNED, Rung.RECEIPT)),
        st.sampled_from(("", "T07")),
        st.sampled_from(("500123", "700456", "999")),
        st.integers(0, 5),
    ),
    max_size=3,
)
"""What Digipost says, how well that is known, of which scenario, of whose account, and which answer it is."""


def files_of(told: list[tuple[str, Result]], said: list[tuple[Any, ...]]) -> list[Read]:
    """Files as they have been read."""
    tests = [ReportedTest.called(name, outcome) for name, outcome in told]
    report = Report("JUnit XML", None, tests) if tests else None
    now = timezone.now() - datetime.timedelta(seconds=1)
    statements = tuple(
        Statement(rung, signs, now, sender_id=sender, scenario=scenario, digest=f"{number:064}")
        for signs, rung, scenario, sender, number in said
    )
    return [Read("rapport.xml", "0" * 64, report=report, statements=statements)]


class ResultRules(Watched):
    @rule(who=by("lead"), environment=environments, told=reports, said=words)
    def propose_results(self, who: str, environment: str, told: Any, said: Any) -> None:
        self.decides_nothing(workflow.propose_results, who, environment, files=files_of(told, said))

    @rule(who=by("lead"), which=whichever, picked=st.sets(st.sampled_from(("T01", "T07", "1.4"))))
    def record_results(self, who: str, which: int, picked: set[str]) -> None:
        proposal = self.pick(self.integration.proposed_results.all(), which)
        self.decides_nothing(workflow.record_results, who, proposal, picked=picked)

    @rule(who=by("lead"), which=whichever)
    def discard_results(self, who: str, which: int) -> None:
        self.decides_nothing(workflow.discard_results, who, self.pick(self.integration.proposed_results.all(), which))

    @rule(who=by("lead"), environment=environments, told=reports, said=words)
    def report_results(self, who: str, environment: str, told: Any, said: Any) -> None:
        self.decides_nothing(workflow.report_results, who, environment, files=files_of(told, said))

    def decides_nothing(self, action: Callable[..., Any], who: str, *args: object, **named: object) -> None:
        """No milestone is submitted, approved or opened by it, and no run that was recorded before is known better."""
        facts, known = facts_now(self.integration), self.rungs()
        self.do(action, who, *args, **named)
        after = facts_now(self.integration)
        assert [after.state_of(number) for number in MILESTONE_NUMBERS] == [
            facts.state_of(number) for number in MILESTONE_NUMBERS
        ]
        assert (after.phase, after.production_enabled) == (facts.phase, facts.production_enabled)
        assert facts.approval_recorded or not after.approval_recorded
        assert known.items() <= self.rungs().items()
        self.what_is_known_better_rests_on_evidence()

    def what_is_known_better_rests_on_evidence(self) -> None:
        """No run stands as Digipost's word without that word, or with less of it than its rung says."""
        runs = ScenarioRun.objects.filter(scenario__integration=self.integration).prefetch_related("attestations")
        for run in runs:
            if run.rung in (Rung.RECEIPT, Rung.SIGNED):
                kept = [Rung(one.rung) for one in run.attestations.all()]
                assert kept
                assert all(one.reaches(run.rung) for one in kept)

    def rungs(self) -> dict[int, str]:
        """How each run is known, by primary key."""
        runs = ScenarioRun.objects.filter(scenario__integration=self.integration)
        return dict(runs.values_list("pk", "rung"))
