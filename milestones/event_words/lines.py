"""A list of events as lines: what somebody did several times within a minute is told in one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from .. import clock
from ..models import Event, User
from .formatters import formatter_of

Called = Callable[[Event, User], str]
"""What the person who did it is called on the event's integration."""


@dataclass(frozen=True)
class Line:
    """One event, or several of a kind that are told in one, in the order in which they were listed."""

    events: tuple[Event, ...]
    who: str

    @property
    def sentence(self) -> str:
        """Who did what, in the language in force."""
        formatter = formatter_of(self.events[0].kind)
        if len(self.events) > 1:
            return formatter.folded(self.events, self.who)
        return formatter.sentence(self.events[0], self.who)

    @property
    def reason(self) -> str:
        """Why, where it was said of all of them."""
        reasons = {event.reason for event in self.events}
        return reasons.pop() if len(reasons) == 1 else ""

    @property
    def at(self) -> datetime.datetime:
        return self.events[0].at

    @property
    def integration_id(self) -> int:
        return self.events[0].integration_id


def lines_of(events: Iterable[Event], called: Called) -> list[Line]:
    """The events as lines. Every event is in one line, and they stay in their order."""
    told = [(event, called(event, event.actor) if event.actor else _("The system")) for event in events]
    return [Line(tuple(event for event, _who in group), who) for who, group in _adjacent(told)]


def _adjacent(told: Sequence[tuple[Event, str]]) -> Iterator[tuple[str, list[tuple[Event, str]]]]:
    for _key, group in groupby(told, key=lambda one: _told_in_one(*one)):
        members = list(group)
        yield members[0][1], members


def _told_in_one(event: Event, who: str) -> tuple[object, ...]:
    """What events have in common that are told in one; the event itself where it is told alone."""
    if not formatter_of(event.kind).folds(event, who):
        return (event.pk,)
    return event.integration_id, event.kind, event.actor_id, event.at.replace(second=0, microsecond=0)


def by_day(lines: Iterable[Line]) -> list[tuple[datetime.date, list[Line]]]:
    """Lines in their order, by the date in Europe/Oslo."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: clock.date_of(line.at))]
