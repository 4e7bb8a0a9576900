"""The questions anybody may ask: what is unmet, what closes a gate, what blocks, who must do what now."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from ..process import (
    LAST_MILESTONE,
    MILESTONE_NUMBERS,
    REQUIREMENTS,
    Environment,
    MilestoneState,
    Outcome,
    Requirement,
    Role,
    Status,
    Text,
    requirements_of,
)
from .carried import WEAK
from .grouped import grouped
from .recorded import CarriedFact, ConfirmationFact, ExceptionFact, Facts, ItemFact, MilestoneFact
from .rules import unmet_of
from .unmet import Unmet, unmet_for

INTAKE = "intake"
"""The code of what comes before every requirement: that Digipost accepts what a stranger took in."""


def intake(facts: Facts) -> list[Unmet]:
    """What keeps others out, and every gate closed, until staff have accepted the intake."""
    if facts.accepted:
        return []
    return [unmet_for(facts, INTAKE, "intake_not_accepted", Role.ONBOARDING, "integration")]


def unmet_of_item(item: ItemFact, facts: Facts) -> list[Unmet]:
    """What is missing for an item of the integration's own."""
    if item.key in facts.confirmed:
        return []
    return [unmet_for(facts, item.key, "item_not_done", item.stands_on, "confirmation", title=item.title)]


@dataclass(frozen=True)
class Finding:
    """One row of a milestone's task list. An exception shows, and makes what is unmet not count."""

    key: str
    requirement: Requirement | None
    item: ItemFact | None
    unmet: tuple[Unmet, ...]
    exception: ExceptionFact | None
    blockers: tuple[Unmet, ...] = ()
    confirmation: ConfirmationFact | None = None
    returned_because: str = ""
    carried: CarriedFact | None = None

    @property
    def required(self) -> bool:
        return self.item is None or self.item.required

    @property
    def met(self) -> bool:
        return not self.unmet

    @property
    def title(self) -> Text:
        return self.requirement.title if self.requirement else self.item.title  # type: ignore[union-attr]

    @property
    def short(self) -> str:
        """What it is called in a line: a requirement by its code."""
        return self.requirement.code if self.requirement else str(self.title)

    @property
    def stands_on(self) -> Role:
        return self.requirement.stands_on if self.requirement else self.item.stands_on  # type: ignore[union-attr]

    @property
    def bears_exception(self) -> bool:
        """Whether Digipost may grant an exception from it."""
        return self.requirement is None or self.requirement.exception_allowed

    @property
    def counts(self) -> bool:
        """Whether this closes the gate."""
        return bool(self.unmet) and self.required and self.exception is None


def findings(milestone: int | None, facts: Facts) -> list[Finding]:
    """Every requirement and own item of one milestone (of operations when None), judged."""
    return [_finding_of(requirement, facts) for requirement in requirements_of(milestone)] + [
        Finding(
            item.key,
            None,
            item,
            tuple(unmet_of_item(item, facts)),
            facts.exception_for(item.key),
            confirmation=facts.confirmed.get(item.key),
            returned_because=returned_because(item.key, item.milestone, facts),
        )
        for item in facts.items
        if item.milestone == milestone
    ]


def _finding_of(requirement: Requirement, facts: Facts) -> Finding:
    code = requirement.code
    return Finding(
        code,
        requirement,
        None,
        tuple(unmet_of(code, facts)),
        facts.exception_for(code),
        tuple(blockers(code, facts)),
        facts.confirmed.get(code),
        returned_because(code, requirement.milestone, facts),
        facts.carried.get(code),
    )


def returned_because(key: str, milestone: int | None, facts: Facts) -> str:
    """Why Digipost returned the milestone, if that was about requirement or own item `key`; empty otherwise."""
    return facts.milestones[milestone].returned_about(key) if milestone and milestone in facts.milestones else ""


def gate(milestone: int, facts: Facts) -> list[Unmet]:
    """What closes the gate of `milestone`: everything required and unmet of milestones 1..milestone. Empty: open."""
    return intake(facts) + [
        unmet
        for number in MILESTONE_NUMBERS[:milestone]
        for finding in findings(number, facts)
        if finding.counts
        for unmet in finding.unmet
    ]


def carried_up_to(facts: Facts) -> int:
    """The last milestone that is approved, or that an import may take on as done before; 0 for none.

    Such a milestone has an open gate that rests on something carried over, and nobody has submitted or returned it.
    """
    reached = 0
    for number in MILESTONE_NUMBERS:
        milestone = facts.milestones.get(number, MilestoneFact())
        if milestone.state != MilestoneState.APPROVED:
            rests = any(requirement.code in facts.carried for requirement in requirements_of(number))
            if milestone.state == MilestoneState.SUBMITTED or milestone.returned or not rests or gate(number, facts):
                break
        reached = number
    return reached


def blockers(code: str, facts: Facts) -> list[Unmet]:
    """What must be in place before requirement `code` can be recorded: "cannot start yet". Empty: go ahead."""
    found: list[Unmet] = []
    for earlier in REQUIREMENTS[code].after:
        found += milestone_blockers(int(earlier[1:]), facts) if earlier.startswith("M") else unmet_of(earlier, facts)
    return found


def milestone_blockers(number: int, facts: Facts) -> list[Unmet]:
    """What keeps the work after milestone `number` from starting: its approval, or a fact that it rested on."""
    if facts.state_of(number) != MilestoneState.APPROVED:
        return [unmet_for(facts, f"M{number}", "milestone_not_approved", Role.ONBOARDING, "milestone", number=number)]
    return gate(number, facts)


def before_operations(facts: Facts) -> list[Unmet]:
    """What must be in place before a change to what is in operations can be declared. Empty in operations."""
    number = facts.phase.number
    if number is None:
        return []
    return [unmet_for(facts, f"M{number}", "milestone_not_approved", Role.ONBOARDING, "milestone", number=number)]


def next_moves(facts: Facts) -> list[Unmet]:
    """Who must do what now: what is missing and can be started, or the submitting or approving itself.

    Empty when paused or closed, and in operations when all is well. Nothing but its acceptance while an intake waits.
    """
    if facts.status != Status.ACTIVE:
        return []
    if not facts.accepted:  # ask for no work until Digipost has taken the integration on
        return intake(facts)
    number = facts.phase.number
    missing = gate(number or LAST_MILESTONE, facts)
    if number is None:
        return missing + _beside_the_gates(facts) + _moves_in_operations(facts)
    startable = [u for u in missing if u.code not in REQUIREMENTS or not blockers(u.code, facts)]
    moves = startable + _beside_the_gates(facts)
    if facts.state_of(number) == MilestoneState.SUBMITTED:
        return [
            *moves,
            unmet_for(facts, f"M{number}", "awaiting_approval", Role.ONBOARDING, "milestone", number=number),
        ]
    if missing:
        return moves
    ready = "ready_to_resubmit" if facts.milestones[number].returned else "ready_to_submit"
    return [*moves, unmet_for(facts, f"M{number}", ready, Role.PROJECT_MANAGER, "milestone", number=number)]


def _beside_the_gates(facts: Facts) -> list[Unmet]:
    """What somebody must do though no gate waits for it: 3.3 asks that details are passed on, not that they arrive."""
    found = grouped(sorted(_ageing(facts), key=lambda one: dict(one.params)["until"]))  # due by the first
    if facts.details_passed and not facts.details_acknowledged:
        found.append(unmet_for(facts, "3.3", "details_unacknowledged", Role.TECHNICAL_LEAD, "production"))
    return found


AGES_SOON = datetime.timedelta(days=7)
"""How long before a run is too old its people are told."""


_TESTED_IN = {3: ("3.1", Environment.TEST), 4: ("4.1", Environment.PRODUCTION)}


def weakly_shown(environment: str, facts: Facts) -> set[str]:
    """The ids of the scenarios of a set that passed, and not as well, or as lately, as the catalogue asks."""
    codes = [code for code, tested_in in _TESTED_IN.values() if tested_in == environment]
    parts = (part for code in codes for one in unmet_of(code, facts) for part in one.each if part.reason in WEAK)
    return {dict(part.params)["scenario"].partition(" ")[0] for part in parts}


def _ageing(facts: Facts) -> Iterator[Unmet]:
    """The runs that still count, and soon will not: of the milestone at hand, until it is submitted."""
    number = facts.phase.number or 0
    if number not in _TESTED_IN or facts.state_of(number) == MilestoneState.SUBMITTED:
        return
    code, environment = _TESTED_IN[number]
    for scenario in facts.scenarios:
        asked = facts.asked_of(scenario.code)
        if scenario.environment != environment or not (scenario.required and asked and scenario.ran_on):
            continue
        until = asked.counts_until(scenario.ran_on) if scenario.latest == Outcome.PASSED else None
        if until and facts.today <= until <= facts.today + AGES_SOON:
            about = {"scenario": f"{scenario.code} {scenario.title}", "until": until, "known": scenario.rung}
            page = REQUIREMENTS[code].page
            yield unmet_for(facts, code, "scenario_ages", Role.TECHNICAL_LEAD, page, **about)


def grows_old(scenario: str, environment: Environment, ran_on: datetime.date, facts: Facts) -> bool:
    """Whether a run of that day of the scenario with this id is too old, or soon will be.

    Once its milestone is submitted it grows no older.
    """
    asked = facts.asked_of(scenario)
    until = asked.counts_until(ran_on) if asked else None
    number = next(number for number, (_code, tested_in) in _TESTED_IN.items() if tested_in == environment)
    decided = facts.state_of(number) in (MilestoneState.SUBMITTED, MilestoneState.APPROVED)
    if until is None:
        return False
    return until < facts.judged_on(number) or (not decided and until <= facts.today + AGES_SOON)


def _moves_in_operations(facts: Facts) -> list[Unmet]:
    moves = [unmet for finding in findings(None, facts) for unmet in finding.unmet]
    if facts.open_deviations:  # D.1 asks that deviations are logged; handling them is work all the same
        count = facts.open_deviations
        moves.append(unmet_for(facts, "D.1", "deviation_open", Role.TECHNICAL_LEAD, "operations", count=count))
    return moves
