"""May IT move? Recorded facts in, what is unmet out. Pure: no ORM, no clock, no request.

`Facts` is everything that is recorded about one integration on one day. `unmet_of(code, facts)` judges one
requirement, `gate(n, facts)` all of milestones 1..n, `blockers(code, facts)` whether a requirement can be recorded yet
and `next_moves(facts)` who must do what now. Whatever anybody is told about an integration comes from here.
"""

from .carried import CARRIED
from .changes import lacks, retested, to_retest, touched_by
from .grouped import WHOLE_OF, change_of
from .questions import (
    INTAKE,
    Finding,
    before_operations,
    blockers,
    carried_up_to,
    findings,
    gate,
    grows_old,
    intake,
    milestone_blockers,
    next_moves,
    returned_because,
    unmet_of_item,
    weakly_shown,
)
from .recorded import (
    AccordFact,
    AgreementFact,
    BasicScenarioFact,
    CarriedFact,
    ChangeFact,
    ConfirmationFact,
    ExceptionFact,
    Facts,
    FollowUpFact,
    ItemFact,
    MeetingFact,
    MilestoneFact,
    Person,
    RetestFact,
    ScenarioFact,
    SolutionFact,
)
from .rules import RULES, applicable_scenarios, basic_scenario_applies, unmet_of
from .unmet import REASONS, SOLUTION_PARTS, Unmet, translated

__all__ = [
    "CARRIED",
    "INTAKE",
    "REASONS",
    "RULES",
    "SOLUTION_PARTS",
    "WHOLE_OF",
    "AccordFact",
    "AgreementFact",
    "BasicScenarioFact",
    "CarriedFact",
    "ChangeFact",
    "ConfirmationFact",
    "ExceptionFact",
    "Facts",
    "Finding",
    "FollowUpFact",
    "ItemFact",
    "MeetingFact",
    "MilestoneFact",
    "Person",
    "RetestFact",
    "ScenarioFact",
    "SolutionFact",
    "Unmet",
    "applicable_scenarios",
    "basic_scenario_applies",
    "before_operations",
    "blockers",
    "carried_up_to",
    "change_of",
    "findings",
    "gate",
    "grows_old",
    "intake",
    "lacks",
    "milestone_blockers",
    "next_moves",
    "retested",
    "returned_because",
    "to_retest",
    "touched_by",
    "translated",
    "unmet_of",
    "unmet_of_item",
    "weakly_shown",
]
