"""3.2: Digipost's approval of the tests."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..forms import (
    ReasonForm,
    VerificationForm,
)
from ..forms.base import Form
from ..process import Environment, Status
from .integration_page import IntegrationPage, Request
from .scenarios import rows_of


@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: Request, reference: str) -> HttpResponse:
    """3.2: Digipost's approval of the tests."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_verification(here)
    form = here.bound(VerificationForm, "form")
    seen = request.POST.get("seen", "")
    to = here.url("verification")
    return here.answer(form, workflow.record_verification, show=show_verification, to=to, seen=seen)


def show_verification(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    row, verifies = here.integration.verification, here.can["verify"]
    is_due = not row.stands and not here.blockers("3.2") and here.integration.status == Status.ACTIVE
    offers = [
        VerificationForm(slot="form") if verifies and is_due else None,
        ReasonForm(slot="withdraw") if verifies and row.stands else None,
    ]
    rows = rows_of(here, Environment.TEST)
    return here.page("verification", offers=offers, sent=sent, verification=row, rows=rows)


@require_POST
def withdraw_verification(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    to, done = here.url("verification"), _("The approval of the tests is withdrawn.")
    return here.answer_reason("withdraw", workflow.withdraw_verification, show=show_verification, to=to, done=done)
