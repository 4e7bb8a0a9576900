"""What one form fills is one task, however much of the form is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .unmet import Unmet

_PARTS_OF = {
    "roles_vacant": ("role_vacant",),
    "services_undecided": ("service_undecided",),
    "accounts_missing": ("account_missing",),
    "kickoff_incomplete": ("kickoff_in_future", "kickoff_one_sided", "kickoff_without_minutes"),
    "solution_undescribed": ("solution_incomplete",),
    "dates_missing": ("date_missing",),
    "scenarios_missing": ("scenario_set_empty", "scenario_missing", "scenario_reworded"),
    "scenarios_not_passed": ("scenario_not_run", "scenario_failed", "scenario_too_old"),
    "scenarios_below_rung": ("scenario_below_rung",),
    "scenarios_age": ("scenario_ages",),
    "retests_left": ("retest_not_run", "retest_failed", "retest_below_rung"),
    "monitoring_unrecorded": ("monitoring_missing", "deviations_told_to_nobody"),
}
"""For each form that fills several: the reason of the whole, and those of its parts."""

_FAILED = ("scenario_failed", "retest_failed")

WHOLE_OF = {part: whole for whole, parts in _PARTS_OF.items() for part in parts}
"""The reason of the whole, by that of a part."""


def grouped(found: Iterable[Unmet]) -> list[Unmet]:
    """One Unmet for what one form fills, where its first part came; a part that is alone stays as it is.

    What different changes have retested is told apart.
    """
    forms: dict[object, list[Unmet]] = {}
    for one in found:
        whole = WHOLE_OF.get(one.reason)
        forms.setdefault((whole, one.role, one.where, change_of(one.params)) if whole else one, []).append(one)
    return [_whole(parts) if len(parts) > 1 else parts[0] for parts in forms.values()]


def change_of(params: Iterable[Sequence[str]]) -> str:
    """The declared change (its primary key) that something unmet is about; empty for most."""
    return next((value for name, value in params if name == "change"), "")


def _whole(parts: list[Unmet]) -> Unmet:
    """The parts as one, which says how many there are and leads to where the first of them is filled in."""
    first = parts[0]
    failed = sum(part.reason in _FAILED for part in parts)
    counts = (("count", str(len(parts))), ("failed", str(failed)))
    return replace(first, reason=WHOLE_OF[first.reason], params=first.params + counts, parts=tuple(parts))
