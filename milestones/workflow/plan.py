"""2.2 the solution description and the target dates."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from .. import policy
from ..models import EventKind, Integration, User
from ..process import Accord, MilestoneState
from . import accords
from .door import door
from .move import Move, asks, stale


@asks(policy.Right.DESCRIBE)
def describe_solution(
    integration: Integration,
    *,
    by: User,
    recipient_identification: str,
    sending: str,
    interface: str,
    internal_systems: str,
    document_types: Sequence[str],
) -> None:
    """Keep the solution description. It may be incomplete; 2.2 says what it lacks."""
    with door(integration, by) as move:
        move.ask(describe_solution)
        solution = move.integration.solution
        new = {
            "recipient_identification": recipient_identification,
            "sending": sending,
            "interface": interface,
            "internal_systems": internal_systems,
            "document_types": list(document_types),
        }
        for name, value in new.items():
            old = getattr(solution, name)
            if old != value:
                move.update(solution, **{name: value})
                move.log(EventKind.SOLUTION_DESCRIBED, name, old=old, new=value)


@asks(policy.Right.PROPOSE_DATES)
def propose_dates(
    integration: Integration, *, by: User, dates: Mapping[int, datetime.date | None], version: int
) -> None:
    """Set target dates by milestone number; those of approved milestones stay. What was agreed lapses.

    Who proposes all of them has agreed for their own side. Raises Stale if the plan changed since the page was shown.
    """
    with door(integration, by) as move:
        move.ask(propose_dates)
        if move.integration.accords.get(subject=Accord.PLAN).version != version:
            raise stale()
        with accords.proposing(move, Accord.PLAN):
            if _moved(move, dates):
                accords.lapse(move, Accord.PLAN)


def _moved(move: Move, dates: Mapping[int, datetime.date | None]) -> bool:
    """Set the dates; whether one that both sides agree on is another now."""
    moved = False
    for milestone in move.integration.milestones.exclude(state=MilestoneState.APPROVED):
        new = dates.get(milestone.number, milestone.target_on)
        if new != milestone.target_on:
            move.log(EventKind.DATES_PROPOSED, milestone.number, old=milestone.target_on or "", new=new or "")
            move.update(milestone, target_on=new)
            moved = moved or milestone.number > 1
    return moved
