"""A milestone: its task list, and submit, withdraw, approve, return, reopen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, policy, workflow
from ..forms import ItemForm, ReasonForm
from ..forms.base import Form
from ..process import MilestoneState
from .evidence import with_evidence
from .integration_page import IntegrationPage, Request


@require_safe
def milestone(request: Request, reference: str, number: int) -> HttpResponse:
    """Each requirement, met or not, with why, who and where."""
    return show_milestone(IntegrationPage(request, reference), number=number)


def show_milestone(here: IntegrationPage, sent: Form | None = None, *, number: int) -> HttpResponse:
    rows = here.integration.milestones.select_related("submitted_by", "approved_by", "returned_by")
    shown = get_object_or_404(rows, number=number)
    judges = here.can["approve"]
    offers = [
        ReasonForm(slot="return_milestone") if judges and shown.state == MilestoneState.SUBMITTED else None,
        ReasonForm(slot="reopen") if judges and shown.state == MilestoneState.APPROVED else None,
        ItemForm(slot="item") if here.can["add_items"] and shown.state != MilestoneState.APPROVED else None,
    ]
    context = {
        "milestone": shown,
        "findings": with_evidence(here, gates.findings(number, here.facts)),
        "judging": judges and shown.state == MilestoneState.SUBMITTED,
        "gate": gates.gate(number, here.facts),
        "earlier": gates.gate(number - 1, here.facts),
        "may_approve": here.can["approve"] and policy.may_approve(here.actor, shown.submitted_by_id),
    }
    return here.page("milestone", offers=offers, sent=sent, **context)


@require_POST
def submit(request: Request, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.submit, _("Submitted for approval."))


@require_POST
def withdraw(request: Request, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.withdraw, _("The submission is withdrawn."))


@require_POST
def approve(request: Request, reference: str, number: int) -> HttpResponse:
    """Approve the submission that the page showed, and no other."""
    seen = request.POST.get("seen", "")
    return _press(request, reference, number, partial(workflow.approve, seen=seen), _("Approved."))


@require_POST
def return_milestone(request: Request, reference: str, number: int) -> HttpResponse:
    return _with_reason(request, reference, number, "return_milestone", workflow.return_milestone)


@require_POST
def reopen(request: Request, reference: str, number: int) -> HttpResponse:
    return _with_reason(request, reference, number, "reopen", workflow.reopen)


@require_POST
def add_item(request: Request, reference: str, number: int) -> HttpResponse:
    """Add an item of the integration's own."""
    here = IntegrationPage(request, reference)
    form = here.bound(ItemForm, "item")
    show = partial(show_milestone, number=number)
    return here.answer(form, workflow.add_item, show=show, to=here.url("milestone", number), milestone=number)


def _press(request: Request, reference: str, number: int, do: Callable[..., object], done: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    return here.press(do, number, to=here.url("milestone", number), done=done)


def _with_reason(request: Request, reference: str, number: int, slot: str, do: Callable[..., object]) -> HttpResponse:
    here = IntegrationPage(request, reference)
    show = partial(show_milestone, number=number)
    return here.answer_reason(slot, do, number, show=show, to=here.url("milestone", number))
