"""Records -> the entries of many integrations, in three queries whatever their number, in the language in force.

How often a date has been another, and when, is counted from the events that tell it; a meeting counts it itself.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from .. import clock
from ..addresses import absolute, path_of
from ..models import Event, EventKind, Integration, Meeting, MeetingKind, Milestone
from ..process import MilestoneState, Status
from ..texts import mid_sentence
from .entries import OSLO, Entry, State, is_shown, uid_of

LAUNCH, CERTIFICATE = "launch", "certificate"
A_DAY = datetime.timedelta(days=1)
DATING = (EventKind.DATES_PROPOSED, EventKind.LAUNCH_DATE_CONFIRMED, EventKind.CERTIFICATE_RECORDED)
"""The events by which a date becomes another."""
TOUCHING = (EventKind.MILESTONE_APPROVED, EventKind.MILESTONE_REOPENED, EventKind.MILESTONE_PUT_OFF)
"""The events by which something else that an entry says becomes another."""


def key_of_milestone(number: int | str) -> str:
    return f"milestone-{number}"


def key_of_meeting(pk: int) -> str:
    return f"meeting-{pk}"


@dataclass
class Past:
    """What the events say of one date: how often it was changed, from what at last, and when."""

    changes: int = 0
    began_empty: bool = False
    before: str = ""
    changed_at: datetime.datetime | None = None
    touched_at: datetime.datetime | None = None

    def change(self, old: str, at: datetime.datetime) -> None:
        """Another date was given, or none."""
        self.began_empty = self.began_empty or not (self.changes or old)
        self.changes += 1
        self.before, self.changed_at, self.touched_at = old, at, at

    @property
    def sequence(self) -> int:
        """How often it became another after it was there first."""
        return self.changes - self.began_empty

    @property
    def removed_on(self) -> datetime.date | None:
        """The day that was taken away, while it is still shown as cancelled."""
        return _day(self.before) if self.changed_at and is_shown(self.changed_at) else None


def _day(recorded: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(recorded)
    except ValueError:  # none
        return None


def entries_of(integrations: Iterable[Integration]) -> list[Entry]:
    """What stands in a calendar of these integrations: milestones, launch, certificate and meetings.

    They have been read with their organisation and their launch. Of what is closed, what lay ahead then is shown as
    cancelled for a while, and afterwards nothing is shown.
    """
    rows = {one.pk: one for one in integrations}
    records = _Records(rows)
    return [entry for integration in rows.values() for entry in records.entries(integration)]


class _Records:
    """The rows of many integrations, fetched once a table and grouped by integration."""

    def __init__(self, integrations: dict[int, Integration]) -> None:
        self.milestones = _grouped(Milestone.objects.filter(integration__in=integrations).order_by("number"))
        self.meetings = _grouped(Meeting.objects.filter(integration__in=integrations).order_by("pk"))
        self.pasts: dict[tuple[int, str], Past] = defaultdict(Past)
        self.closed: dict[int, datetime.datetime] = {}
        events = Event.objects.filter(integration__in=integrations, kind__in=(*DATING, *TOUCHING, EventKind.CLOSED))
        for event in events.order_by("at", "pk"):
            self._take(event)

    def _take(self, event: Event) -> None:
        pk = event.integration_id
        if event.kind == EventKind.CLOSED:
            self.closed[pk] = event.at
        elif event.kind in TOUCHING:
            self.pasts[pk, key_of_milestone(event.subject)].touched_at = event.at
        elif event.kind == EventKind.LAUNCH_DATE_CONFIRMED or event.from_value != event.to_value:
            self.pasts[pk, _key_of(event)].change(event.from_value, event.at)

    def entries(self, integration: Integration) -> list[Entry]:
        """Those of one integration: none where it was closed long ago."""
        found = [*self._dates(integration), *self._meetings(integration)]
        if integration.status != Status.CLOSED:
            return found
        closed_at = self.closed.get(integration.pk)
        return [_as_closed(entry, closed_at) for entry in found] if closed_at and is_shown(closed_at) else []

    def _dates(self, integration: Integration) -> Iterator[Entry]:
        named, reference = {"what": str(integration)}, integration.reference
        for milestone in self.milestones[integration.pk]:
            key, page = key_of_milestone(milestone.number), path_of("milestone", reference, f"M{milestone.number}")
            summary = _due(milestone) % (named | {"number": milestone.number})
            yield from self._dated(integration, key, milestone.target_on, summary, page, str(milestone))
        launch, page = integration.launch, path_of("launch", reference)
        if launch.date_confirmed_by_id:
            yield from self._dated(integration, LAUNCH, launch.launch_on, _("%(what)s: launch") % named, page)
        else:
            summary = _("%(what)s: launch, not confirmed") % named
            yield from self._dated(integration, LAUNCH, launch.launch_on, summary, page, state=State.TENTATIVE)
        expires, page = integration.certificate_expires_on, path_of("operations", reference)
        yield from self._dated(integration, CERTIFICATE, expires, _("%(what)s: the certificate expires") % named, page)

    def _dated(
        self,
        integration: Integration,
        key: str,
        day: datetime.date | None,
        summary: str,
        page: str,
        about: str = "",
        state: State = State.CONFIRMED,
    ) -> Iterator[Entry]:
        """The entry of a date, or of one that was taken away a while ago; of none, nothing."""
        past = self.pasts[integration.pk, key]
        if day is None:
            day, state = past.removed_on, State.CANCELLED
        if day is not None:
            yield Entry(
                uid=uid_of(key, integration.reference),
                summary=summary,
                description="\n".join(filter(None, (integration.organisation.name, about))),
                url=absolute(page),
                begins=day,
                ends=day + A_DAY,
                sequence=past.sequence,
                changed_at=past.touched_at or integration.created_at,
                state=state,
            )

    def _meetings(self, integration: Integration) -> Iterator[Entry]:
        for meeting in self.meetings[integration.pk]:
            if meeting.called_off_at is None or is_shown(meeting.called_off_at):
                yield entry_of_meeting(meeting, integration)


def entry_of_meeting(meeting: Meeting, integration: Integration) -> Entry:
    """A meeting: from one hour to another where it has hours, else all day."""
    begins, ends = hours_of(meeting) or (meeting.held_on, meeting.held_on + A_DAY)
    return Entry(
        uid=uid_of(key_of_meeting(meeting.pk), integration.reference),
        summary=f"{integration}: {mid_sentence(MeetingKind(meeting.kind).label)}",
        description=integration.organisation.name,
        url=absolute(path_of("meeting", integration.reference, pk=meeting.pk)),
        begins=begins,
        ends=ends,
        sequence=meeting.sequence,
        changed_at=meeting.moved_at or meeting.recorded_at,
        state=State.CANCELLED if meeting.called_off_at else State.CONFIRMED,
        place=meeting.place,
    )


def hours_of(meeting: Meeting) -> tuple[datetime.datetime, datetime.datetime] | None:
    """From when until when, by the clock in Oslo; None for one without hours."""
    if meeting.starts_at is None or meeting.ends_at is None:
        return None
    on = partial(datetime.datetime.combine, meeting.held_on, tzinfo=OSLO)
    return on(meeting.starts_at), on(meeting.ends_at)


def _due(milestone: Milestone) -> str:
    """What the entry of a milestone says, with %(what)s and %(number)s."""
    if milestone.state == MilestoneState.APPROVED:
        return _("%(what)s: milestone %(number)s due (approved)")
    return _("%(what)s: milestone %(number)s due")


def _as_closed(entry: Entry, closed_at: datetime.datetime) -> Entry:
    """What lay ahead when the integration was closed is called off; what was over stays as it was."""
    ahead = entry.state != State.CANCELLED and entry.day >= clock.date_of(closed_at)
    return entry.cancelled(closed_at) if ahead else entry


def _key_of(event: Event) -> str:
    """Which date an event is about."""
    if event.kind == EventKind.CERTIFICATE_RECORDED:
        return CERTIFICATE
    return LAUNCH if event.subject == "5.0" else key_of_milestone(event.subject)


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.integration_id].append(row)
    return groups
