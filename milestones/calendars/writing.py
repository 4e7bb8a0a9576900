"""Entries as iCalendar writes them (RFC 5545), by the icalendar library: it escapes, folds lines and ends them.

Import it where something is written, and not at start-up: the library takes a fifth of a second.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from .. import texts
from .entries import OSLO, Entry, Person

PRODUCT = "-//Digipost//Integration tracker//NO"
LOOKED_IN = datetime.timedelta(hours=4)
"""How often programs are asked to look in."""
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text of a calendar may hold (RFC 5545, 3.3.11)."""


def published(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar of that name, for programs that look in again and again."""
    calendar = _calendar()
    for known_as in ("name", "x-wr-calname"):  # RFC 7986, and what programs read from before it
        calendar.add(known_as, _line(name))
    calendar.add("refresh-interval", LOOKED_IN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    return _written(calendar, map(_event, entries))


def alone(entry: Entry) -> bytes:
    """One entry, as a file to take along."""
    return _written(_calendar(), [_event(entry)])


def invitation(method: str, entry: Entry, organiser: Person, attendee: Person) -> bytes:
    """What a mail carries that asks `attendee` to be there (REQUEST), or says that nothing comes of it (CANCEL).

    `organiser` acts for the product, whose own address it is sent from (RFC 5546). No answer is asked for.
    """
    calendar, event = _calendar(), _event(entry)
    calendar.add("method", method)
    sender = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    sender.params["CN"] = texts.header(organiser.name)
    sender.params["SENT-BY"] = f"mailto:{organiser.address}"
    event.add("organizer", sender)
    invited = vCalAddress(f"mailto:{attendee.address}")
    invited.params.update({"CN": texts.header(attendee.name), "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})
    event.add("attendee", invited)
    return _written(calendar, [event])


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _written(calendar: Calendar, events: Iterable[Event]) -> bytes:
    """With the zone of the hours in it, if there are any."""
    shown = list(events)
    if any(isinstance(event.start, datetime.datetime) for event in shown):
        calendar.add_component(_oslo())
    for event in shown:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(datetime.UTC))
    event.add("last-modified", entry.changed_at.astimezone(datetime.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", _line(entry.summary))
    event.add("description", _text(entry.description))
    event.add("url", entry.url)
    event.add("status", entry.state.value)
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    if entry.place:
        event.add("location", _line(entry.place))
    return event


class Exact(vText):
    """A text as it stands. The library's own makes the end of a line of a backslash and an N, as in C:\\Nytt."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return escaped.replace("\n", "\\n").encode()


def _line(text: str) -> Exact:
    return Exact(texts.header(text))


def _text(text: str) -> Exact:
    """A text of several lines, as a calendar may hold it."""
    return Exact(_CONTROL.sub(" ", _BREAKS.sub("\n", text)))


def _oslo() -> Timezone:
    """Norway's clock by the rule of the last Sundays of March and October, which holds since 1996."""
    zone = Timezone()
    zone.add("tzid", OSLO.key)
    summer = _turning(TimezoneDaylight(), "CEST", datetime.datetime(1996, 3, 31, 2), 1, 2)
    winter = _turning(TimezoneStandard(), "CET", datetime.datetime(1996, 10, 27, 3), 2, 1)
    zone.add_component(winter)
    zone.add_component(summer)
    return zone


def _turning(
    half: TimezoneDaylight | TimezoneStandard, name: str, first: datetime.datetime, before: int, after: int
) -> TimezoneDaylight | TimezoneStandard:
    """When the clock is turned: first then, from so many hours ahead of UTC to so many; each year since."""
    half.add("tzname", name)
    half.add("dtstart", first)
    half.add("rrule", {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": "-1SU"})
    half.add("tzoffsetfrom", datetime.timedelta(hours=before))
    half.add("tzoffsetto", datetime.timedelta(hours=after))
    return half
