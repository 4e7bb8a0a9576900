"""3.1 and 4.1: scenario sets, their runs, the scope of production tests."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..clock import today
from ..forms import (
    ProductionScenarioForm,
    ResultFilesForm,
    RunForm,
    RunRow,
    RunsForm,
    ScenarioForm,
    ScopeForm,
)
from ..forms.base import Form
from ..models import MutualAccord, Scenario, latest_runs
from ..models.comments import SCENARIO, about
from ..process import Accord, Condition, Environment, ScopeMode, Service
from .accords import accord_context, proposed, seen_accord
from .integration_page import IntegrationPage, Request
from .talking import offers_to_write, threads


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: Request, reference: str) -> HttpResponse:
    """3.1: the set, each scenario with its latest run; add one of one's own."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_scenarios(here)
    form = here.bound(ScenarioForm, "form")
    return here.answer(
        form,
        workflow.add_scenario,
        show=show_scenarios,
        to=here.url("scenarios"),
        done=proposed(Accord.SCENARIOS, lambda: form.done),
        environment=Environment.TEST,
        seen=seen_accord(request),
    )


_NOT_IN_THE_SET = ("scenario_missing", "scenario_reworded")


def show_scenarios(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    records = here.can["record_runs"]
    rows, runs = _table(here, Environment.TEST, records=records, sent=sent)
    context = {
        "rows": rows,
        "environment": Environment.TEST,
        "proposals": waiting_results(here, Environment.TEST),
        "missing": [part for one in here.unmet("3.1") for part in one.each if part.reason in _NOT_IN_THE_SET],
        **accord_context(here, Accord.SCENARIOS),
    }
    form = ScenarioForm(slot="form") if here.can["edit_scenarios"] else None
    files = ResultFilesForm(slot="files") if runs else None
    return here.page("scenarios", offers=[form, runs, files], sent=sent, **context)


@require_POST
def add_basic(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = proposed(Accord.SCENARIOS, lambda: _("The basic scenarios that apply are in the set."))
    return here.press(workflow.add_basic_scenarios, to=here.url("scenarios"), done=done, seen=seen_accord(request))


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: Request, reference: str, pk: int) -> HttpResponse:
    """One scenario: every run of it, and the form to record one."""
    here = IntegrationPage(request, reference)
    show = partial(show_scenario, pk=pk)
    if request.method != "POST":
        return show(here)
    found = here.find(Scenario, pk)
    form = here.bound(RunForm, "form")
    return here.answer(form, workflow.record_run, pk, show=show, to=here.url(_page_of(found)))


def show_scenario(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(Scenario, pk)
    in_production = found.environment == Environment.PRODUCTION
    blocked = workflow.production_blockers(here.facts) if in_production else []
    records = here.can["record_runs"] and not found.removed_at and not blocked
    context = {
        "scenario": found,
        "runs": found.runs.select_related("document", "recorded_by").prefetch_related("attestations"),
        "blocked": blocked,
        "back": here.url(_page_of(found)),
        "accord": _accord_of(here, found) if here.can["edit_scenarios"] and not found.removed_at else None,
        "talk": threads(here, {about(SCENARIO, pk): str(found)}),
    }
    form = RunForm(slot="form", initial={"ran_on": today()}) if records else None
    offers = [form, *offers_to_write(here, [about(SCENARIO, pk)])]
    return here.page("scenario", offers=offers, sent=sent, **context)


def _accord_of(here: IntegrationPage, found: Scenario) -> MutualAccord:
    return here.integration.accords.get(subject=workflow.SUBJECT_OF[Environment(found.environment)])


@require_POST
def remove_scenario(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    found = here.find(Scenario, pk)
    subject, out = workflow.SUBJECT_OF[Environment(found.environment)], _("%(scenario)s is out of the set.")
    done = proposed(subject, lambda: out % {"scenario": found.code})
    to, seen = here.url(_page_of(found)), seen_accord(request)
    return here.press(workflow.remove_scenario, pk, to=to, done=done, seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def production_tests(request: Request, reference: str) -> HttpResponse:
    """4.1: the scope, agreed by both sides, and the scenarios with their latest runs."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_production_tests(here)
    form = here.bound(ScopeForm, "scope", **_scope(here))
    show, to = show_production_tests, here.url("production_tests")
    done = proposed(Accord.SCOPE, lambda: form.done)
    return here.answer(form, workflow.set_scope, show=show, to=to, done=done, seen=seen_accord(request))


def show_production_tests(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    edits, runs = here.can["edit_scenarios"], here.facts.scope_mode == ScopeMode.RUN
    offers = [
        ScopeForm(slot="scope", **_scope(here)) if edits else None,
        ProductionScenarioForm(slot="form") if edits and runs else None,
    ]
    blocked = workflow.production_blockers(here.facts)
    records = here.can["record_runs"] and runs and not blocked
    rows, table = _table(here, Environment.PRODUCTION, records=records, sent=sent)
    context = {
        "rows": rows,
        "environment": Environment.PRODUCTION,
        "is_empty": not rows,
        "proposals": waiting_results(here, Environment.PRODUCTION),
        "blocked": blocked,
        **accord_context(here, Accord.SCOPE),
    }
    files = ResultFilesForm(slot="files") if table else None
    return here.page("production_tests", offers=[*offers, table, files], sent=sent, **context)


def waiting_results(here: IntegrationPage, environment: str) -> bool:
    """Whether results from files wait for whoever records runs."""
    waiting = here.integration.proposed_results.filter(environment=environment, ended_at__isnull=True)
    return here.can["record_runs"] and waiting.exists()


def _scope(here: IntegrationPage) -> dict[str, Any]:
    """What the form of the scope shows: what is recorded, and the agreed scenarios that can still be picked."""
    names = ("mode", "reason", "no_print_trial_reason")
    facts = here.facts
    recorded = {name: getattr(here.integration.production_scope, name) for name in names}
    in_production = {s.code: s for s in facts.scenarios if s.environment == Environment.PRODUCTION}
    accord = facts.accords[Accord.SCENARIOS]
    agreed = scenarios_of(here, Environment.TEST) if accord.sender and accord.digipost else []
    tried = not facts.uses(Service.PRINT) or any(one.print_trial for one in in_production.values())
    printed = {one.code for one in facts.catalogue if one.condition == Condition.PRINT and not tried}
    return {
        "initial": recorded | {"mode": recorded["mode"] or ScopeMode.RUN},
        "agreed": [one for one in agreed if one.code not in in_production],
        "of_print": [one for one in agreed if one.code in printed],
    }


@require_POST
def add_production_scenario(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(ProductionScenarioForm, "form")
    return here.answer(
        form,
        workflow.add_scenario,
        show=show_production_tests,
        to=here.url("production_tests"),
        done=proposed(Accord.SCOPE, lambda: form.done),
        environment=Environment.PRODUCTION,
        seen=seen_accord(request),
    )


@require_POST
def record_runs(request: Request, reference: str, environment: str) -> HttpResponse:
    """3.1 and 4.1: how many scenarios of a set went on one day."""
    here = IntegrationPage(request, reference)
    page, show = _PAGES[Environment(environment)]
    form = here.bound(RunsForm, "runs", scenarios=scenarios_of(here, environment))
    return here.answer(form, workflow.record_runs, Environment(environment), show=show, to=here.url(page))


_PAGES = {
    Environment.TEST: ("scenarios", show_scenarios),
    Environment.PRODUCTION: ("production_tests", show_production_tests),
}


def scenarios_of(here: IntegrationPage, environment: str) -> list[Scenario]:
    """The set as it stands."""
    return list(here.integration.scenarios.current().filter(environment=environment))


def rows_of(here: IntegrationPage, environment: str) -> list[RunRow]:
    """The table of a set where nobody records: each scenario with the run that counts."""
    scenarios = scenarios_of(here, environment)
    latest = latest_runs(scenarios)
    return [RunRow(one, latest.get(one.pk)) for one in scenarios]


def _table(
    here: IntegrationPage, environment: Environment, *, records: bool, sent: Form | None
) -> tuple[list[RunRow], RunsForm | None]:
    """The rows of a set, and the form that they stand in for who records runs."""
    if not records:
        return rows_of(here, environment), None
    if isinstance(sent, RunsForm):
        return sent.rows, sent
    form = RunsForm(slot="runs", scenarios=scenarios_of(here, environment), initial={"ran_on": today()})
    return form.rows, form if form.scenarios else None


def _page_of(scenario: Scenario) -> str:
    return _PAGES[Environment(scenario.environment)][0]
