"""3.2: Digipost's approval of the tests."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..forms import (
    ReasonForm,
    VerificationForm,
)
from .here import Here, Request


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
