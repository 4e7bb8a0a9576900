"""What tests of planned meetings share: planning one, and the invitation in a mail as programs find it."""

from __future__ import annotations

import datetime
from email.message import Message
from typing import Any

import icalendar
from django.core import mail

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import Meeting, User

PLAN: dict[str, Any] = {
    "kind": "kickoff",
    "starts_at": datetime.time(10),
    "ends_at": datetime.time(11, 30),
    "place": "Møterom 3, eller https://møte.example/j/1",
    "agenda": "Løsningen; planen,\nog testene",
}


def in_days(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def plan(journey: Journey, *invited: User, by: User | None = None, days: int = 7, **other: Any) -> Meeting:
    """Somebody plans a kickoff, a week ahead."""
    named = PLAN | {"held_on": in_days(days), "invited": [one.pk for one in invited]} | other
    return workflow.plan_meeting(journey.integration, by=by or journey.cast.manager, **named)


def change(journey: Journey, meeting: Meeting, *invited: User, by: User | None = None, **other: Any) -> Meeting:
    """Somebody changes what is named, and whom else is invited; the rest of the plan stays."""
    names = ("kind", "held_on", "starts_at", "ends_at", "place", "agenda")
    stored = Meeting.objects.get(pk=meeting.pk)
    named = {name: getattr(stored, name) for name in names} | {"invited": [one.pk for one in invited]} | other
    workflow.change_meeting(journey.integration, meeting.pk, by=by or journey.cast.manager, **named)
    return Meeting.objects.get(pk=meeting.pk)


def call_off(journey: Journey, meeting: Meeting) -> None:
    workflow.call_off_meeting(journey.integration, meeting.pk, by=journey.cast.manager, reason="Ingen kunne")


def send() -> dict[str, Any]:
    """Send what waits; the letters by recipient, each with one at most."""
    mail.outbox.clear()
    while sending.send_batch():
        pass
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert len(letters) == len(mail.outbox)
    return letters


def parts_of(letter: Any) -> list[Message]:
    """The parts of a letter as it goes over the wire, in order, none of them a container."""
    message = letter.message()
    return [part for part in message.walk() if not part.is_multipart()]


def invitation_in(letter: Any) -> Any:
    """The calendar that a letter carries: the same among its alternatives and as a file."""
    inline, attached = [part for part in parts_of(letter) if part.get_content_type() == "text/calendar"]
    texts: list[Any] = [part.get_payload(decode=True) for part in (inline, attached)]
    assert texts[0] == texts[1]
    return icalendar.Calendar.from_ical(texts[0])
