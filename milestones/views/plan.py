"""Milestone 2: solution description, project plan."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from .. import workflow
from ..clock import today
from ..forms import PlanForm, SolutionForm
from ..forms.base import Form
from ..models import Milestone
from ..process import DEFAULT_WORKING_DAYS, Accord, MilestoneState
from ..workdays import add_working_days
from .accords import accord_context, proposed
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def solution(request: Request, reference: str) -> HttpResponse:
    """2.2: the solution description."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_solution(here)
    form = here.bound(SolutionForm, "form", initial=_solution(here))
    return here.answer(form, workflow.describe_solution, show=show_solution, to=here.url("solution"))


def show_solution(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    form = SolutionForm(slot="form", initial=_solution(here)) if here.can["describe"] else None
    return here.page("solution", offers=[form], sent=sent, solution=here.integration.solution)


def _solution(here: IntegrationPage) -> dict[str, object]:
    names = ("recipient_identification", "sending", "interface", "internal_systems", "document_types")
    return {name: getattr(here.integration.solution, name) for name in names}


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, reference: str) -> HttpResponse:
    """2.2: target dates against the baseline, proposed and agreed."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_plan(here)
    form = here.bound(PlanForm, "form", milestones=list(here.integration.milestones.all()))
    done = proposed(Accord.PLAN, lambda: form.done)
    return here.answer(form, workflow.propose_dates, show=show_plan, to=here.url("plan"), done=done)


def show_plan(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    milestones = list(here.integration.milestones.all())
    accord = accord_context(here, Accord.PLAN)
    form = _dates(milestones, accord["accord"].version) if here.can["propose_dates"] else None
    guessed = any(_unplanned(m) for m in milestones)
    return here.page("plan", offers=[form], sent=sent, milestones=milestones, guessed=guessed, **accord)


def _dates(milestones: list[Milestone], version: int) -> PlanForm:
    initial = {f"milestone_{m.number}": m.target_on or _first_guess(m.number) for m in milestones}
    return PlanForm(slot="form", milestones=milestones, initial={**initial, "version": version})


def _unplanned(milestone: Milestone) -> bool:
    return milestone.target_on is None and milestone.state != MilestoneState.APPROVED


def _first_guess(number: int) -> datetime.date:
    """A date to start from where none is set: our defaults, one milestone after the other, from today."""
    return add_working_days(today(), sum(DEFAULT_WORKING_DAYS[earlier] for earlier in range(2, number + 1)))
