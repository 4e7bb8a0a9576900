"""Staff: the certificates by which Digipost signs its answers in test and in production."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from .. import policy, workflow
from ..forms import PinForm
from ..models import PinnedCertificate
from ..process import Environment
from .integration_page import Request, page, status_with


class Row(NamedTuple):
    """An environment, the certificate that counts there and those before it, and the form to set another."""

    environment: Environment
    current: PinnedCertificate | None
    former: list[PinnedCertificate]
    form: PinForm


@require_http_methods(["GET", "HEAD", "POST"])
def pinned(request: Request) -> HttpResponse:
    """Staff: the certificate of each environment, those before it, and a form to set another."""
    policy.require_staff(request.user)
    sent = _sent(request)
    if sent and _pinned(request, sent):
        messages.success(request, sent.done)
        return redirect("pinned")
    rows = [_row(environment, sent) for environment in Environment]
    return page(request, "pinned.html", {"rows": rows}, status_with(sent), listed=[row.form for row in rows])


def _sent(request: Request) -> PinForm | None:
    environment = request.POST.get("environment")
    if request.method != "POST":
        return None
    slot = environment if environment in Environment.values else Environment.TEST.value
    return PinForm(request.POST, slot=slot)


def _pinned(request: Request, form: PinForm) -> bool:
    if not form.is_valid():
        return False
    try:
        workflow.pin_certificate(by=request.user, environment=Environment(form.slot), **form.arguments)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


def _row(environment: Environment, sent: PinForm | None) -> Row:
    known = list(PinnedCertificate.objects.filter(environment=environment).select_related("set_by"))
    current = next((one for one in known if one.ended_at is None), None)
    form = PinForm(slot=environment.value, initial={"seen": current.pk if current else 0})
    if sent and sent.slot == environment.value:
        form = sent
    return Row(environment, current, [one for one in known if one.ended_at], form)
