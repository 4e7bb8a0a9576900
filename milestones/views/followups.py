"""5.1: what is to be settled before launch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..forms import (
    AcceptDeferralForm,
    CloseFollowUpForm,
    DeferralForm,
    FollowUpForm,
    ReasonForm,
)
from ..forms.base import Form
from ..models import FollowUpItem
from ..process import FollowUpState
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def follow_ups(request: Request, reference: str) -> HttpResponse:
    """5.1: what is to be settled before launch."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_follow_ups(here)
    form = here.bound(FollowUpForm, "form")
    return here.answer(form, workflow.add_follow_up, show=show_follow_ups, to=here.url("follow_ups"))


def show_follow_ups(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    items = here.integration.follow_ups.select_related("added_by")
    form = FollowUpForm(slot="form") if here.can["describe"] else None
    return here.page("follow_ups", offers=[form], sent=sent, items=items)


@require_safe
def follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    """One item: close it, defer it, reopen it."""
    return show_follow_up(IntegrationPage(request, reference), pk=pk)


def show_follow_up(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    item = here.find(FollowUpItem, pk)
    settles = here.can["describe"] and item.state == FollowUpState.OPEN
    reopens = here.can["describe"] and item.state != FollowUpState.OPEN
    accepts = here.can["accept_deferral"] and item.deferral_proposed
    offers = [
        AcceptDeferralForm(slot="accept", initial=deferral_of(item)) if accepts else None,
        CloseFollowUpForm(slot="close") if settles else None,
        DeferralForm(slot="defer", initial=deferral_of(item)) if settles else None,
        ReasonForm(slot="reopen") if reopens else None,
    ]
    return here.page("follow_up", offers=offers, sent=sent, item=item)


def deferral_of(item: FollowUpItem) -> dict[str, object]:
    return {"deferred_to": item.deferred_to, "deferred_until": item.deferred_until}


@require_POST
def close_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, CloseFollowUpForm, "close", workflow.close_follow_up)


@require_POST
def defer_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, DeferralForm, "defer", workflow.propose_deferral)


@require_POST
def accept_deferral(request: Request, reference: str, pk: int) -> HttpResponse:
    """Stays with the item, if nothing else is asked of whoever accepts."""
    page = reverse("follow_up", args=[reference, pk])
    return _item_form(request, reference, pk, AcceptDeferralForm, "accept", workflow.accept_deferral, to=page)


@require_POST
def reopen_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(FollowUpItem, pk)
    show, to = partial(show_follow_up, pk=pk), here.url("follow_ups")
    done = _("The follow-up item is open again.")
    return here.answer_reason("reopen", workflow.reopen_follow_up, pk, show=show, to=to, done=done)


def _item_form(
    request: Request,
    reference: str,
    pk: int,
    form_class: type[Form],
    name: str,
    function: Callable[..., object],
    to: str = "",
) -> HttpResponse:
    """Leads to the list of items, if not `to` somewhere else."""
    here = IntegrationPage(request, reference)
    form = here.bound(form_class, name, initial=deferral_of(here.find(FollowUpItem, pk)))
    return here.answer(form, function, pk, show=partial(show_follow_up, pk=pk), to=to or here.url("follow_ups"))
