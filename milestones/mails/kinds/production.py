"""Production sending was opened."""

from __future__ import annotations

from ...models import EventKind, MailKind
from ..kind import registered
from .event_news import SENDERS_ROLES, EventNews


@registered(MailKind.PRODUCTION_OPENED)
class ProductionOpened(EventNews):
    tells_of = (EventKind.PRODUCTION_ENABLED,)
    told_to = SENDERS_ROLES
    page = "production"

    def is_still_so(self) -> bool:
        return self.integration.accounts.production_enabled
