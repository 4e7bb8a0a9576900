"""A list of events as lines: what was done several times in a minute, or followed by itself, is told in one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from .. import clock
from ..models import Event, Integration, Member, User, called
from ..process import Text
from .formatters import formatter_of

Called = Callable[[Event, User], str]
"""What the person who did it is called on the event's integration."""


@dataclass(frozen=True)
class Line:
    """One event, or several that are told in one, in the order in which they were listed.

    `told` are those that the sentence tells of: all of a kind. The others followed from them.
    """

    events: tuple[Event, ...]
    told: tuple[Event, ...]
    who: Text

    @property
    def sentence(self) -> str:
        """Who did what, in the language in force."""
        formatter, who = formatter_of(self.told[0].kind), str(self.who)
        if len(self.told) > 1:
            return formatter.folded(self.told, who)
        return formatter.sentence(self.told[0], who)

    @property
    def reason(self) -> str:
        """Why, where it was said of all of them."""
        reasons = {event.reason for event in self.told}
        return reasons.pop() if len(reasons) == 1 else ""

    @property
    def integration(self) -> Integration:
        return self.told[0].integration

    @property
    def at(self) -> datetime.datetime:
        return self.told[0].at

    def follows(self, other: Line) -> bool:
        """Whether it came of the other by itself: by the same person, at the very moment."""
        mine, others = self.told[0], other.told[0]
        same = (mine.integration_id, mine.actor_id, mine.at) == (others.integration_id, others.actor_id, others.at)
        return same and others.kind in formatter_of(mine.kind).follows


def lines_of(events: Iterable[Event], called: Called) -> list[Line]:
    """The events, latest first, as lines. Every event is in one line, and they stay in their order."""
    told = [(event, called(event, event.actor) if event.actor else _("The system")) for event in events]
    lines: list[Line] = []
    for line in reversed(list(_of_one_kind(told))):  # what followed comes after what it followed from
        if lines and line.follows(lines[-1]):
            lines[-1] = replace(lines[-1], events=line.events + lines[-1].events)
        else:
            lines.append(line)
    return lines[::-1]


def lines_across(events: Sequence[Event]) -> list[Line]:
    """Events of several integrations, read with their actors, as lines; people as they are called there. One query."""
    on, by = {event.integration_id for event in events}, {event.actor_id for event in events}
    names = Member.objects.names_on(on, by)
    return lines_of(events, lambda event, person: called(person, event.integration_id, names))


def _of_one_kind(told: Iterable[tuple[Event, Text]]) -> Iterator[Line]:
    for _key, group in groupby(told, key=lambda one: _told_in_one(*one)):
        members = list(group)
        events = tuple(event for event, _who in members)
        yield Line(events, events, members[0][1])


def _told_in_one(event: Event, who: Text) -> tuple[object, ...]:
    """What events have in common that are told in one; the event itself where it is told alone."""
    if not formatter_of(event.kind).folds(event, str(who)):
        return (event.pk,)
    return event.integration_id, event.kind, event.actor_id, event.at.replace(second=0, microsecond=0)


def by_day(lines: Iterable[Line]) -> list[tuple[datetime.date, list[Line]]]:
    """Lines in their order, by the date in Europe/Oslo."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: clock.date_of(line.at))]
