"""The heartbeat of the sender's monitoring: its private address, shown once, and what is called there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from .. import workflow
from ..addresses import absolute
from ..forms import HeartbeatForm
from ..forms.base import Form
from ..models import Heartbeat
from .integration_page import IntegrationPage, Request

USUAL = {"period": 5, "grace": 5}
"""A first guess, in minutes."""


@require_http_methods(["GET", "HEAD", "POST"])
def heartbeat(request: Request, reference: str) -> HttpResponse:
    """Whether there is an address, how it is called, and when it last was; make one, or change what is expected."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_heartbeat(here)
    form, to = here.bound(HeartbeatForm, "form", initial=_expected(here)), here.url("heartbeat")
    if _row(here):
        return here.answer(form, workflow.change_heartbeat, show=show_heartbeat, to=to)
    return here.answer(form, workflow.make_heartbeat, show=show_heartbeat, to=to, reveal=_show_made)


@require_POST
def replace_heartbeat(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    return here.press(workflow.replace_heartbeat, to=here.url("heartbeat"), done="", reveal=_show_made)


@require_POST
def revoke_heartbeat(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    done = _("The address is revoked. How the connection is watched is recorded in words again.")
    return here.press(workflow.revoke_heartbeat, to=here.url("operations"), done=done)


def show_heartbeat(here: IntegrationPage, sent: Form | None = None, *, made: Heartbeat | None = None) -> HttpResponse:
    """`made` has the token of an address that is shown this once."""
    offered = here.can["operate"] and here.integration.is_accepted
    form = HeartbeatForm(slot="form", initial=_expected(here)) if offered else None
    address = absolute(reverse("beat", args=[made.token])) if made else ""
    return here.page("heartbeat", offers=[form], sent=sent, row=_row(here), address=address)


def _show_made(here: IntegrationPage, made: Heartbeat) -> HttpResponse:
    """The page as it is now, with the new address in it, which is nowhere else."""
    return show_heartbeat(IntegrationPage(here.request, here.integration.reference), made=made)


def _row(here: IntegrationPage) -> Heartbeat | None:
    return getattr(here.integration, "heartbeat", None)


def _expected(here: IntegrationPage) -> dict[str, int]:
    row = _row(here)
    return dict(zip(USUAL, row.minutes, strict=True)) if row else USUAL


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def beat(request: HttpRequest, token: str) -> HttpResponse:
    """What the monitoring calls, without signing in: the address is the key. Whatever else is sent is not read."""
    return HttpResponse(status=204 if workflow.beat(token) else 404)
