"""2.2 meetings: planned ahead with those who are to be there, called off, and recorded as held."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .. import policy
from ..clock import today
from ..models import EventKind, Integration, Meeting, MeetingInvitee, Member, User, called
from . import room
from .door import door
from .move import Move, asks, stale
from .once import adds

IN_CALENDARS = {"kind", "held_on"}
"""What of a meeting that is recorded stands in calendars: another value there is another version of it."""
TOLD = (
    EventKind.MEETING_PLANNED,
    EventKind.MEETING_REPLANNED,
    EventKind.MEETING_INVITED,
    EventKind.MEETING_UNINVITED,
    EventKind.MEETING_CALLED_OFF,
)


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
    """Record a meeting, or what became of one that is planned or recorded. A new document replaces the earlier one.

    Raises ValidationError where there is no room for another, and (by field) for a planned one that is not held yet.
    """
    with door(integration, by) as move:
        move.ask(record_meeting)
        new: dict[str, object] = {"kind": kind, "held_on": held_on, "sender_people": sender_people}
        new |= {"digipost_people": digipost_people, "minutes": minutes}
        if kept := move.store(document):
            new["document"] = kept
        if meeting_id:
            meeting = move.fetch(Meeting, meeting_id, called_off_at__isnull=True)
            if meeting.is_planned:
                _hold(move, meeting, new, held_on)
            else:
                _change(move, meeting, new)
            return meeting
        _require_room(move)
        meeting = Meeting.objects.create(integration=move.integration, recorded_by=by, recorded_at=move.now, **new)
        move.log(EventKind.MEETING_RECORDED, kind, new=held_on)
        return meeting


@adds()
@asks(policy.Right.DESCRIBE)
def plan_meeting(
    integration: Integration,
    *,
    by: User,
    kind: str,
    held_on: datetime.date,
    starts_at: datetime.time | None,
    ends_at: datetime.time | None,
    place: str,
    agenda: str,
    invited: Iterable[int],
) -> Meeting:
    """Plan a meeting ahead; `invited` are users (primary keys), who are told by mail.

    Raises ValidationError, by field, for a day that has passed, hours that make no sense and where there is no room
    for another or too much was told today; Stale for somebody who is not on the integration any more.
    """
    plan = {"kind": kind, "held_on": held_on, "starts_at": starts_at, "ends_at": ends_at}
    plan |= {"place": place, "agenda": agenda}
    with door(integration, by) as move:
        move.ask(plan_meeting)
        _require_sense(move, plan)
        _require_room(move)
        _require_turn(move)
        people = _on_it(move, invited)
        meeting = Meeting.objects.create(
            integration=move.integration, recorded_by=by, recorded_at=move.now, is_planned=True, **plan
        )
        _invite(move, meeting, people)
        move.log(EventKind.MEETING_PLANNED, named(meeting), new=when(meeting), concerns=people)
        return meeting


@asks(policy.Right.DESCRIBE)
def change_meeting(
    integration: Integration,
    meeting_id: int,
    *,
    by: User,
    kind: str,
    held_on: datetime.date,
    starts_at: datetime.time | None,
    ends_at: datetime.time | None,
    place: str,
    agenda: str,
    invited: Iterable[int],
) -> None:
    """Change the plan of a meeting, or who is to be there: they are told, and so is whoever no longer is.

    Raises as `plan_meeting`, and Stale for one that was held or called off.
    """
    plan = {"kind": kind, "held_on": held_on, "starts_at": starts_at, "ends_at": ends_at}
    plan |= {"place": place, "agenda": agenda}
    with door(integration, by) as move:
        move.ask(change_meeting)
        meeting = move.fetch(Meeting, meeting_id, is_planned=True, called_off_at__isnull=True)
        _require_sense(move, plan)
        before = set(invited_to(meeting))
        people = set(_on_it(move, invited, before))
        changed = {name: value for name, value in plan.items() if getattr(meeting, name) != value}
        if changed or people != before:
            _require_turn(move)
            _replan(move, meeting, changed, people & before)
            _change_people(move, meeting, people - before, before - people)


@asks(policy.Right.DESCRIBE)
def call_off_meeting(integration: Integration, meeting_id: int, *, by: User, reason: str) -> None:
    """Nothing comes of a planned meeting, and those who are invited are told.

    Raises Stale if it was held or called off already.
    """
    with door(integration, by) as move:
        move.ask(call_off_meeting)
        _call_off(move, move.fetch(Meeting, meeting_id, is_planned=True, called_off_at__isnull=True), reason)


def call_off_all(move: Move, reason: str) -> None:
    """Part of closing an integration: nothing comes of what was planned ahead."""
    for meeting in move.integration.meetings.filter(is_planned=True, called_off_at__isnull=True, held_on__gte=today()):
        _call_off(move, meeting, reason)


def uninvite_from_all(move: Move, person: int) -> None:
    """Part of leaving: whoever leaves (a user's primary key) is not expected at what is planned ahead any more."""
    ahead = move.integration.meetings.filter(is_planned=True, called_off_at__isnull=True, held_on__gte=today())
    for meeting in ahead.filter(invitees__user=person, invitees__withdrawn_at__isnull=True):
        move.update(meeting, sequence=meeting.sequence + 1, moved_at=move.now)
        _change_people(move, meeting, set(), {person})


def _call_off(move: Move, meeting: Meeting, reason: str) -> None:
    move.update(meeting, called_off_at=move.now, sequence=meeting.sequence + 1, moved_at=move.now)
    people = invited_to(meeting)
    move.log(EventKind.MEETING_CALLED_OFF, named(meeting), old=when(meeting), reason=reason, concerns=people)


def named(meeting: Meeting) -> str:
    """How events name a planned meeting: by its kind and its primary key, which is not for people."""
    return f"{meeting.kind} {meeting.pk}"


def when(meeting: Meeting) -> str:
    """How events say when it is: 2027-03-01 10:00–11:30."""
    return f"{meeting.held_on} {meeting.hours}".strip()


def invited_to(meeting: Meeting) -> list[int]:
    """The users (primary keys) who are to be there."""
    return list(meeting.invitees.filter(withdrawn_at__isnull=True).values_list("user", flat=True))


def may_be_invited(integration: Integration, by: User) -> dict[int, str]:
    """Who is in, Digipost's contact, and whoever of the staff asks; by user, with what they are called there."""
    members = integration.members.joined().filter(user__is_active=True, user__is_staff=False)
    people = {user: str(name) for user, name in members.values_list("user", "name")}
    staff = [one for one in (integration.onboarding_contact, by) if one and one.is_staff and one.is_active]
    return people | {one.pk: one.name for one in staff}


def _on_it(move: Move, invited: Iterable[int], already: Iterable[int] = ()) -> list[int]:
    """Those who can be invited, and who is `already`; raises Stale for anybody else."""
    people = sorted(set(invited))
    if not set(people) <= {*may_be_invited(move.integration, move.by), *already}:
        raise stale()
    return people


def _require_sense(move: Move, plan: dict[str, Any]) -> None:
    move.require_ahead(held_on=plan["held_on"])
    starts_at, ends_at = plan["starts_at"], plan["ends_at"]
    if (starts_at is None) != (ends_at is None):
        missing = "starts_at" if starts_at is None else "ends_at"
        raise ValidationError({missing: _("Say from when until when, or neither.")})
    if starts_at is not None and starts_at >= ends_at:
        raise ValidationError({"ends_at": _("The meeting must end after it starts.")})


def _require_room(move: Move) -> None:
    full = _("There are %(most)s meetings, which is the maximum. Change one that is here.")
    room.require_room(move.integration.meetings.count(), room.MEETINGS, full)


def _require_turn(move: Move) -> None:
    """Each of these goes out as mail, to all who are invited."""
    often = _(
        "Meetings were planned or changed %(most)s times in 24 hours, which is the maximum. You can go on at %(when)s."
    )
    room.require_turn(move.integration.events.filter(kind__in=TOLD), "at", room.PLANS_A_DAY, often)


def _change(move: Move, meeting: Meeting, new: dict[str, object]) -> None:
    known_as = f"{meeting.kind} {meeting.held_on}"
    changed = [name for name, value in new.items() if getattr(meeting, name) != value]
    if IN_CALENDARS & set(changed):
        move.update(meeting, sequence=meeting.sequence + 1, moved_at=move.now)
    for name in changed:
        old, value = getattr(meeting, name), new[name]
        move.update(meeting, **{name: value})
        move.log(EventKind.MEETING_CHANGED, f"{known_as} {name}", old=old or "", new=value)


def _hold(move: Move, meeting: Meeting, new: dict[str, object], held_on: datetime.date) -> None:
    """A planned meeting was held: that is for people to say, and only of a day that has come."""
    move.require_past(held_on=held_on)
    if any(getattr(meeting, name) != new[name] for name in IN_CALENDARS):
        move.update(meeting, sequence=meeting.sequence + 1, moved_at=move.now)
    move.update(meeting, is_planned=False, **new)
    move.log(EventKind.MEETING_RECORDED, meeting.kind, new=held_on)


def _replan(move: Move, meeting: Meeting, changed: dict[str, Any], told: set[int]) -> None:
    """Another version in calendars: those who know the earlier one are told once, of all of it together."""
    known_as, old = named(meeting), {name: getattr(meeting, name) for name in changed}
    move.update(meeting, sequence=meeting.sequence + 1, moved_at=move.now, **changed)
    for left, name in enumerate(reversed(changed)):
        before, now = _said(old[name]), _said(changed[name])
        concerns = () if left else told
        move.log(EventKind.MEETING_REPLANNED, f"{known_as} {name}", old=before, new=now, concerns=concerns)


def _said(value: Any) -> str:
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _change_people(move: Move, meeting: Meeting, added: set[int], removed: set[int]) -> None:
    if added:
        _invite(move, meeting, added)
        move.log(EventKind.MEETING_INVITED, named(meeting), new=_names(move, added), concerns=added)
    if removed:
        meeting.invitees.filter(user__in=removed, withdrawn_at__isnull=True).update(withdrawn_at=move.now)
        move.log(EventKind.MEETING_UNINVITED, named(meeting), old=_names(move, removed), concerns=removed)


def _names(move: Move, people: set[int]) -> str:
    """What they are called on the integration, by commas."""
    names = Member.objects.names_on([move.integration], people)
    users = User.objects.filter(pk__in=people).order_by("pk")
    return ", ".join(called(user, move.integration.pk, names) for user in users)


def _invite(move: Move, meeting: Meeting, people: Iterable[int]) -> None:
    MeetingInvitee.objects.bulk_create(
        MeetingInvitee(meeting=meeting, user_id=user, invited_at=move.now) for user in sorted(people)
    )
