"""What mails need beyond Django."""

from __future__ import annotations

from django import template

from ..addresses import absolute, path_of
from ..mails import words
from ..models import Integration
from ..reminders.decide import Line, Waiting
from ..reminders.weekly import Stuck

register = template.Library()


@register.filter
def home(integration: Integration) -> str:
    """The integration's own page, as it stands in a mail."""
    return absolute(path_of("integration", integration.reference))


@register.filter
def sentence(waiting: Waiting) -> str:
    """The sentence of something that waits, in the language in force."""
    return words.text_of(waiting)


@register.filter
def done_here(stuck: Stuck) -> str:
    """Where something stuck is done, as it stands in a mail."""
    return absolute(path_of(stuck.waiting.where, stuck.integration.reference, stuck.waiting.code))


@register.filter
def one_line(text: object) -> str:
    """What somebody called something, without line breaks: in plain text they would pass for ours."""
    return words.one_line(str(text))


@register.filter
def line_text(line: Line) -> str:
    """What a line of a digest says, in the language in force."""
    return words.text_of(line)


@register.filter
def at(mapping: dict[int, str], key: int) -> str:
    return mapping.get(key, "")
