"""Somebody reminds others of what stands on them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.dateparse import parse_date

from ... import nudges
from ...addresses import path_to
from ...models import EventKind, MailKind
from ..kind import registered
from ..question_links import Question, question_address
from ..words import text_of
from .event_news import EventNews


@registered(MailKind.NUDGE_ANSWERED)
class NudgeAnswered(EventNews):
    """Whoever was reminded says when it will be done, or what is in the way; told whoever sent the reminder."""

    tells_of = (EventKind.NUDGE_ANSWERED,)

    def context(self) -> dict[str, Any]:
        item = nudges.items_of(self.integration, self.today.rules).get(nudges.key_in(self.event))
        on = parse_date(self.event.to_value) if self.event.to_value else None
        return super().context() | {"what": text_of(item.waiting) if item else "", "on": on}


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
        return super().context() | {
            "what": text_of(self._item.waiting),
            "due_on": self._item.due_on,
            "answer_url": self._answer_url,
        }

    @property
    def _answer_url(self) -> str:
        """Where it is answered without signing in; staff sign in."""
        person = self.person
        return question_address(person, Question.NUDGE, self.event.pk) if person and not person.is_staff else ""

    def path(self) -> str:
        return path_to(self._item.waiting, self.integration.reference) if self._item else super().path()
