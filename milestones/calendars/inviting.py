"""What a mail about a planned meeting carries for its reader's calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ..models import Integration, Meeting
from .entries import Person, State
from .reading import entry_of_meeting, hours_of


class Method(StrEnum):
    """What it asks of a calendar (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Invite:
    """A calendar's own text, and what it asks."""

    method: Method
    text: str


def invite(method: Method, meeting: Meeting, integration: Integration, organiser: Person, attendee: Person) -> Invite:
    """A meeting as it stands now, for one of those who are invited; the same entry as in their calendar address."""
    from .writing import invitation  # noqa: PLC0415

    entry = entry_of_meeting(meeting, integration)
    description = "\n\n".join(filter(None, (entry.description, meeting.agenda)))
    entry = replace(entry, description=description, is_busy=hours_of(meeting) is not None)
    if method is Method.CANCEL and entry.state is not State.CANCELLED:  # it takes place, without this one
        entry = replace(entry, state=State.CANCELLED)
    return Invite(method, invitation(method.value, entry, organiser, attendee).decode())
