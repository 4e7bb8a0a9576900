"""Both sets of scenarios with their runs: a row a run, the latest first; a scenario without runs has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from ..evidence.found import found_in_words
from ..gates import translated
from ..models import Integration, ScenarioRun, latest_first
from ..process import Environment, Outcome, Rung
from .people import names_of
from .tables import CHUNK, DAY, LONG, MOMENT, NAME, WORD, Column, Row, Table

COLUMNS = (
    Column(_("Environment"), DAY),
    Column(_("Id"), DAY),
    Column(_("Scenario"), NAME),
    Column(_("Passes when"), LONG),
    Column(_("Required"), DAY),
    Column(_("Trial of print"), DAY),
    Column(_("Run on"), DAY),
    Column(_("Outcome"), WORD),
    Column(_("How it is known"), NAME),
    Column(_("What was found"), LONG),
    Column(_("Latest run"), DAY),
    Column(_("Note"), LONG),
    Column(_("Document"), NAME),
    Column(_("Recorded by"), NAME),
    Column(_("Recorded"), MOMENT),
)
_OF_A_SCENARIO = ("pk", "environment", "code", "title", "passes_when", "required", "print_trial")
_OF_A_RUN = {
    name: F(f"runs__{path}")
    for name, path in {
        "run": "pk",
        "ran_on": "ran_on",
        "outcome": "outcome",
        "rung": "rung",
        "found": "found",
        "note": "note",
        "document": "document__name",
        "recorded_by": "recorded_by",
        "recorded_at": "recorded_at",
    }.items()
}


def scenarios_table(integration: Integration) -> Table:
    """The sets as they stand now, that of the test environment first."""
    return Table(f"{integration.reference}-scenarios", _("Test scenarios"), COLUMNS, _rows(integration))


def _rows(integration: Integration) -> Iterator[Row]:
    scenarios = integration.scenarios.current().order_by("-environment", "code", "pk", *latest_first("runs__"))
    found = scenarios.values(*_OF_A_SCENARIO, **_OF_A_RUN)
    people = ScenarioRun.objects.filter(scenario__integration=integration).order_by().values("recorded_by")
    names = names_of(people, integration)
    before = None
    for one in found.iterator(chunk_size=CHUNK):
        yield _row(one, names, is_latest=one["pk"] != before)
        before = one["pk"]


def _row(one: dict[str, Any], names: dict[int | None, str], *, is_latest: bool) -> Row:
    """A run, or the scenario alone; of a scenario's runs the first is the latest, which counts."""
    has_run = one["run"] is not None
    return (
        str(Environment(one["environment"]).label),
        one["code"],
        translated(one["title"]),
        translated(one["passes_when"]),
        one["required"],
        one["print_trial"],
        one["ran_on"],
        str(Outcome(one["outcome"]).label) if has_run else "",
        str(Rung(one["rung"]).label) if has_run else "",
        found_in_words(one["found"]) if has_run else "",
        is_latest if has_run else None,
        one["note"],
        one["document"],
        names.get(one["recorded_by"], ""),
        one["recorded_at"],
    )
