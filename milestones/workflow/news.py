"""What of a build's results is recorded: what says something new of its scenario, by one rule."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from .. import gates
from ..evidence.proposing import Result
from ..models import DeclaredChange, Scenario, ScenarioRun, latest_runs
from ..process import Environment, Outcome, Rung
from .move import Move


def news_of(move: Move, environment: Environment, results: Sequence[Result]) -> list[Result]:
    """Without what the run that counts says already.

    There is room for so many runs of a scenario, the latest counts, and a build runs at every change and every night.
    So a result is left out that

    - has the same outcome as that run, is known as well, and is of the same day; or
    - passed, as that run did, and is known no better: it would only lower what is known, as from what Digipost signed
      to what a build reports.

    But it is recorded

    - where a declared change waits for it (D.4): it is of the day of the declaration or later, and that run is not, or
      was recorded before;
    - where runs of the scenario grow too old, and it is of a later day than that run: known as well, it renews it;
      known less well, it takes its place only once that is too old, or will be within the days in which that is told;
    - where Digipost says it, and that run is known no better: each of its statements proves once.

    What is known less well than that run and than the catalogue asks neither renews nor retests: it would only take
    away.
    """
    scenarios = Scenario.objects.filter(pk__in=[one.scenario for one in results if one.scenario])
    runs, awaited = latest_runs(scenarios), _awaited(move, environment)
    return [
        one
        for one in results
        if (run := runs.get(one.scenario or 0)) is None
        or _is_news(one, run, _waits(one, run, awaited), environment, move.facts)
    ]


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


def _awaited(move: Move, environment: Environment) -> list[tuple[str, datetime.date, datetime.datetime]]:
    """The scenarios, by id, that declared changes touch: on which day each was declared, and when."""
    if environment != Environment.TEST or not move.facts.changes:
        return []
    changes = DeclaredChange.objects.open().filter(integration=move.integration, scenarios__isnull=False)
    return list(changes.order_by().values_list("scenarios__code", "declared_on", "declared_at"))


def _waits(one: Result, run: ScenarioRun, awaited: Sequence[tuple[str, datetime.date, datetime.datetime]]) -> bool:
    """Whether the run that counts is no retest after some change, and the result would be one."""
    return any(
        code == one.code and declared_on <= one.ran_on and (run.ran_on < declared_on or run.recorded_at <= declared_at)
        for code, declared_on, declared_at in awaited
    )
