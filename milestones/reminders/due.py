"""By when something is to be done: pure, like the gates.

`due_date_of` dates what waits, as it is stored with the integration; `promised_on` what Digipost promises of an
approval. `decide.due_on` chooses between the two.
"""

from __future__ import annotations

import datetime

from ..gates import Facts, Unmet, change_of
from ..process import DEFAULT_WORKING_DAYS, REQUIREMENTS
from ..workdays import add_working_days


def due_date_of(move: Unmet, facts: Facts, since: datetime.date) -> datetime.date:
    """The current milestone's target date; `since`, that is at once, for any other milestone's work and in operations.

    A retest after a declared change is due by the day that was declared with it, a run that grows old by the last day
    on which it counts.

    Without a target date it is counted from our default durations, so that nobody is forgotten for want of a plan.
    """
    if retest_by := next((one.retest_by for one in facts.changes if str(one.pk) == change_of(move.params)), None):
        return retest_by
    if until := dict(move.params).get("until"):  # what soon counts no more is due by then
        return datetime.date.fromisoformat(until)
    number = facts.phase.number
    if number is None or milestone_of(move.code, facts) != number:
        return since
    return facts.milestones[number].target_on or add_working_days(since, DEFAULT_WORKING_DAYS[number])


def promised_on(submitted_on: datetime.date, approval_days: int) -> datetime.date:
    """The date by which Digipost answers what was submitted: so many working days later."""
    return add_working_days(submitted_on, approval_days)


def milestone_of(code: str, facts: Facts) -> int | None:
    """The milestone that a requirement, an own item or M1 … M5 belongs to; None for what belongs to operations."""
    if code in REQUIREMENTS:
        return REQUIREMENTS[code].milestone
    if code.startswith("M"):
        return int(code[1:])
    return next((item.milestone for item in facts.items if item.key == code), None)
