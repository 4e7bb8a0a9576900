"""A milestone: its task list, and submit, withdraw, approve, return, reopen."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, policy, workflow
from ..forms import ItemForm, ReasonForm
from .here import Here


@require_safe
def milestone(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Each requirement, met or not, with why, who and where."""
    return show_milestone(Here(request, reference), number=number)


def show_milestone(here: Here, status: int = 200, *, number: int, **bound: object) -> HttpResponse:
    rows = here.integration.milestones.select_related("submitted_by", "approved_by", "sent_back_by")
    shown = get_object_or_404(rows, number=number)
    context = {
        "milestone": shown,
        "findings": gates.findings(number, here.facts),
        "gate": gates.gate(number, here.facts),
        "earlier": [unmet for unmet in gates.gate(number - 1, here.facts)] if number > 1 else [],
        "may_approve": here.can["approve"] and policy.may_approve(here.actor, shown.submitted_by_id),
        "send_back": ReasonForm(name="send_back"),
        "reopen": ReasonForm(name="reopen"),
        "item": ItemForm(name="item"),
    }
    return here.page("milestone", status=status, **context | bound)


@require_POST
def submit(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.submit, _("Submitted for approval."))


@require_POST
def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.withdraw, _("The submission is withdrawn."))


@require_POST
def approve(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.approve, _("Approved."))


@require_POST
def send_back(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return _with_reason(request, reference, number, "send_back", workflow.send_back)


@require_POST
def reopen(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return _with_reason(request, reference, number, "reopen", workflow.reopen)


@require_POST
def add_item(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Add an item of the integration's own."""
    here = Here(request, reference)
    form = here.bound(ItemForm, "item")
    do = partial(workflow.add_item, here.integration, by=request.user, milestone=number)
    show = partial(show_milestone, number=number)
    return here.answer(form, lambda data: do(**data), show, here.url("milestone", number))


def _press(request, reference, number, do, done):  # type: ignore[no-untyped-def]
    here = Here(request, reference)
    return here.press(partial(do, here.integration, number, by=request.user), here.url("milestone", number), done)


def _with_reason(request, reference, number, name, do):  # type: ignore[no-untyped-def]
    here = Here(request, reference)
    form = here.bound(ReasonForm, name)
    act = partial(do, here.integration, number, by=request.user)
    show = partial(show_milestone, number=number)
    return here.answer(form, lambda data: act(**data), show, here.url("milestone", number))
