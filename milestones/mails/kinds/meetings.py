"""Somebody is to be at a meeting, at another time, or not at all: as it stands when it is sent, for their calendar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from ... import clock
from ...addresses import path_of
from ...calendars.entries import Person
from ...calendars.inviting import Invite, Method, invite
from ...models import Event, EventKind, Mail, MailKind, Meeting, Member, SendState, User, called
from ..kind import registered
from ..today import Today
from .event_news import EventNews

KINDS = (MailKind.MEETING, MailKind.MEETING_CALLED_OFF)


class MeetingNews(EventNews):
    """News of a planned meeting: of several that wait for one reader the last is sent, and says all of it."""

    at_any_hour = True  # the meeting may be tomorrow
    also_of_what_rests = True
    also_to_whoever_did_it = True  # it brings the entry of their calendar
    method: ClassVar[Method]

    def __init__(self, row: Mail, today: Today) -> None:
        super().__init__(row, today)
        if row.recipient is None:
            raise ValueError(f"a mail of kind {row.kind} is to a person")
        self.reader = row.recipient

    @cached_property
    def meeting(self) -> Meeting:
        rows = Meeting.objects.select_related("recorded_by")
        return rows.get(pk=_key_in(self.event), integration=self.integration)

    @property
    def is_ahead(self) -> bool:
        """Whether it has not been held yet, as planned or as recorded."""
        return self.meeting.is_planned and self.meeting.held_on >= clock.today()

    @property
    def is_expected(self) -> bool:
        """Whether the reader is to be there."""
        invited = self.meeting.invitees.filter(user=self.reader, withdrawn_at__isnull=True)
        return self.meeting.called_off_at is None and self.integration.is_open and invited.exists()

    @cached_property
    def _others(self) -> list[Mail]:
        """The other mails to the reader about the same meeting."""
        about = Mail.objects.filter(recipient=self.reader, integration=self.integration, kind__in=KINDS)
        others = about.exclude(pk=self.row.pk).select_related("event")
        return [one for one in others if one.event and _key_in(one.event) == self.meeting.pk]

    @property
    def is_last(self) -> bool:
        return not any(other.pk > self.row.pk for other in self._others)

    @property
    def was_asked(self) -> bool:
        """Whether an earlier mail has asked the reader to come: sent already, or just now by another worker."""
        earlier = [one for one in self._others if one.pk < self.row.pk and one.kind == MailKind.MEETING]
        sent = [one for one in earlier if one.state == SendState.SENT]
        return bool(sent) or any(one.state == SendState.SENDING and one.claim != self.row.claim for one in earlier)

    def context(self) -> dict[str, Any]:
        invited = self.meeting.invitees.filter(withdrawn_at__isnull=True)
        people = User.objects.filter(pk__in=invited.values("user"))
        return super().context() | {
            "meeting": self.meeting,
            "kind": self.meeting.get_kind_display(),
            "was_asked": self.was_asked,
            "invited": ", ".join(self._called(people)),
            "is_own": self.event.actor_id == self.reader.pk,
        }

    def _called(self, people: Iterable[User]) -> list[str]:
        """What they are called on the integration, in order."""
        listed = list(people)
        names = Member.objects.names_on([self.integration], listed)
        return sorted(called(one, self.integration.pk, names) for one in listed)

    def path(self) -> str:
        return path_of("meeting", self.integration.reference, pk=self.meeting.pk)

    def invite(self) -> Invite:
        organiser, attendee = self._person(self.meeting.recorded_by), self._person(self.reader)
        return invite(self.method, self.meeting, self.integration, organiser, attendee)

    def _person(self, person: User) -> Person:
        (name,) = self._called([person])
        return Person(name, person.email)


def _key_in(event: Event) -> int:
    """The meeting's primary key, by which events name it: kickoff 17."""
    return int(event.subject.split(" ")[1])


@registered(MailKind.MEETING)
class MeetingAhead(MeetingNews):
    """Asks the reader to come, or says what is different now."""

    tells_of = (EventKind.MEETING_PLANNED, EventKind.MEETING_REPLANNED, EventKind.MEETING_INVITED)
    method = Method.REQUEST

    def is_still_so(self) -> bool:
        return self.is_last and self.is_ahead and self.is_expected


@registered(MailKind.MEETING_CALLED_OFF)
class MeetingCalledOff(MeetingNews):
    """Says that the reader is not to come: nothing comes of it, or they are not invited any more."""

    tells_of = (EventKind.MEETING_UNINVITED, EventKind.MEETING_CALLED_OFF)
    method = Method.CANCEL

    def _is_on_it(self) -> bool:
        """Also told to who has left, and has the meeting in their calendar."""
        return self.was_asked or super()._is_on_it()

    def is_still_so(self) -> bool:
        return self.is_last and self.is_ahead and not self.is_expected and self.was_asked
