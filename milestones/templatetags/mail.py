"""What mails need beyond Django."""

from __future__ import annotations

from django import template

from ..addresses import absolute, path_of
from ..models import Integration, WaitingItem
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
