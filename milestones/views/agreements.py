"""Milestone 1: agreements, and the decision on each service."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..forms import AgreementForm, ReasonForm, ServicesForm
from ..forms.base import Form
from ..models import Agreement, services_undeclared
from ..process import Phase, Service
from ..texts import mid_sentence
from ..workflow import effects
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: Request, reference: str) -> HttpResponse:
    """1.1: what is on file, and the form to put a signed agreement there."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_agreement(here)
    form = here.bound(AgreementForm, "record")
    return here.answer(form, workflow.record_agreement, show=show_agreement, to=here.url("agreement"))


def show_agreement(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    rows = here.integration.agreements.select_related("document", "recorded_by", "verified_by")
    record = AgreementForm(slot="record", initial={"kind": "terms"}) if here.can["record_agreement"] else None
    return here.page("agreement", offers=[record], sent=sent, agreements=rows)


@require_safe
def one_agreement(request: Request, reference: str, pk: int) -> HttpResponse:
    """One agreement: verify it, or take it off file."""
    return show_one_agreement(IntegrationPage(request, reference), pk=pk)


def show_one_agreement(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(Agreement, pk)
    withdraws = here.can["withdraw_agreement"] and not found.ended_at
    withdraw = ReasonForm(slot="withdraw") if withdraws else None
    return here.page("one_agreement", offers=[withdraw], sent=sent, agreement=found)


@require_POST
def verify_agreement(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(Agreement, pk)
    done = _("The agreement is verified.")
    return here.press(workflow.verify_agreement, pk, to=here.url("one_agreement", pk), done=done)


@require_POST
def withdraw_agreement(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(Agreement, pk)
    do, show, effect = (
        workflow.withdraw_agreement,
        partial(show_one_agreement, pk=pk),
        effects.of_withdrawing_agreement,
    )
    to, done = here.url("agreement"), _("The agreement is withdrawn.")
    return here.answer_reason("withdraw", do, pk, show=show, to=to, done=done, effect=effect)


@require_http_methods(["GET", "HEAD", "POST"])
def services(request: Request, reference: str) -> HttpResponse:
    """1.3: a decision on each of Digipost's services."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_services(here)
    form = here.bound(ServicesForm, "form", integration=here.integration)
    return here.answer(form, workflow.decide_services, show=show_services, to=here.url("services"))


def show_services(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    decisions = here.integration.service_decisions.select_related("decided_by")
    form = ServicesForm(slot="form", integration=here.integration) if here.can["decide_services"] else None
    context = {"decisions": decisions, **_as_changes(here)}
    return here.page("services", offers=[form], sent=sent, **context)


def _as_changes(here: IntegrationPage) -> dict[str, Any]:
    """In operations: which services have been taken into use, and are not declared as a change."""
    if here.facts.phase != Phase.OPERATIONS:
        return {}
    in_use = [Service(one).label for one in services_undeclared(here.integration) if here.facts.uses(Service(one))]
    return {"in_operations": True, "undeclared": ", ".join(map(mid_sentence, in_use))}
