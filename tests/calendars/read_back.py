"""A calendar as three libraries read it, each brought to one form; and how a test asks for one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import vobject
from django.test import Client
from ical.calendar_stream import IcsCalendarStream

from milestones import workflow
from milestones.calendars import reading
from milestones.calendars.entries import Entry
from milestones.models import Integration, User

OSLO = ZoneInfo("Europe/Oslo")
ENTRY = Entry(
    uid="milestone-3.BOFA-482@localhost",
    summary="BOFA-482 Brev: milepæl 3 frist",
    description="Fjordvik kommune",
    url="http://localhost:8000/i/BOFA-482/milestones/3/",
    begins=datetime.date(2026, 3, 29),
    ends=datetime.date(2026, 3, 30),
    sequence=0,
    changed_at=datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.UTC),
)


@dataclass(frozen=True)
class Read:
    """One entry as a program understands it."""

    uid: str
    summary: str
    description: str
    url: str
    begins: datetime.date
    ends: datetime.date
    sequence: int
    changed_at: datetime.datetime
    state: str


Calendar = dict[str, Read]
"""Entries by their UID up to the first dot: milestone-3, launch, certificate, meeting-17."""


def by_icalendar(data: bytes) -> Calendar:
    calendar: Any
    (calendar,) = icalendar.Calendar.from_ical(data, multiple=True)
    assert [error for one in calendar.walk() for error in one.errors] == []
    return _named(
        Read(
            str(one["uid"]), str(one["summary"]), str(one["description"]), str(one["url"]),
            one.start, one.end, int(one["sequence"]), one["dtstamp"].dt, str(one["status"]),
        )
        for one in calendar.walk("VEVENT")
    )  # fmt: skip


def by_ical(data: bytes) -> Calendar:
    calendar: Any = IcsCalendarStream.calendar_from_ics(data.decode())
    return _named(
        Read(
            one.uid, one.summary, one.description, one.url, one.dtstart, one.dtend, one.sequence, one.dtstamp,
            one.status.value,
        )
        for one in calendar.events
    )  # fmt: skip


def by_vobject(data: bytes) -> Calendar:
    (calendar,) = vobject.readComponents(data.decode())
    return _named(
        Read(
            one.uid.value, one.summary.value, one.description.value, one.url.value, one.dtstart.value,
            one.dtend.value, int(one.sequence.value), one.dtstamp.value, one.status.value,
        )
        for one in calendar.contents.get("vevent", [])
    )  # fmt: skip


READERS: tuple[Callable[[bytes], Calendar], ...] = (by_icalendar, by_ical, by_vobject)


def _named(entries: Any) -> Calendar:
    return {entry.uid.partition(".")[0]: entry for entry in entries}


def read(data: bytes) -> Calendar:
    """What all three libraries read: the same, moments being the same however their zone is called."""
    check_lines(data)
    found = [reader(data) for reader in READERS]
    assert found[0] == found[1] == found[2]
    return found[0]


def check_lines(data: bytes) -> None:
    """Each line ends as RFC 5545 wants it, and has at most 75 octets."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 75]
    for line in lines:
        line.decode()  # no character is cut in two


def address_for(person: User, integration: Integration | None = None, name: str = "") -> str:
    """A new address of `person`."""
    feed = workflow.make_feed(by=person, integration=integration, name=name)
    return f"/calendar/{feed.token}.ics"


def ask(address: str, **headers: str) -> Any:
    """As a calendar program asks: with no cookie."""
    return Client().get(address, headers=headers)


def calendar_at(address: str) -> Calendar:
    answer = ask(address)
    assert answer.status_code == 200
    return read(answer.content)


def references_at(address: str) -> set[str]:
    """The integrations whose dates are read there."""
    uids = re.findall(r"^UID:(.+)\r$", ask(address).content.decode().replace("\r\n ", ""), re.MULTILINE)
    return {uid.partition(".")[2].partition("@")[0] for uid in uids}


def written_now(integration: Integration) -> Calendar:
    """The entries of one integration by their keys, as they are before they are written."""
    rows = Integration.objects.select_related("organisation", "launch").filter(pk=integration.pk)
    return _named(reading.entries_of(rows))
