"""The weekly summary: what moved, what is stuck and on whom, what comes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from ...models import MailKind
from ...reminders import weekly
from ...reminders.decide import Line, Urgency
from ...workdays import iso_week
from ..answering import contact_of
from ..kind import registered
from .by_day import ByDay


@registered(MailKind.WEEKLY)
class Weekly(ByDay):
    layout = "emails/weekly.html"
    stopped_by = "weekly"

    @cached_property
    def _summary(self) -> weekly.Summary:
        return weekly.summary_for(self.reader, self.today.day, self.today.rules)

    def refusal(self) -> str | None:
        if not self.reader.weekly_summary:
            return _("The recipient does not want the weekly summary any more.")
        if iso_week(self.row.day) != iso_week(self.today.day):
            return _("The week is over; the next summary goes on where the last one ended.")
        return None if self._summary else _("Nothing moved, was stuck or came up.")

    def context(self) -> dict[str, Any]:
        return {"summary": self._summary}

    def reply_to(self) -> list[str]:
        return contact_of(next(iter(self._summary.integrations.values())), self.reader)

    def lines(self) -> tuple[Line, ...]:
        """One for each integration named, so that the summary is listed among that integration's mail."""
        return tuple(
            Line(self.reader.pk, pk, Urgency.SUMMARY, "", "in_summary", None, "integration")
            for pk in self._summary.integrations
        )
