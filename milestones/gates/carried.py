"""What was done before the tool was used: when a fact that an import carried over stands, and when it falls.

It stands in for records that nobody has made here. So of what a rule finds missing, that nothing is recorded does not
count; whatever says otherwise does, and the fact falls: a run that fails, a role that ends, a follow-up item that is
open. What was withdrawn here falls too: `workflow/consequences.py` ends such facts, and for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..process import AgreementKind
from .recorded import Facts
from .unmet import Unmet

_AGREED = frozenset({"not_agreed"})
WEAK = frozenset({"scenario_below_rung", "scenario_too_old"})  # a run that passed says nothing against it
_ABSENT: dict[str, frozenset[str]] = {
    "1.1": frozenset({"agreement_missing", "agreement_unverified"}),
    "1.2": frozenset({"role_vacant"}),
    "1.3": frozenset({"service_undecided"}),
    "1.4": frozenset({"account_missing"}),
    "2.1": frozenset({"not_confirmed"}),
    "2.2": _AGREED | {"kickoff_missing", "kickoff_one_sided", "kickoff_without_minutes", "solution_incomplete"}
    | {"date_missing"},
    "2.3": frozenset({"not_confirmed"}),
    "3.1": _AGREED | WEAK | {"scenario_set_empty", "scenario_missing", "solution_incomplete"},
    "3.2": frozenset(),  # its rule asks for the carried-over fact itself, and that 3.1 is met
    "3.3": frozenset({"details_not_passed"}),  # production is opened by its own act, whoever carries 3.3 over
    "4.1": WEAK | {"scope_undecided"},
    "5.0": frozenset({"launch_date_missing"}),
    "5.2": frozenset({"first_sending_missing", "launch_unconfirmed", "manual_approval_undecided"}),
    "D.1": frozenset({"monitoring_missing", "deviations_told_to_nobody"}),
    "D.2": frozenset({"reader_missing"}),
}  # fmt: skip
"""By requirement, the reasons that only say that nothing is recorded here. Any other reason is a contradiction."""

CARRIED = tuple(_ABSENT)
"""The requirements that can be carried over. 5.1, D.3 and D.4 are met while nothing recorded says otherwise."""


def contradictions(code: str, missing: Iterable[Unmet], facts: Facts) -> Iterator[Unmet]:
    """Of what is missing for requirement `code`, which was carried over: what says that it is not so, or no longer."""
    return (unmet for unmet in missing if unmet.reason not in _ABSENT[code] or _is_news(unmet, facts))


def _is_news(unmet: Unmet, facts: Facts) -> bool:
    """Whether something is absent because of what was recorded here: a role that ended, print that is used now."""
    about = dict(unmet.params)
    if unmet.reason == "role_vacant":
        return about["vacancy"] in facts.vacated
    return unmet.reason == "agreement_missing" and about["agreement"] == AgreementKind.PRINT
