"""2.2 meetings, the solution description and the target dates."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from .. import policy
from ..models import EventKind, Integration, Meeting, User
from ..process import Accord, MilestoneState
from . import accords, room
from .door import door
from .move import Move, asks, stale
from .once import adds


@adds(unless="meeting_id")
@asks(policy.Right.DESCRIBE)
def record_meeting(
    integration: Integration,
    *,
    by: User,
    kind: str,
    held_on: datetime.date,
    sender_people: str,
    digipost_people: str,
    minutes: str,
    document: File[Any] | None = None,
    meeting_id: int | None = None,
) -> Meeting:
    """Record a meeting, or what became of one that is recorded. A new document replaces the earlier one.

    Raises ValidationError where there is no room for another.
    """
    with door(integration, by) as move:
        move.ask(record_meeting)
        new: dict[str, object] = {"kind": kind, "held_on": held_on, "sender_people": sender_people}
        new |= {"digipost_people": digipost_people, "minutes": minutes}
        if kept := move.store(document):
            new["document"] = kept
        if meeting_id:
            meeting = move.fetch(Meeting, meeting_id)
            _change(move, meeting, new)
            return meeting
        room.require_room(
            move.integration.meetings.all(),
            room.MEETINGS,
            _("There are %(most)s meetings, which is the maximum. Change one that is here."),
        )
        meeting = Meeting.objects.create(integration=move.integration, recorded_by=by, recorded_at=move.now, **new)
        move.log(EventKind.MEETING_RECORDED, kind, new=held_on)
        return meeting


def _change(move: Move, meeting: Meeting, new: dict[str, object]) -> None:
    named = f"{meeting.kind} {meeting.held_on}"
    changed = [name for name, value in new.items() if getattr(meeting, name) != value]
    if IN_CALENDARS & set(changed):
        move.update(meeting, sequence=meeting.sequence + 1, moved_at=move.now)
    for name in changed:
        old, value = getattr(meeting, name), new[name]
        move.update(meeting, **{name: value})
        move.log(EventKind.MEETING_CHANGED, f"{named} {name}", old=old or "", new=value)


IN_CALENDARS = {"kind", "held_on"}
"""What of a meeting stands in calendars: another value there is another version of it."""


@asks(policy.Right.DESCRIBE)
def describe_solution(
    integration: Integration,
    *,
    by: User,
    recipient_identification: str,
    sending: str,
    interface: str,
    internal_systems: str,
    document_types: Sequence[str],
) -> None:
    """Keep the solution description. It may be incomplete; 2.2 says what it lacks."""
    with door(integration, by) as move:
        move.ask(describe_solution)
        solution = move.integration.solution
        new = {
            "recipient_identification": recipient_identification,
            "sending": sending,
            "interface": interface,
            "internal_systems": internal_systems,
            "document_types": list(document_types),
        }
        for name, value in new.items():
            old = getattr(solution, name)
            if old != value:
                move.update(solution, **{name: value})
                move.log(EventKind.SOLUTION_DESCRIBED, name, old=old, new=value)


@asks(policy.Right.PROPOSE_DATES)
def propose_dates(
    integration: Integration, *, by: User, dates: Mapping[int, datetime.date | None], version: int
) -> None:
    """Set target dates by milestone number; those of approved milestones stay. What was agreed lapses.

    Who proposes all of them has agreed for their own side. Raises Stale if the plan changed since the page was shown.
    """
    with door(integration, by) as move:
        move.ask(propose_dates)
        if move.integration.accords.get(subject=Accord.PLAN).version != version:
            raise stale()
        with accords.proposing(move, Accord.PLAN):
            if _moved(move, dates):
                accords.lapse(move, Accord.PLAN)


def _moved(move: Move, dates: Mapping[int, datetime.date | None]) -> bool:
    """Set the dates; whether one that both sides agree on is another now."""
    moved = False
    for milestone in move.integration.milestones.exclude(state=MilestoneState.APPROVED):
        new = dates.get(milestone.number, milestone.target_on)
        if new != milestone.target_on:
            move.log(EventKind.DATES_PROPOSED, milestone.number, old=milestone.target_on or "", new=new or "")
            move.update(milestone, target_on=new)
            moved = moved or milestone.number > 1
    return moved
