"""A requirement of an approved milestone, or of operations, is no longer met."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ...addresses import path_to
from ...models import EventKind, Integration, MailKind, WaitingItem
from ...process import REQUIREMENTS
from ..kind import registered
from ..words import text_of
from .event_news import EventNews


@registered(MailKind.LAPSED)
class Lapsed(EventNews):
    tells_of = (EventKind.REQUIREMENT_LAPSED,)

    @property
    def _missing(self) -> QuerySet[WaitingItem]:
        beside = {"reason": "deviation_open"}  # work, and nothing that is no longer met
        return self.integration.waiting_items.filter(code=self.event.subject).exclude(**beside)

    def is_still_so(self) -> bool:
        return self._missing.exists()

    def context(self) -> dict[str, Any]:
        missing = [text_of(item) for item in self._missing]
        code = self.event.subject
        of_operations = code in REQUIREMENTS and REQUIREMENTS[code].milestone is None
        named = {"requirement": _titled(code, self.integration), "of_operations": of_operations}
        return super().context() | {"missing": missing, **named}

    def path(self) -> str:
        item = self._missing.first()
        return path_to(item, self.integration.reference) if item else super().path()


def _titled(code: str, integration: Integration) -> str:
    """A requirement with its code, or the title of an own item."""
    if code in REQUIREMENTS:
        return f"{code} {REQUIREMENTS[code].title}"
    return next((item.title for item in integration.items.all() if item.key == code), code)
