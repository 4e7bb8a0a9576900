"""3.1 and 4.1: results that files show. They are read, proposed, and recorded by whoever records runs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..evidence.pinned import read_certificates
from ..forms import RecordResultsForm, ResultFilesForm
from ..forms.base import Form
from ..models import PinnedCertificate, ProposedResults, Scenario
from ..process import Environment
from .integration_page import IntegrationPage, Request

PAGES = {Environment.TEST: "scenarios", Environment.PRODUCTION: "production_tests"}
"""The page of the set that results belong to."""


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: Request, reference: str, environment: str) -> HttpResponse:
    """Read files for the results of a set, and show what is proposed: nothing is recorded here."""
    here = IntegrationPage(request, reference)
    show = partial(show_results, environment=environment)
    if request.method != "POST":
        return show(here)
    form = here.bound(ResultFilesForm, "files", pinned=pinned_in(environment))
    to = here.url("results", environment)
    return here.answer(form, workflow.propose_results, Environment(environment), show=show, to=to, reveal=lead_to)


def lead_to(here: IntegrationPage, proposal: ProposedResults) -> HttpResponse:
    """To what is proposed: before that is recorded, nothing else is next."""
    messages.success(here.request, ResultFilesForm.told)
    return redirect(f"{here.url('results', proposal.environment)}#read-{proposal.pk}")


def show_results(here: IntegrationPage, sent: Form | None = None, *, environment: str) -> HttpResponse:
    waiting = here.integration.proposed_results.filter(environment=environment, ended_at__isnull=True)
    records = may_record(here, environment)
    forms = [RecordResultsForm(slot=f"results-{one.pk}", proposal=one) for one in waiting.select_related("made_by")]
    if sent and isinstance(sent, RecordResultsForm):
        forms = [sent if one.slot == sent.slot else one for one in forms]
    scenarios = Scenario.objects.in_bulk({one.scenario for form in forms for one in form.results if one.scenario})
    for form in forms:
        form.scenarios = scenarios
    context = {
        "environment": environment,
        "back": here.url(PAGES[Environment(environment)]),
        "records": records,
        "proposals": forms,
        "pinned": PinnedCertificate.objects.current(environment),
    }
    offers: list[Form | None] = [ResultFilesForm(slot="files") if records else None]
    return here.page("results", offers=[*offers, *(forms if records else [])], sent=sent, **context)


def may_record(here: IntegrationPage, environment: str) -> bool:
    """Whether to offer it: in production not before milestone 3 is approved."""
    blocked = environment == Environment.PRODUCTION and workflow.production_blockers(here.facts)
    return bool(here.can["record_runs"] and not blocked)


def pinned_in(environment: str) -> list[Any]:
    """Digipost's certificate of an environment, as staff have set it; none while they have not."""
    pinned = PinnedCertificate.objects.current(environment)
    return list(read_certificates(pinned.pem.encode())) if pinned else []


@require_POST
def record_results(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    proposal = here.find(ProposedResults, pk)
    form = here.bound(RecordResultsForm, f"results-{pk}", proposal=proposal)
    show = partial(show_results, environment=proposal.environment)
    to = here.url(PAGES[Environment(proposal.environment)])
    return here.answer(form, workflow.record_results, pk, show=show, to=to)


@require_POST
def discard_results(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    proposal = here.find(ProposedResults, pk)
    done = _("Let go. Nothing was recorded.")
    return here.press(workflow.discard_results, pk, to=here.url("results", proposal.environment), done=done)
