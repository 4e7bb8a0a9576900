"""Two people at once, on PostgreSQL: started together, and held to one of the two serial outcomes.

Each race lists its two serial outcomes: what either was told, the history in order, and where it leaves the states.
An approval that judged facts which are gone shows in the history's order, even where the states look right.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django_fsm import TransitionNotAllowed

from milestones import gates, snapshots, workflow
from milestones.models import EventKind, Integration
from milestones.policy import Forbidden
from milestones.process import MILESTONE_NUMBERS, MilestoneState
from tests.cast import facts_now, fresh
from tests.model.history import as_recorded, beginning, tell
from tests.processes import PATIENCE

ROUNDS = 20
HEAD_STARTS = (0.0, 0.005, -0.005, 0.015, -0.015)
"""Seconds by which the second is held back (or the first, when negative): windows are hit from both sides."""
Action = Callable[[], object]


@dataclass(frozen=True)
class Told:
    """One serial outcome: what each was told, what the history says in order, and the states it ends in."""

    answers: tuple[str, ...]
    history: tuple[EventKind, ...]
    states: dict[str, str]


def at_once(*actions: Action, waits: Sequence[float] = ()) -> tuple[str, ...]:
    """Run each action in a thread and on a connection of its own; "done", or the name of the refusal, of each."""
    barrier = threading.Barrier(len(actions))

    def run(action: Action, wait: float) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE)
            time.sleep(wait)  # a head start: nothing is waited for
            action()
        except (Forbidden, Http404, workflow.GateClosed, TransitionNotAllowed, ValidationError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return tuple(pool.map(run, actions, waits or [0.0] * len(actions)))


def race(integration: Integration, start: Action, first: Action, second: Action, serial: Sequence[Told]) -> None:
    """Round after round from the same start, each of which must end in one of the two serial outcomes."""
    for number in range(ROUNDS):
        start()
        last = latest_event(integration)
        ahead = HEAD_STARTS[number % len(HEAD_STARTS)]
        answers = at_once(first, second, waits=(max(-ahead, 0.0), max(ahead, 0.0)))
        states = as_recorded(fresh(integration))
        news = integration.events.filter(pk__gt=last).order_by("pk")
        found = (answers, tuple(event.kind for event in news))
        matching = [one for one in serial if (one.answers, one.history) == found]
        assert matching, f"round {number}: {found}"
        assert {name: states[name] for name in matching[0].states} == matching[0].states
        check(integration)


def latest_event(integration: Integration) -> int:
    return integration.events.order_by("-pk").values_list("pk", flat=True)[0]


def check(integration: Integration) -> None:
    """What is true at all times: see the model check."""
    story = beginning()
    events = list(integration.events.order_by("pk"))
    for event in events:
        tell(story, event)
    assert story == as_recorded(fresh(integration))
    assert [event.at for event in events] == sorted(event.at for event in events)
    facts = facts_now(integration)
    current = facts.phase.number or len(MILESTONE_NUMBERS) + 1
    for number in MILESTONE_NUMBERS:
        assert (facts.state_of(number) == MilestoneState.APPROVED) == (number < current)
    assert not facts.production_enabled or facts.state_of(2) == MilestoneState.APPROVED
    assert not facts.approval_recorded or not gates.unmet_of("3.1", facts)
    assert not [row for row, differs in snapshots.differences() if differs]


APPROVED = (EventKind.MILESTONE_APPROVED, EventKind.PHASE_CHANGED, EventKind.MILESTONE_STARTED)
IN_2 = {"phase": "milestone_2", "milestone 2": "in_progress", "milestone 3": "upcoming", "production": "closed"}
SUBMITTED_2 = {**IN_2, "milestone 2": "submitted"}
IN_3 = {"phase": "milestone_3", "milestone 2": "approved", "milestone 3": "in_progress", "production": "closed"}
