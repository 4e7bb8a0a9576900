"""Milestones 3 and 4: scenario sets and runs, Digipost's approval, opening production; the catalogue."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import policy, workflow
from ..facts import today
from ..forms import (
    CatalogueForm,
    DetailsForm,
    ProductionScenarioForm,
    ReasonForm,
    RunForm,
    ScenarioForm,
    ScopeForm,
    VerificationForm,
)
from ..models import CatalogueScenario, Scenario
from ..process import Accord, Environment
from .here import Here, Request, page
from .plan import accord_context


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: Request, reference: str) -> HttpResponse:
    """3.1: the set, each scenario with its latest run; add one of one's own."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_scenarios(here)
    form = here.bound(ScenarioForm, "form")
    return here.answer(
        form, workflow.add_scenario, show=show_scenarios, to=here.url("scenarios"), environment=Environment.TEST
    )


def show_scenarios(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "scenarios": _set(here, Environment.TEST),
        "missing": [one for one in here.unmet("3.1") if one.reason in ("scenario_missing", "scenario_reworded")],
        **accord_context(here, Accord.SCENARIOS),
        "form": ScenarioForm(slot="form"),
    }
    return here.page("scenarios", status=status, **context | bound)


@require_POST
def add_basic(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    return here.press(workflow.add_basic_scenarios, to=here.url("scenarios"))


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: Request, reference: str, pk: int) -> HttpResponse:
    """One scenario: every run of it, and the form to record one."""
    here = Here(request, reference)
    show = partial(show_scenario, pk=pk)
    if request.method != "POST":
        return show(here)
    found = here.find(Scenario, pk)
    form = here.bound(RunForm, "form")
    return here.answer(form, workflow.record_run, pk, show=show, to=here.url(_page_of(found)))


def show_scenario(here: Here, status: int = 200, *, pk: int, **bound: object) -> HttpResponse:
    found = here.find(Scenario, pk)
    in_production = found.environment == Environment.PRODUCTION
    context = {
        "scenario": found,
        "runs": found.runs.select_related("document", "recorded_by"),
        "blocked": workflow.production_blockers(here.facts) if in_production else [],
        "back": here.url(_page_of(found)),
        "form": RunForm(slot="form", initial={"ran_on": today()}),
    }
    return here.page("scenario", status=status, **context | bound)


@require_POST
def remove_scenario(request: Request, reference: str, pk: int) -> HttpResponse:
    here = Here(request, reference)
    found = here.find(Scenario, pk)
    return here.press(workflow.remove_scenario, pk, to=here.url(_page_of(found)))


@require_http_methods(["GET", "HEAD", "POST"])
def production_tests(request: Request, reference: str) -> HttpResponse:
    """4.1: the scope, agreed by both sides, and the scenarios with their latest runs."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_production_tests(here)
    form = here.bound(ScopeForm, "scope", initial=_scope(here))
    return here.answer(form, workflow.set_scope, show=show_production_tests, to=here.url("production_tests"))


def show_production_tests(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "scenarios": _set(here, Environment.PRODUCTION),
        "blocked": workflow.production_blockers(here.facts),
        **accord_context(here, Accord.SCOPE),
        "scope": ScopeForm(slot="scope", initial=_scope(here)),
        "form": ProductionScenarioForm(slot="form"),
    }
    return here.page("production_tests", status=status, **context | bound)


def _scope(here: Here) -> dict[str, str]:
    names = ("mode", "reason", "no_print_trial_reason")
    return {name: getattr(here.integration.production_scope, name) for name in names}


@require_POST
def add_production_scenario(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ProductionScenarioForm, "form")
    return here.answer(
        form,
        workflow.add_scenario,
        show=show_production_tests,
        to=here.url("production_tests"),
        environment=Environment.PRODUCTION,
    )


def _set(here: Here, environment: Environment) -> list[Scenario]:
    return list(here.integration.scenarios.current().with_latest_run().filter(environment=environment))


def _page_of(scenario: Scenario) -> str:
    return "production_tests" if scenario.environment == Environment.PRODUCTION else "scenarios"


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: Request, reference: str) -> HttpResponse:
    """3.2: Digipost's approval of the tests."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_verification(here)
    form = here.bound(VerificationForm, "form")
    seen = request.POST.get("seen", "")
    to = here.url("verification")
    return here.answer(form, workflow.record_verification, show=show_verification, to=to, seen=seen)


def show_verification(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "verification": here.integration.verification,
        "form": VerificationForm(slot="form"),
        "withdraw": ReasonForm(slot="withdraw"),
    }
    return here.page("verification", status=status, **context | bound)


@require_POST
def withdraw_verification(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ReasonForm, "withdraw")
    return here.answer(form, workflow.withdraw_verification, show=show_verification, to=here.url("verification"))


@require_safe
def production(request: Request, reference: str) -> HttpResponse:
    """3.3: whether production is open, and the details that were passed on."""
    return show_production(Here(request, reference))


def show_production(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    accounts = here.integration.accounts
    context = {
        "accounts": accounts,
        "gone": here.blockers("3.3") if accounts.production_enabled else [],
        "details": DetailsForm(slot="details", initial=_details(here)),
        "close": ReasonForm(slot="close"),
    }
    return here.page("production", status=status, **context | bound)


def _details(here: Here) -> dict[str, str]:
    return {"details": here.integration.accounts.details}


@require_POST
def enable_production(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    return here.press(workflow.enable_production, to=here.url("production"), seen=request.POST.get("seen", ""))


@require_POST
def close_production(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ReasonForm, "close")
    return here.answer(form, workflow.close_production, show=show_production, to=here.url("production"))


@require_POST
def pass_details(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(DetailsForm, "details", initial=_details(here))
    return here.answer(form, workflow.pass_details, show=show_production, to=here.url("production"))


@require_POST
def acknowledge_details(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    return here.press(workflow.acknowledge_details, to=here.url("production"))


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue(request: Request) -> HttpResponse:
    """Staff: the basic scenarios in force; add one."""
    policy.require_staff(request.user)
    form = CatalogueForm(request.POST or None, slot="form", initial={"interface": "both"})
    if _catalogue_saved(request, form, None):
        return redirect("catalogue")
    rows = CatalogueScenario.objects.in_force()
    return page(request, "catalogue.html", {"rows": rows, "form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_entry(request: Request, code: str) -> HttpResponse:
    """Staff: put a new version of a basic scenario in force."""
    policy.require_staff(request.user)
    entry = get_object_or_404(CatalogueScenario.objects.in_force(), code=code)
    form = CatalogueForm(request.POST or None, slot="form", entry=entry)
    if _catalogue_saved(request, form, code):
        return redirect("catalogue")
    versions = CatalogueScenario.objects.filter(code=code).select_related("changed_by")
    context = {"entry": entry, "form": form, "versions": versions}
    return page(request, "catalogue_entry.html", context, 422 if form.is_bound else 200)


@require_POST
def retire_catalogue_entry(request: Request, code: str) -> HttpResponse:
    """Staff: take the version that the page showed out of the catalogue."""
    policy.require_staff(request.user)
    get_object_or_404(CatalogueScenario.objects.in_force(), code=code)
    shown = request.POST.get("expected_id", "")
    is_id = shown.isdecimal() and len(shown) < 16
    workflow.retire_from_catalogue(by=request.user, expected_id=int(shown) if is_id else 0)
    messages.success(request, _("Taken out of the catalogue."))
    return redirect("catalogue")


def _catalogue_saved(request: Request, form: CatalogueForm, code: str | None) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    data = {"code": code, **form.cleaned_data}
    if code:  # editing: a page that does not say which version it showed is an old one
        data["expected_id"] = data["expected_id"] or 0
    try:
        workflow.edit_catalogue(by=request.user, **data)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("Saved."))
    return True
