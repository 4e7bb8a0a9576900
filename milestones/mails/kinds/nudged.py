"""Somebody reminds others of what stands on them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ... import nudges
from ...addresses import path_to
from ...models import EventKind, MailKind
from ..kind import registered
from ..words import text_of
from .event_news import EventNews


@registered(MailKind.NUDGED)
class Nudged(EventNews):
    """Sent while it still waits, and stands on the recipient."""

    tells_of = (EventKind.NUDGED,)

    @cached_property
    def _item(self) -> nudges.Item | None:
        return nudges.items_of(self.integration, self.today.rules).get(nudges.key_in(self.event))

    def is_still_so(self) -> bool:
        return self._item is not None and self.row.recipient_id in self._item.stands_on

    def context(self) -> dict[str, Any]:
        if self._item is None:
            return super().context()
        return super().context() | {"what": text_of(self._item.waiting), "due_on": self._item.due_on}

    def path(self) -> str:
        return path_to(self._item.waiting, self.integration.reference) if self._item else super().path()
