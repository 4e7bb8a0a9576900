"""Tokens of the API: the sentence of each kind of event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ...models import EventKind, Scope
from ..formatters import Family, Formatter, register
from .labels import labels_of

register(
    EventKind.TOKEN_MADE,
    Formatter(Family.PEOPLE, _("%(who)s made the API token “%(subject)s”"), values=labels_of(Scope)),
)
register(EventKind.TOKEN_REVOKED, Formatter(Family.PEOPLE, _("%(who)s revoked the API token “%(subject)s”")))
register(
    EventKind.TOKEN_USED,
    Formatter(Family.PEOPLE, _("%(who)s used the API token “%(subject)s”, which read what is recorded here")),
)
