"""What mails need beyond Django."""

from __future__ import annotations

import datetime

from django import template
from django.utils.formats import date_format

from ..addresses import absolute, path_of, path_to
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
    return absolute(path_to(stuck.waiting, stuck.integration.reference))


@register.filter
def one_line(text: object) -> str:
    """What somebody called something, without line breaks: in plain text they would pass for ours."""
    return words.one_line(str(text))


@register.filter
def line_text(line: Line) -> str:
    """What a line of a digest says, in the language in force."""
    return words.text_of(line)


@register.filter(expects_localtime=True)
def day(when: datetime.date) -> str:
    """A date as it stands in a mail."""
    return words.day_text(when)


@register.filter(expects_localtime=True)
def moment(when: datetime.datetime) -> str:
    """A date and an hour, as they stand in a mail."""
    return f"{day(when)} {date_format(when, 'H:i')}"


@register.filter
def at(mapping: dict[int, str], key: int) -> str:
    return mapping.get(key, "")
