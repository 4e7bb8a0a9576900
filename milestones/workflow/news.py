"""What of a build's results is recorded: what says something new of its scenario, by one rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from .. import gates
from ..evidence.proposing import Result
from ..models import DeclaredChange, Scenario, ScenarioRun, latest_runs, runs_since
from ..process import Environment, Outcome, Rung
from .move import Move


def news_of(move: Move, environment: Environment, results: Sequence[Result]) -> list[Result]:
    """Without what the runs of a scenario say already: there is room for so many, and a build runs all the time.

    Compared is the run that counts, the latest. A result is recorded that says something else than that run, and one
    for which a declared change waits (D.4): no run shows the scenario since the declaration, and it would. Of what
    says the same as that run:

    - a failure is recorded on another day, or where it is known otherwise;
    - a pass that is known as well, where it is known better, is Digipost's word (each of its statements proves once),
      or is of a later day and runs of the scenario grow too old: it renews that run;
    - a pass that is known less well, only once that run is too old, or will be within the days in which that is told.

    What is known less well than that run and than the catalogue asks neither renews nor retests: it would only take
    away. And what an older report says, which was recorded when it was new, is not recorded again.
    """
    scenarios = Scenario.objects.filter(pk__in=[one.scenario for one in results if one.scenario])
    runs, awaited, recorded = latest_runs(scenarios), _awaited(move, environment), _recorded(scenarios)
    return [
        one
        for one in results
        if (run := runs.get(one.scenario or 0)) is None
        or (
            _is_news(one, run, _waits(one, awaited), environment, move.facts)
            and not (one.ran_on < run.ran_on and _as_recorded(one) in recorded and not one.statements)
        )
    ]


def _recorded(scenarios: QuerySet[Scenario]) -> set[tuple[Any, ...]]:
    """What runs of these say, as of `_as_recorded`."""
    return set(ScenarioRun.objects.filter(scenario__in=scenarios).values_list("scenario", "ran_on", "outcome", "rung"))


def _as_recorded(one: Result) -> tuple[Any, ...]:
    return one.scenario, one.ran_on, one.outcome, one.rung


def _is_news(one: Result, run: ScenarioRun, waits: bool, environment: Environment, facts: gates.Facts) -> bool:
    alike = (one.outcome, one.rung) == (run.outcome, run.rung)
    if not (one.outcome == run.outcome == Outcome.PASSED):
        return waits or bool(one.statements) or not alike or one.ran_on != run.ran_on
    asked = facts.asked_of(one.code)
    if one.rung.reaches(Rung(run.rung)):
        renews = asked is not None and asked.max_age_days is not None and one.ran_on > run.ran_on
        return waits or bool(one.statements) or not alike or renews
    if asked is not None and not one.rung.reaches(asked.least_rung):
        return False
    return waits or (one.ran_on > run.ran_on and gates.grows_old(one.code, environment, run.ran_on, facts))


def _awaited(move: Move, environment: Environment) -> list[tuple[DeclaredChange, set[str]]]:
    """The changes whose retest is waited for, each with the scenarios, by id, that no run shows since."""
    if environment != Environment.TEST or not move.facts.changes:
        return []
    changes = list(move.integration.declared_changes.open().prefetch_related("scenarios"))
    shown = runs_since(changes)
    return [(change, {one.code for one in change.scenarios.all()} - set(shown[change.pk])) for change in changes]


def _waits(one: Result, awaited: Sequence[tuple[DeclaredChange, set[str]]]) -> bool:
    """Whether the result would show a scenario since some change, and nothing does yet."""
    return any(
        one.code in left
        and change.declared_on <= one.ran_on
        and all(change.declared_at <= said.at for said in one.statements)
        for change, left in awaited
    )
