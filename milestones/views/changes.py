"""D.4: changes that are declared in operations, and how far their retests have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import gates, workflow
from ..forms import ChangeForm, ReasonForm
from ..forms.base import Form
from ..models import DeclaredChange, Scenario, ScenarioRun, runs_since
from ..process import ChangeKind
from ..workflow import effects
from .integration_page import IntegrationPage, Request
from .talking import of_requirements, offers_to_write, threads


@dataclass(frozen=True)
class Retest:
    """A scenario that a change touches, the run that counts since, and the reason why that is not enough, if it is."""

    scenario: Scenario
    run: ScenarioRun | None
    lacks: str


@dataclass(frozen=True)
class Declared:
    """A change with what is retested after it."""

    change: DeclaredChange
    retests: tuple[Retest, ...]

    @property
    def done(self) -> int:
        """How many of its scenarios are retested."""
        return sum(not one.lacks for one in self.retests)


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: Request, reference: str) -> HttpResponse:
    """What is declared, and what each kind of change would have retested; declare one."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_changes(here)
    form = here.bound(ChangeForm, "form")
    do, effect = workflow.declare_change, effects.of_declaring_change
    return here.answer(form, do, show=show_changes, to=here.url("changes"), effect=effect)


def show_changes(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    rows = _rows(here)
    things = of_requirements(one for one in gates.findings(None, here.facts) if one.key == "D.4")
    early = gates.before_operations(here.facts)
    declares = here.can["declare_changes"] and not early
    form = ChangeForm(slot="form", kind=here.request.GET.get("kind", "")) if declares else None
    context = {
        "open_changes": _declared(here, [one for one in rows if one.is_open]),
        "ended": [one for one in rows if not one.is_open],
        "kinds": [(kind, _named(gates.touched_by(kind, here.facts))) for kind in ChangeKind],
        "early": early,
        "talk": threads(here, things),
    }
    return here.page("changes", offers=[form, *offers_to_write(here, things)], sent=sent, **context)


def _named(scenarios: tuple[gates.ScenarioFact, ...]) -> list[str]:
    return [f"{one.code} {gates.translated(one.title)}" for one in scenarios]


@require_safe
def one_change(request: Request, reference: str, pk: int) -> HttpResponse:
    """One change: what of it is retested, by which runs; withdraw it."""
    return show_change(IntegrationPage(request, reference), pk=pk)


def show_change(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(DeclaredChange, pk)
    withdraws = here.can["declare_changes"] and found.is_open
    (declared,) = _declared(here, [found])
    form = ReasonForm(slot="withdraw") if withdraws else None
    return here.page("one_change", offers=[form], sent=sent, declared=declared, change=found)


@require_POST
def withdraw_change(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(DeclaredChange, pk)
    show, done = partial(show_change, pk=pk), _("The declared change is withdrawn.")
    return here.answer_reason("withdraw", workflow.withdraw_change, pk, show=show, to=here.url("changes"), done=done)


def _rows(here: IntegrationPage) -> list[DeclaredChange]:
    rows = here.integration.declared_changes.select_related("declared_by", "withdrawn_by")
    return list(rows.prefetch_related("scenarios"))


def _declared(here: IntegrationPage, rows: list[DeclaredChange]) -> list[Declared]:
    runs = runs_since(rows)
    lacking = {
        (change.pk, one.code): gates.lacks(one, here.facts) for change in here.facts.changes for one in change.retests
    }
    return [Declared(change, tuple(_retests(change, runs[change.pk], lacking))) for change in rows]


def _retests(
    change: DeclaredChange, runs: Mapping[str, ScenarioRun], lacking: Mapping[tuple[int, str], str]
) -> list[Retest]:
    """What is open is judged by the gates; of what has ended, what had not been run is told."""
    found = []
    for scenario in change.scenarios.all():
        run = runs.get(scenario.code)
        at_its_end = "" if change.completed_at or run else "retest_not_run"
        found.append(Retest(scenario, run, lacking.get((change.pk, scenario.code), at_its_end)))
    return found
