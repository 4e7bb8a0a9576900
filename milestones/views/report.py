"""The status of one integration, for a steering group: to be read on paper, with nothing to press."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .. import gates
from ..gates import Finding, Unmet
from ..models import Milestone
from ..process import FollowUpState, MilestoneState, Phase
from ..reminders.cases import rules_in_force
from ..review_queue import waited
from ..snapshots import key_of
from .evidence import Evidence, with_evidence
from .integration_page import IntegrationPage, Request


@dataclass(frozen=True)
class Part:
    """A milestone, or operations, whose `milestone` is None: each requirement with what it is judged by."""

    phase: Phase
    milestone: Milestone | None
    judged: Sequence[tuple[Finding, Evidence | None]]

    @property
    def lapsed(self) -> bool:
        """Whether it was approved, and something of it is no longer met."""
        approved = self.milestone is not None and self.milestone.state == MilestoneState.APPROVED
        return approved and any(finding.counts for finding, _basis in self.judged)


@dataclass(frozen=True)
class Open:
    """What somebody must do now, by when, and whether that day has passed."""

    move: Unmet
    due_on: datetime.date | None
    late: bool


@require_safe
def report(request: Request, reference: str) -> HttpResponse:
    """Where it is, milestone by milestone with evidence and who approved, dates, and what is open, on whom."""
    here = IntegrationPage(request, reference)
    milestones = list(here.integration.milestones.select_related("approved_by", "submitted_by").order_by("number"))
    context = {
        "parts": _parts(here, milestones),
        "approved": sum(one.state == MilestoneState.APPROVED for one in milestones),
        "open": _open(here, milestones),
        "follow_ups": here.integration.follow_ups.exclude(state=FollowUpState.CLOSED),
        "deviations": here.integration.deviations.filter(closed_at=None),
        "launch": here.integration.launch,
    }
    return here.page("report", **context)


def _parts(here: IntegrationPage, milestones: list[Milestone]) -> list[Part]:
    """The five milestones; operations too, where it is there."""
    found = [gates.findings(one.number, here.facts) for one in milestones]
    judged = iter(with_evidence(here, chain.from_iterable(found)))  # all of them in as many queries as one of them
    parts = [
        Part(Phase.of(one.number), one, list(islice(judged, len(some))))
        for one, some in zip(milestones, found, strict=True)
    ]
    if here.facts.phase is Phase.OPERATIONS:
        parts.append(Part(Phase.OPERATIONS, None, [(one, None) for one in gates.findings(None, here.facts)]))
    return parts


def _open(here: IntegrationPage, milestones: list[Milestone]) -> list[Open]:
    """What is to be done next, in the order in which it waits."""
    due = {key_of(item): item.due_on for item in here.integration.waiting_items.all()}
    rows = []
    for move in here.moves:
        due_on = _promised(milestones) if move.reason == "awaiting_approval" else due.get(key_of(move))
        rows.append(Open(move, due_on, due_on is not None and due_on < here.facts.today))
    return rows


def _promised(milestones: list[Milestone]) -> datetime.date | None:
    """By when Digipost answers what is submitted."""
    submitted = [one for one in milestones if one.state == MilestoneState.SUBMITTED and one.submitted_at]
    return waited(submitted[0], rules_in_force().approval_days).promised if submitted else None
