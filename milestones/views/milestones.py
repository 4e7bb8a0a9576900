"""A milestone: its task list, and submit, withdraw, approve, return, reopen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, policy, workflow
from ..forms import ItemForm, ReasonForm, ReturnForm, SubmitForm
from ..forms.base import Form
from ..models import Event, Milestone
from ..process import MilestoneState, Status
from .evidence import with_evidence
from .integration_page import IntegrationPage, Request


@require_safe
def milestone(request: Request, reference: str, number: int) -> HttpResponse:
    """Each requirement, met or not, with why, who and where."""
    return show_milestone(IntegrationPage(request, reference), number=number)


def show_milestone(here: IntegrationPage, sent: Form | None = None, *, number: int) -> HttpResponse:
    shown = _milestone(here, number)
    findings, gate = gates.findings(number, here.facts), gates.gate(number, here.facts)
    judging = here.can["approve"] and shown.state == MilestoneState.SUBMITTED
    context = {
        "milestone": shown,
        "findings": with_evidence(here, findings),
        "judging": judging,
        "since_return": since_return(shown) if judging else [],
        "gate": gate,
        "earlier": gates.gate(number - 1, here.facts),
        "may_approve": here.can["approve"] and policy.may_approve(here.actor, shown.submitted_by_id),
    }
    offers = _offers(here, shown, findings, is_ready=not gate)
    return here.page("milestone", offers=offers, sent=sent, **context)


def _milestone(here: IntegrationPage, number: int) -> Milestone:
    rows = here.integration.milestones.select_related("submitted_by", "approved_by", "returned_by")
    return get_object_or_404(rows, number=number)


def _offers(
    here: IntegrationPage, shown: Milestone, findings: list[gates.Finding], *, is_ready: bool
) -> list[Form | None]:
    judges, state = here.can["approve"], shown.state
    is_active = here.integration.status == Status.ACTIVE
    submits = here.can["submit"] and is_active and is_ready and state == MilestoneState.IN_PROGRESS
    return [
        _submission(shown) if submits else None,
        ReturnForm(slot="return_milestone", findings=findings)
        if judges and state == MilestoneState.SUBMITTED
        else None,
        ReasonForm(slot="reopen") if judges and state == MilestoneState.APPROVED else None,
        ItemForm(slot="item") if here.can["add_items"] and state != MilestoneState.APPROVED else None,
    ]


def _submission(shown: Milestone) -> SubmitForm:
    """What goes with submitting it; whoever took back what they had answered finds the answer again."""
    return SubmitForm(slot="submit", returned=bool(shown.returned_because), initial={"answer": shown.answer})


MOST_EVENTS = 50
"""Events since a return that are listed; the audit log has them all."""


def since_return(milestone: Milestone) -> list[Event]:
    """What happened on the integration since the milestone was last returned, latest first; nothing if it was not."""
    if not milestone.returned_at:
        return []
    events = Event.objects.filter(integration=milestone.integration_id, at__gt=milestone.returned_at)
    return list(events.select_related("actor").order_by("-pk")[:MOST_EVENTS])


@require_POST
def submit(request: Request, reference: str, number: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(SubmitForm, "submit", returned=bool(_milestone(here, number).returned_because))
    show = partial(show_milestone, number=number)
    return here.answer(form, workflow.submit, number, show=show, to=here.url("milestone", number))


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
    here = IntegrationPage(request, reference)
    form = here.bound(ReturnForm, "return_milestone", findings=gates.findings(number, here.facts))
    show = partial(show_milestone, number=number)
    return here.answer(form, workflow.return_milestone, number, show=show, to=here.url("milestone", number))


@require_POST
def reopen(request: Request, reference: str, number: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    show = partial(show_milestone, number=number)
    return here.answer_reason("reopen", workflow.reopen, number, show=show, to=here.url("milestone", number))


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
