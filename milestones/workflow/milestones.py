"""Submit, withdraw, approve, return, reopen: the milestones' own moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from .. import gates, locks, policy
from ..compiled import Compiled, given, update
from ..models import EventKind, Integration, Milestone, User
from ..process import LAST_MILESTONE, MilestoneState
from .accounts import close_sending
from .door import door
from .move import GateClosed, Move, Stale, asks, stale


@asks(policy.Right.SUBMIT)
def submit(integration: Integration, number: int, *, by: User, answer: str = "") -> None:
    """Send milestone `number` to approval; after a return, with a short answer to its reason.

    Raises GateClosed while anything of 1..number is unmet, ValidationError if a return is not answered.
    """
    with door(integration, by) as move:
        move.ask(submit)
        milestone = _judged(move, number)
        answer = answer if milestone.returned_because else ""
        if milestone.returned_because and not answer:
            raise ValidationError({"answer": _("Say what you have done about the reason for the return.")})
        _move_milestone(
            move,
            milestone,
            "submit",
            EventKind.MILESTONE_SUBMITTED,
            reason=answer,
            submitted_by=by,
            submitted_at=move.now,
            answer=answer,
        )


def submit_carried_over(integration: Integration, number: int, *, by: User, source: str) -> None:
    """Submit milestone `number` for those who did it before the tool was used; `by` prepared the import that says so.

    `source` says where that is known from.

    Raises GateClosed while anything of 1..number is unmet.
    """
    with door(integration, by) as move:
        move.require(policy.Right.CARRY_OVER)
        milestone = _judged(move, number)
        submitted: dict[str, Any] = {"submitted_by": by, "submitted_at": move.now}
        _move_milestone(move, milestone, "carry_over", EventKind.MILESTONE_SUBMITTED, reason=source, **submitted)


def withdraw(integration: Integration, number: int, *, by: User) -> None:
    """The sender takes a submission back."""
    with door(integration, by) as move:
        move.require(policy.Right.SUBMIT)
        milestone = _get(move, number)
        _move_milestone(
            move, milestone, "withdraw", EventKind.MILESTONE_WITHDRAWN, submitted_by=None, submitted_at=None
        )


@asks(policy.Right.APPROVE)
def return_milestone(
    integration: Integration, number: int, *, by: User, reason: str, requirements: Sequence[str] = ()
) -> None:
    """Digipost returns a submission; the reason stays in sight until the milestone is approved.

    `requirements` are those that it is about, of this milestone: by code, or by key of an own item.
    """
    with door(integration, by) as move:
        move.ask(return_milestone)
        milestone = _get(move, number)
        _require_undecided(milestone)
        titles = {finding.key: finding.short for finding in gates.findings(number, move.facts)}
        about = [key for key in titles if key in requirements]
        _move_milestone(
            move,
            milestone,
            "return_milestone",
            EventKind.MILESTONE_RETURNED,
            reason=" ".join([reason, f"({', '.join(titles[key] for key in about)})" if about else ""]).strip(),
            submitted_by=None,
            submitted_at=None,
            **_returned(move, reason, about),
        )


def approve(integration: Integration, number: int, *, by: User, seen: str | None = None) -> None:
    """Approve milestone `number`, judging its gate again, and start what comes next.

    `seen` is the integration's version that the page showed; None for whatever is submitted now. Raises Forbidden for
    the submitter, GateClosed if a fact has gone, Stale if anything else was recorded since the page was shown.
    """
    with door(integration, by) as move:
        milestone = _get(move, number)
        policy.require_approver(move.actor, milestone.submitted_by_id)
        _require_undecided(milestone)
        milestone = _judged(move, number)  # before what was seen: whoever is late learns what is missing
        move.require_seen(seen)
        _move_milestone(
            move,
            milestone,
            "approve",
            EventKind.MILESTONE_APPROVED,
            approved_by=by,
            approved_at=move.now,
            **_no_return(),
        )
        _change_phase(move, "advance")
        if number < LAST_MILESTONE:
            _move_milestone(move, _get(move, number + 1), "start", EventKind.MILESTONE_STARTED)


@transaction.atomic
def approve_many(seen: Mapping[Integration, str], *, by: User) -> list[Integration]:
    """Approve milestone 1 of these, each as it was `seen` (its version): all of them, or none.

    They are locked in the order of primary keys. Raises ValidationError (field `integrations`), which names those that
    cannot be approved, and why.
    """
    policy.require_staff(by)
    rows = sorted(seen, key=lambda integration: integration.pk)
    locks.lock_these(integration.pk for integration in rows)
    wrong = []
    for integration in rows:
        try:
            approve(integration, 1, by=by, seen=seen[integration])
        except (GateClosed, TransitionNotAllowed, policy.Forbidden) as refusal:
            wrong.append(f"{integration.reference}: {_why(refusal)}")
    if wrong:
        raise ValidationError({"integrations": wrong})
    return rows


def _why(refusal: Exception) -> str:
    if isinstance(refusal, GateClosed):
        return refusal.unmet[0].text
    if isinstance(refusal, policy.Forbidden):
        return str(refusal)
    if isinstance(refusal, Stale) and str(refusal) != str(stale()):
        return str(refusal)
    return str(_("It has changed since you opened it. Open it again."))


@asks(policy.Right.APPROVE)
def reopen(integration: Integration, number: int, *, by: User, reason: str) -> None:
    """Digipost takes an approval back: later milestones are put off, and up to 3 production sending closes."""
    with door(integration, by) as move:
        move.ask(reopen)
        _move_milestone(
            move,
            _get(move, number),
            "reopen",
            EventKind.MILESTONE_REOPENED,
            reason=reason,
            **_nobody(),
            **_returned(move, reason),
        )
        for later in move.integration.milestones.filter(number__gt=number).exclude(state=MilestoneState.UPCOMING):
            _move_milestone(move, later, "put_off", EventKind.MILESTONE_PUT_OFF, reason=reason, **_nobody())
        if number <= 3:
            close_sending(move, reason)
        _change_phase(move, "fall_back", to=number)


_OF_NUMBER = Compiled(Milestone.objects.filter(integration=given("integration"), number=given("number")))


def _get(move: Move, number: int) -> Milestone:
    return _OF_NUMBER.given_one(integration=move.integration.pk, number=number)


def _require_undecided(milestone: Milestone) -> None:
    """Raise Stale, which says who was first, if somebody has decided on the submission already."""
    if milestone.state == MilestoneState.APPROVED and milestone.approved_by:
        raise Stale(_("%(who)s has approved this already.") % {"who": milestone.approved_by.name})
    if milestone.state == MilestoneState.IN_PROGRESS and milestone.returned_by and not milestone.answer:
        raise Stale(_("%(who)s has returned this already.") % {"who": milestone.returned_by.name})


def _judged(move: Move, number: int) -> Milestone:
    """The milestone with its gate evaluated under the lock; raises if the integration rests or the gate is closed."""
    move.require_active()
    milestone = _get(move, number)
    milestone.unmet = gates.gate(number, move.facts)
    move.require_nothing_unmet(milestone.unmet)
    return milestone


def _move_milestone(
    move: Move, milestone: Milestone, transition: str, kind: EventKind, reason: str = "", **values: object
) -> None:
    """Take one FSM transition, save and record it. Raises TransitionNotAllowed if somebody was first."""
    old = milestone.state
    move.fire(milestone, transition)
    for name, value in values.items():
        setattr(milestone, name, value)
    update(milestone, "state", *values)
    move.log(kind, milestone.number, old=old, new=milestone.state, reason=reason)


def _change_phase(move: Move, transition: str, **arguments: int) -> None:
    old = move.integration.phase
    move.fire(move.integration, transition, **arguments)
    update(move.integration, "phase")
    move.log(EventKind.PHASE_CHANGED, old=old, new=move.integration.phase)


def _nobody() -> dict[str, None]:
    return {"submitted_by": None, "submitted_at": None, "approved_by": None, "approved_at": None}


def _no_return() -> dict[str, Any]:
    """The reason of an earlier return or reopening, and its answer, are in sight until the milestone is approved."""
    return {"returned_because": "", "returned_by": None, "returned_at": None, "returned_for": [], "answer": ""}


def _returned(move: Move, reason: str, about: Sequence[str] = ()) -> dict[str, Any]:
    """A new return, which nobody has answered yet."""
    return _no_return() | {
        "returned_because": reason,
        "returned_by": move.by,
        "returned_at": move.now,
        "returned_for": list(about),
    }
