"""A milestone: its task list, and submit, withdraw, approve, return, reopen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, workflow
from ..forms import ItemForm, ReturnForm, SubmitForm
from ..forms.base import Form
from ..process import MilestoneState, Phase
from .in_place import next_in_place, offer_of
from .integration_page import IntegrationPage, Request
from .judging import awaited, judged, milestone_of, offers_on
from .review import after_decision, in_review, show_review


@require_safe
def milestone(request: Request, reference: str, number: int) -> HttpResponse:
    """Each requirement, met or not, with why, who and where."""
    return show_milestone(IntegrationPage(request, reference), number=number)


def show_milestone(here: IntegrationPage, sent: Form | None = None, *, number: int) -> HttpResponse:
    shown = milestone_of(here, number)
    context = judged(here, shown) | {"earlier": gates.gate(number - 1, here.facts)}
    if shown.state == MilestoneState.APPROVED:
        context["following"] = Phase.of(number + 1)
    if shown.state == MilestoneState.SUBMITTED:
        context["answer"] = awaited(here, shown)
    ahead = shown.state == MilestoneState.UPCOMING
    in_place = None if ahead else next_in_place(here, here.url("milestone", number))
    offers = [*offers_on(here, shown), offer_of(in_place)]
    return here.page("milestone", offers=offers, sent=sent, in_place=in_place, **context)


@require_POST
def submit(request: Request, reference: str, number: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(SubmitForm, "submit", returned=bool(milestone_of(here, number).returned_because))
    show, to = partial(show_milestone, number=number), here.url("milestone", number)
    return here.answer(form, workflow.submit, number, show=show, to=to, done=partial(_submitted, number))


def _submitted(number: int, now: IntegrationPage) -> str:
    """That it is submitted, who answers, and by when."""
    submitted = milestone_of(now, number)
    if not submitted.submitted_at:  # decided on in the very moment
        return _("Submitted for approval.")
    answer = awaited(now, submitted)
    named = {"who": answer["who"], "day": date_format(answer["by"], "SHORT_DATE_FORMAT")}
    return _("Submitted for approval. %(who)s answers by %(day)s.") % named


@require_POST
def withdraw(request: Request, reference: str, number: int) -> HttpResponse:
    return _press(request, reference, number, workflow.withdraw, _("The submission is withdrawn."))


@require_POST
def approve(request: Request, reference: str, number: int) -> HttpResponse:
    """Approve the submission that the page showed, and no other; from a review, go on to the next."""
    here = IntegrationPage(request, reference)
    told = _("Milestone %(number)s is approved. The sender is told.") % {"number": number}
    after = after_decision(here, milestone_of(here, number), told)
    return here.press(workflow.approve, number, to=after.to, done=after.told, seen=request.POST.get("seen", ""))


@require_POST
def return_milestone(request: Request, reference: str, number: int) -> HttpResponse:
    """Return a submission; from a review, go on to the next."""
    here = IntegrationPage(request, reference)
    form = here.bound(ReturnForm, "return_milestone", findings=gates.findings(number, here.facts))
    after = after_decision(here, milestone_of(here, number), _("Returned. The sender is told the reason."))
    show = partial(show_review if in_review(request) else show_milestone, number=number)
    return here.answer(form, workflow.return_milestone, number, show=show, to=after.to, done=after.told)


@require_POST
def reopen(request: Request, reference: str, number: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    show, to = partial(show_milestone, number=number), here.url("milestone", number)
    done = _("Milestone %(number)s is open again. The sender is told the reason.") % {"number": number}
    return here.answer_reason("reopen", workflow.reopen, number, show=show, to=to, done=done)


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
