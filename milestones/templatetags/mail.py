"""What mails need beyond Django."""

from __future__ import annotations

from django import template

from ..addresses import absolute, path_of
from ..mails import text_of
from ..models import Integration, WaitingItem
from ..reminders.decide import Line
from ..snapshots import as_unmet

register = template.Library()


@register.filter
def home(integration: Integration) -> str:
    """The integration's own page, as it stands in a mail."""
    return absolute(path_of("integration", integration.reference))


@register.filter
def sentence(item: WaitingItem) -> str:
    """The sentence of a stored waiting item, in the language in force."""
    return as_unmet(item).text


@register.filter
def line_text(line: Line) -> str:
    """What a line of a digest says, in the language in force."""
    return text_of(line)


@register.filter
def at(mapping: dict[int, str], key: int) -> str:
    return mapping.get(key, "")
