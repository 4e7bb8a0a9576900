"""Staff: one submission after the other, each with its evidence, the queue beside it and the decision in reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from .. import opened, policy, review_queue, workflow
from ..forms import QueueFilter
from ..forms.base import Form
from ..models import Milestone
from ..process import MILESTONE_NUMBERS, MilestoneState
from ..reminders.cases import rules_in_force
from ..review_queue import Queue
from .integration_page import IntegrationPage, Request
from .judging import judged, milestone_of, offers_on

MOST_BESIDE = 12
"""Submissions of the queue that are listed beside the one that is reviewed."""


@dataclass(frozen=True)
class QueueInView:
    """The part of the queue that somebody looks at, and how an address says so."""

    filter: QueueFilter
    chosen: Mapping[str, Any]
    rows: QuerySet[Milestone]

    @classmethod
    def asked_by(cls, request: Request) -> QueueInView:
        """What the address asks for, or the form that was sent; what makes no sense in it is left out."""
        asked = QueryDict(request.POST["queue"]) if "queue" in request.POST else request.GET
        form = QueueFilter(asked or None, slot="queue")
        form.is_valid()
        chosen = {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}
        rows = review_queue.submissions(request.user, chosen)
        return cls(form, chosen, rows.select_related("integration__organisation", "integration__onboarding_contact"))

    @property
    def name(self) -> str:
        return str(self.chosen.get("queue") or Queue.ALL.value)

    @property
    def query(self) -> str:
        """Names it in an address."""
        asked = QueryDict(mutable=True)
        asked.update({"queue": self.name} | {name: str(value) for name, value in self.chosen.items()})
        return asked.urlencode()

    @property
    def assigns_at(self) -> str:
        """Where those that are marked in it are assigned."""
        return reverse("assign")

    @property
    def address(self) -> str:
        return f"{reverse('approvals')}?{self.query}"

    @property
    def tabs(self) -> list[tuple[Queue, str]]:
        """Each queue, with its address; the filters are kept."""
        kept = QueryDict(self.query, mutable=True)
        addresses = []
        for queue in Queue:
            kept["queue"] = queue.value
            addresses.append((queue, f"{reverse('approvals')}?{kept.urlencode()}"))
        return addresses

    def review_of(self, milestone: Milestone) -> str:
        """Where a submission of it is reviewed."""
        return reverse("review", args=[milestone.integration.reference, milestone.number]) + f"?{self.query}"


@require_safe
def review(request: Request, reference: str, number: int) -> HttpResponse:
    """Staff: one submission with its evidence, the queue beside it, and the decision always in reach."""
    policy.require_staff(request.user)
    here = IntegrationPage(request, reference)
    shown = request.method == "GET" and "X-Fresh" not in request.headers  # static/fresh.js may show it, or not
    if number == 1 and shown and milestone_of(here, 1).state == MilestoneState.SUBMITTED:
        opened.note(request, here.integration, here.version)
    return show_review(here, number=number)


def show_review(here: IntegrationPage, sent: Form | None = None, *, number: int) -> HttpResponse:
    shown = milestone_of(here, number)
    queue = QueueInView.asked_by(here.request)
    context = {
        "queue": queue,
        "beside": review_queue.around(shown, queue.rows, MOST_BESIDE),
        "following": review_queue.next_after(shown, queue.rows),
        "submission": review_queue.waited(shown, rules_in_force().approval_days) if shown.submitted_at else None,
    }
    return here.page("review", offers=offers_on(here, shown), sent=sent, **judged(here, shown), **context)


@dataclass(frozen=True)
class Afterwards:
    """Where a decision leads, and what is said there."""

    to: str
    told: str


def in_review(request: Request) -> bool:
    """Whether a decision was sent from a review, which says of which queue."""
    return "queue" in request.POST


def after_decision(here: IntegrationPage, milestone: Milestone, told: str) -> Afterwards:
    """What comes after a decision: the next of the queue in which it was made; elsewhere the milestone's own page.

    Ask before deciding: what has been decided is in no queue.
    """
    if not in_review(here.request):
        return Afterwards(here.url("milestone", milestone.number), told)
    queue = QueueInView.asked_by(here.request)
    following = review_queue.next_after(milestone, queue.rows)
    if following.milestone is None:
        return Afterwards(queue.address, f"{told} {_('Nothing more waits in this queue.')}")
    return Afterwards(queue.review_of(following.milestone), f"{told} {_next_is(following.milestone, following.left)}")


def _next_is(milestone: Milestone, left: int) -> str:
    named = {"next": f"{milestone.integration.reference} {milestone.integration.name}", "left": left}
    return ngettext("Next: %(next)s, the last one.", "Next: %(next)s, %(left)s left.", left) % named


@require_POST
def take(request: Request, reference: str) -> HttpResponse:
    """Take a case that nobody has; back to the queue, or to the review in which it was taken."""
    here = IntegrationPage(request, reference)
    queue, number = QueueInView.asked_by(request), request.POST.get("number", "")
    known = number in map(str, MILESTONE_NUMBERS)
    shown = here.integration.milestones.get(number=int(number)) if known else None
    to = queue.review_of(shown) if shown else queue.address
    return here.press(workflow.take_case, to=to, done=_("You have this case now."))
