"""Milestone 5: launch date, first sending, confirmations."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import workflow
from ..clock import today
from ..forms import (
    FirstSendingForm,
    LaunchDateForm,
    LaunchDateProposalForm,
    ManualApprovalForm,
)
from ..forms.base import Form
from ..process import Interface
from .integration_page import IntegrationPage, Request


@require_safe
def launch(request: Request, reference: str) -> HttpResponse:
    """5.0 and 5.2: from the date to the sending that both sides confirmed."""
    return show_launch(IntegrationPage(request, reference))


def show_launch(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    row, can = here.integration.launch, here.can
    due = {
        "date": not here.blockers("5.0") and not row.is_dated_for_good,
        "sending": not here.blockers("5.2"),
        "manual": here.facts.solution.interface in (Interface.BATCH, Interface.BOTH),
    }
    dates = due["date"] and (can["confirm_launch_date"] or can["propose_dates"])
    offers = [
        LaunchDateForm(slot="date", initial=_date(here)) if dates else None,
        FirstSendingForm(slot="sending", initial=_sending(here)) if due["sending"] and can["record_launch"] else None,
        ManualApprovalForm(slot="manual", initial=_manual(here)) if due["manual"] and can["describe"] else None,
    ]
    return here.page("launch", offers=offers, sent=sent, launch=row, due=due)


def _date(here: IntegrationPage) -> dict[str, object]:
    return {"launch_on": here.integration.launch.launch_on or here.facts.milestones[5].target_on}


def _sending(here: IntegrationPage) -> dict[str, object]:
    row = here.integration.launch
    return {"first_sending_on": row.first_sending_on or today(), "documents_sent": row.documents_sent}


def _manual(here: IntegrationPage) -> dict[str, object]:
    row = here.integration.launch
    decided = {None: None, True: "yes", False: "no"}[row.manual_approval]
    return {"manual_approval": decided, "note": row.manual_approval_note}


@require_POST
def launch_date(request: Request, reference: str) -> HttpResponse:
    """The business owner confirms the date; others propose one."""
    here = IntegrationPage(request, reference)
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
    here = IntegrationPage(request, reference)
    form = here.bound(FirstSendingForm, "sending", initial=_sending(here))
    return here.answer(form, workflow.record_first_sending, show=show_launch, to=here.url("launch"))


@require_POST
def manual_approval(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(ManualApprovalForm, "manual", initial=_manual(here))
    return here.answer(form, workflow.decide_manual_approval, show=show_launch, to=here.url("launch"))


@require_POST
def confirm_launch(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    seen, done = request.POST.get("seen", ""), _("You have confirmed, for your own side, that it works.")
    return here.press(workflow.confirm_launch, to=here.url("launch"), done=done, seen=seen)
