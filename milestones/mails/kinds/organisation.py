"""An organisation stands otherwise in the register of entities: bankrupt, being wound up, deleted, or no longer so."""

from __future__ import annotations

from typing import Any

from ...event_words import formatter_of
from ...models import EventKind, MailKind
from ..kind import registered
from .event_news import EventNews


@registered(MailKind.ORGANISATION)
class OrganisationNews(EventNews):
    tells_of = (EventKind.ORGANISATION_CHANGED,)
    also_of_what_rests = True

    def is_still_so(self) -> bool:
        return (self.integration.organisation.standing or "unknown") == self.event.to_value.partition(" ")[0]

    def context(self) -> dict[str, Any]:
        return super().context() | {"standing": formatter_of(self.event.kind).value(self.event.to_value)}
