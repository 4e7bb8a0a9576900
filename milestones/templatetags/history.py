"""Events in words, for templates: see `event_words`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template

from ..event_words import Line, formatter_of, lines_of
from ..models import Event
from .tracker import called

register = template.Library()


@register.filter
def subject_of(event: Event) -> str:
    """What the event is about, as people read it."""
    return formatter_of(event.kind).subject(event.subject)


@register.filter
def value_of(event: Event, name: str) -> str:
    """What the event changed "from" or "to", as people read it: keys by their labels, dates as dates."""
    return formatter_of(event.kind).value(event.from_value if name == "from" else event.to_value)


@register.filter
def as_sentence(event: Event) -> str:
    """One event told by itself: who did what. A query for the name: not for lists."""
    return lines_of([event], lambda one, _person: one.actor_name)[0].sentence


@register.filter
def as_lines(events: Iterable[Event], names: Mapping[int, str]) -> list[Line]:
    """Events of one integration in sentences; people are called as in `names`, which is `Facts.names`."""
    return lines_of(events, lambda event, person: called(person, names))
