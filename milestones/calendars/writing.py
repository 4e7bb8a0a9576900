"""Entries as iCalendar writes them (RFC 5545), by the icalendar library: it escapes, folds lines and ends them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .. import texts
from .entries import Entry

if TYPE_CHECKING:  # the library is imported when something is written: it costs a fifth of a second
    from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Digipost//Integration tracker//NO"
OSLO = ZoneInfo("Europe/Oslo")
LOOKED_IN = datetime.timedelta(hours=4)
"""How often programs are asked to look in."""
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text of a calendar may hold (RFC 5545, 3.3.11)."""


def published(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar of that name, for programs that look in again and again."""
    from icalendar import vText  # noqa: PLC0415

    calendar = _calendar()
    for known_as in ("name", "x-wr-calname"):  # RFC 7986, and what programs read from before it
        calendar.add(known_as, vText(texts.header(name)))
    calendar.add("refresh-interval", LOOKED_IN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    return _written(calendar, entries)


def alone(entry: Entry) -> bytes:
    """One entry, as a file to take along."""
    return _written(_calendar(), [entry])


def _calendar() -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _written(calendar: Calendar, entries: Iterable[Entry]) -> bytes:
    shown = list(entries)
    if any(isinstance(entry.begins, datetime.datetime) for entry in shown):
        calendar.add_component(_oslo())
    for entry in shown:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(datetime.UTC))
    event.add("last-modified", entry.changed_at.astimezone(datetime.UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", texts.header(entry.summary))
    event.add("description", _text(entry.description))
    event.add("url", entry.url)
    event.add("status", entry.state.value)
    event.add("transp", "TRANSPARENT")
    return event


def _text(text: str) -> str:
    """A text of several lines, as a calendar may hold it."""
    return _CONTROL.sub(" ", _BREAKS.sub("\n", text))


def _oslo() -> Timezone:
    """Norway's clock by the rule of the last Sundays of March and October, which holds since 1996."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # noqa: PLC0415

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
