"""Milestone 5: launch date, first sending, confirmations, follow-up items."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..facts import today
from ..forms import (
    AcceptDeferralForm,
    CloseFollowUpForm,
    DeferralForm,
    FirstSendingForm,
    FollowUpForm,
    LaunchDateForm,
    LaunchDateProposalForm,
    ManualApprovalForm,
    ReasonForm,
)
from ..forms.base import Form
from ..models import FollowUpItem
from .here import Here, Request


@require_safe
def launch(request: Request, reference: str) -> HttpResponse:
    """5.0 and 5.2: from the date to the sending that both sides confirmed."""
    return show_launch(Here(request, reference))


def show_launch(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "launch": here.integration.launch,
        "date": LaunchDateForm(slot="date", initial=_date(here)),
        "sending": FirstSendingForm(slot="sending", initial=_sending(here)),
        "manual": ManualApprovalForm(slot="manual", initial=_manual_approval(here)),
    }
    return here.page("launch", status=status, **context | bound)


def _date(here: Here) -> dict[str, object]:
    return {"launch_on": here.integration.launch.launch_on or here.facts.milestones[5].target_on}


def _sending(here: Here) -> dict[str, object]:
    row = here.integration.launch
    return {"first_sending_on": row.first_sending_on or today(), "documents_sent": row.documents_sent}


def _manual_approval(here: Here) -> dict[str, object]:
    row = here.integration.launch
    decided = {None: None, True: "yes", False: "no"}[row.manual_approval]
    return {"manual_approval": decided, "note": row.manual_approval_note}


@require_POST
def launch_date(request: Request, reference: str) -> HttpResponse:
    """The business owner confirms the date; others propose one."""
    here = Here(request, reference)
    proposes = here.can["propose_dates"] and not here.can["confirm_launch_date"]
    form_class, function = (
        (LaunchDateProposalForm, workflow.propose_launch_date)
        if proposes
        else (LaunchDateForm, workflow.confirm_launch_date)
    )
    form = here.bound(form_class, "date", initial=_date(here))
    return here.answer(form, function, show=show_launch, to=here.url("launch"))


@require_POST
def first_sending(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(FirstSendingForm, "sending", initial=_sending(here))
    return here.answer(form, workflow.record_first_sending, show=show_launch, to=here.url("launch"))


@require_POST
def manual_approval(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ManualApprovalForm, "manual", initial=_manual_approval(here))
    return here.answer(form, workflow.decide_manual_approval, show=show_launch, to=here.url("launch"))


@require_POST
def confirm_launch(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    return here.press(workflow.confirm_launch, to=here.url("launch"), seen=request.POST.get("seen", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_ups(request: Request, reference: str) -> HttpResponse:
    """5.1: what is to be settled before launch."""
    here = Here(request, reference)
    if request.method != "POST":
        return show_follow_ups(here)
    form = here.bound(FollowUpForm, "form")
    return here.answer(form, workflow.add_follow_up, show=show_follow_ups, to=here.url("follow_ups"))


def show_follow_ups(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {"items": here.integration.follow_ups.select_related("added_by"), "form": FollowUpForm(slot="form")}
    return here.page("follow_ups", status=status, **context | bound)


@require_safe
def follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    """One item: close it, defer it, reopen it."""
    return show_follow_up(Here(request, reference), pk=pk)


def show_follow_up(here: Here, status: int = 200, *, pk: int, **bound: object) -> HttpResponse:
    item = here.find(FollowUpItem, pk)
    context = {
        "item": item,
        "close": CloseFollowUpForm(slot="close"),
        "defer": DeferralForm(slot="defer", initial=_deferral(item)),
        "accept": AcceptDeferralForm(slot="accept", initial=_deferral(item)),
        "reopen": ReasonForm(slot="reopen"),
    }
    return here.page("follow_up", status=status, **context | bound)


def _deferral(item: FollowUpItem) -> dict[str, object]:
    return {"deferred_to": item.deferred_to, "deferred_until": item.deferred_until}


@require_POST
def close_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, CloseFollowUpForm, "close", workflow.close_follow_up)


@require_POST
def defer_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, DeferralForm, "defer", workflow.propose_deferral)


@require_POST
def accept_deferral(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, AcceptDeferralForm, "accept", workflow.accept_deferral)


@require_POST
def reopen_follow_up(request: Request, reference: str, pk: int) -> HttpResponse:
    return _item_form(request, reference, pk, ReasonForm, "reopen", workflow.reopen_follow_up)


def _item_form(
    request: Request, reference: str, pk: int, form_class: type[Form], name: str, function: Callable[..., object]
) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(form_class, name, initial=_deferral(here.find(FollowUpItem, pk)))
    return here.answer(form, function, pk, show=partial(show_follow_up, pk=pk), to=here.url("follow_ups"))
