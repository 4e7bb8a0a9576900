"""What a change touches in operations, and what has been retested since: D.4, and whatever else asks for it."""

from __future__ import annotations

from ..process import Accord, ChangeKind, Environment, Outcome, Rung
from .recorded import AccordFact, ChangeFact, Facts, RetestFact, ScenarioFact


def touched_by(kind: ChangeKind, facts: Facts) -> tuple[ScenarioFact, ...]:
    """What a change of this kind would have retested: the required scenarios of the test set that the catalogue names.

    That is the catalogue as the set was agreed by. Of scenarios of the integration's own it says nothing.
    """
    required = (one for one in facts.scenarios if one.environment == Environment.TEST and one.required)
    return tuple(one for one in required if (asked := facts.asked_of(one.code)) and kind in asked.touched_by)


def lacks(retest: RetestFact, facts: Facts) -> str:
    """The reason why a scenario does not count as retested yet; empty once it does.

    What the set no longer has is waited for until both sides agree on the set without it.
    """
    if not retest.in_set:
        agreed = facts.accords.get(Accord.SCENARIOS, AccordFact())
        return "" if agreed.sender and agreed.digipost else "retest_not_run"
    if not retest.latest:
        return "retest_not_run"
    if retest.latest != Outcome.PASSED:
        return "retest_failed"
    asked = facts.asked_of(retest.code)
    return "retest_below_rung" if asked and not Rung(retest.rung).reaches(asked.least_rung) else ""


def retested(facts: Facts) -> tuple[ChangeFact, ...]:
    """The changes after which nothing is left to retest."""
    return tuple(one for one in facts.changes if not any(lacks(retest, facts) for retest in one.retests))


def to_retest(scenario: str, facts: Facts) -> tuple[ChangeFact, ...]:
    """The changes after which the test scenario with this id is still to be retested."""
    return tuple(one for one in facts.changes if any(r.code == scenario and lacks(r, facts) for r in one.retests))
