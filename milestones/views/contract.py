"""Milestone 1: agreements, services, accounts."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..forms import AccountsForm, AgreementForm, ReasonForm, ServicesForm
from ..models import Agreement
from .here import Here


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """1.1: what is on file, and the form to put a signed agreement there."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_agreement(here)
    form = here.bound(AgreementForm, "record")
    do = partial(workflow.record_agreement, here.integration, by=request.user)
    return here.answer(form, lambda data: do(**data), show_agreement, here.url("agreement"))


def show_agreement(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    rows = here.integration.agreements.select_related("document", "recorded_by", "verified_by")
    context = {"agreements": rows, "record": AgreementForm(name="record", initial={"kind": "terms"})}
    return here.page("agreement", status=status, **context | bound)


@require_safe
def one_agreement(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One agreement: verify it, or take it off file."""
    return show_one_agreement(Here(request, reference), pk=pk)


def show_one_agreement(here: Here, status: int = 200, *, pk: int, **bound: object) -> HttpResponse:
    context = {"agreement": here.find(Agreement, pk), "withdraw": ReasonForm(name="withdraw")}
    return here.page("one_agreement", status=status, **context | bound)


@require_POST
def verify_agreement(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    here = Here(request, reference)
    here.find(Agreement, pk)
    return here.press(
        partial(workflow.verify_agreement, here.integration, pk, by=request.user), here.url("one_agreement", pk)
    )


@require_POST
def withdraw_agreement(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    here = Here(request, reference)
    here.find(Agreement, pk)
    form = here.bound(ReasonForm, "withdraw")
    do = partial(workflow.withdraw_agreement, here.integration, pk, by=request.user)
    show = partial(show_one_agreement, pk=pk)
    return here.answer(form, lambda data: do(**data), show, here.url("agreement"))


@require_http_methods(["GET", "HEAD", "POST"])
def services(request: HttpRequest, reference: str) -> HttpResponse:
    """1.3: a decision on each of Digipost's services."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_services(here)
    form = here.bound(ServicesForm, "form", integration=here.integration)
    do = partial(workflow.decide_services, here.integration, by=request.user)
    return here.answer(form, lambda _data: do(decisions=form.decisions), show_services, here.url("services"))


def show_services(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "decisions": here.integration.service_decisions.select_related("decided_by"),
        "form": ServicesForm(name="form", integration=here.integration),
    }
    return here.page("services", status=status, **context | bound)


@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest, reference: str) -> HttpResponse:
    """1.4: the account ids that Digipost gave."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_accounts(here)
    form = here.bound(AccountsForm, "form", integration=here.integration)
    do = partial(workflow.record_accounts, here.integration, by=request.user)
    return here.answer(form, lambda data: do(**data), show_accounts, here.url("accounts"))


def show_accounts(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    accounts = here.integration.accounts
    initial = {
        "test_account_id": accounts.test_account_id,
        "production_account_id": accounts.production_account_id,
    }
    form = AccountsForm(name="form", integration=here.integration, initial=initial)
    return here.page("accounts", status=status, **{"form": form} | bound)
