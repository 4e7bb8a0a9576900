"""1.4 and 3.3: account ids, whether production is open, and the details that are passed on."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..forms import (
    AccountsForm,
    DetailsForm,
    OpeningForm,
    ReasonForm,
)
from ..forms.base import Form
from ..models import Attestation
from ..process import Status
from ..workflow import effects
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: Request, reference: str) -> HttpResponse:
    """1.4: the account ids that Digipost gave."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_accounts(here)
    form = here.bound(AccountsForm, "form", initial=_account_ids(here))
    return here.answer(form, workflow.record_accounts, show=show_accounts, to=here.url("accounts"))


def show_accounts(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    is_due = here.can["manage_accounts"] and not here.blockers("1.4")
    form = AccountsForm(slot="form", initial=_account_ids(here)) if is_due else None
    return here.page("accounts", offers=[form], sent=sent, attested=Attestation.objects.of_accounts(here.integration))


def _account_ids(here: IntegrationPage) -> dict[str, str]:
    accounts = here.integration.accounts
    return {"test_account_id": accounts.test_account_id, "production_account_id": accounts.production_account_id}


@require_safe
def production(request: Request, reference: str) -> HttpResponse:
    """3.3: whether production is open, and the details that were passed on."""
    return show_production(IntegrationPage(request, reference))


def show_production(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    accounts = here.integration.accounts
    opens, blockers = here.can["open_production"], here.blockers("3.3")
    passes = opens and not blockers and here.integration.status == Status.ACTIVE
    offers = [
        OpeningForm(slot="opening", initial=_details(here)) if passes and not accounts.production_enabled else None,
        DetailsForm(slot="details", initial=_details(here)) if passes else None,
        ReasonForm(slot="close") if opens and accounts.production_enabled else None,
    ]
    context = {"accounts": accounts, "gone": blockers if accounts.production_enabled else []}
    return here.page("production", offers=offers, sent=sent, **context)


def _details(here: IntegrationPage) -> dict[str, str]:
    """What has been passed on. With another production account, that of the former one is passed on no more."""
    accounts = here.integration.accounts
    return {"details": accounts.details if accounts.details_passed_at else ""}


@require_POST
def open_production(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(OpeningForm, "opening", initial=_details(here))
    to, effect, seen = here.url("production"), effects.of_opening_production, request.POST.get("seen", "")
    return here.answer(form, workflow.open_production, show=show_production, to=to, effect=effect, seen=seen)


@require_POST
def close_production(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    to, done = here.url("production"), _("Production sending is closed.")
    return here.answer_reason("close", workflow.close_production, show=show_production, to=to, done=done)


@require_POST
def pass_details(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(DetailsForm, "details", initial=_details(here))
    return here.answer(form, workflow.pass_details, show=show_production, to=here.url("production"))


@require_POST
def acknowledge_details(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    seen, done = request.POST.get("seen", ""), _("Digipost can see that you have the details.")
    return here.press(workflow.acknowledge_details, to=here.url("production"), done=done, seen=seen)
