"""What a milestone is judged by: shown on its own page, and where submissions are reviewed one after the other."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from .. import gates, policy
from ..forms import ItemForm, ReasonForm, ReturnForm, SubmitForm
from ..forms.base import Form
from ..models import Event, Milestone
from ..process import MilestoneState, Role, Status
from ..reminders.cases import rules_in_force
from ..review_queue import waited
from .evidence import with_evidence
from .integration_page import IntegrationPage
from .talking import of_milestone, offers_to_write, threads

MOST_EVENTS = 50
"""Events since a return that are listed; the audit log has them all."""


def milestone_of(here: IntegrationPage, number: int) -> Milestone:
    """One of the five, or Http404."""
    found = next((one for one in here.milestones if one.number == number), None)
    if found is None:
        raise Http404
    return found


def judged(here: IntegrationPage, milestone: Milestone) -> dict[str, Any]:
    """Its requirements with their evidence, what closes its gate, and whether the person who asks decides on it."""
    judging = here.can["approve"] and milestone.state == MilestoneState.SUBMITTED
    findings = gates.findings(milestone.number, here.facts)
    return {
        "milestone": milestone,
        "findings": with_evidence(here, findings),
        "talk": threads(here, of_milestone(milestone, findings)),
        "judging": judging,
        "since_return": since_return(milestone) if judging else [],
        "gate": gates.gate(milestone.number, here.facts),
        "may_approve": here.can["approve"] and policy.may_approve(here.actor, milestone.submitted_by_id),
    }


def offers_on(here: IntegrationPage, milestone: Milestone) -> list[Form | None]:
    """The forms of a milestone as it stands, for this person."""
    decides, state = here.can["approve"], MilestoneState(milestone.state)
    returns, reopens = decides and state is MilestoneState.SUBMITTED, decides and state is MilestoneState.APPROVED
    adds = here.can["add_items"] and state is not MilestoneState.APPROVED
    findings = gates.findings(milestone.number, here.facts)
    return [
        submission(milestone) if _submits(here, milestone) else None,
        ReturnForm(slot="return_milestone", findings=findings) if returns else None,
        ReasonForm(slot="reopen") if reopens else None,
        ItemForm(slot="item") if adds else None,
        *offers_to_write(here, of_milestone(milestone, findings)),
    ]


def _submits(here: IntegrationPage, milestone: Milestone) -> bool:
    is_due = milestone.state == MilestoneState.IN_PROGRESS and here.integration.status == Status.ACTIVE
    return here.can["submit"] and is_due and not gates.gate(milestone.number, here.facts)


def submission(milestone: Milestone, slot: str = "submit") -> SubmitForm:
    """What goes with submitting it; whoever took back what they had answered finds the answer again."""
    returned = bool(milestone.returned_because)
    return SubmitForm(slot=slot, returned=returned, initial={"answer": milestone.answer})


def awaited(here: IntegrationPage, milestone: Milestone) -> dict[str, Any]:
    """Of what is submitted: who at Digipost answers, by name where there is a contact, and by when."""
    contact = here.facts.people.get(Role.ONBOARDING, ())
    promised = waited(milestone, rules_in_force().approval_days).promised
    return {"who": contact[0].name if contact else "Digipost", "by": promised}


def since_return(milestone: Milestone) -> list[Event]:
    """What happened on the integration since the milestone was last returned, latest first; nothing if it was not."""
    if not milestone.returned_at:
        return []
    events = Event.objects.filter(integration=milestone.integration_id, at__gt=milestone.returned_at)
    return list(events.select_related("actor").order_by("-pk")[:MOST_EVENTS])
