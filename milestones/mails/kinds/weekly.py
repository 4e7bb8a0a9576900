"""The weekly summary: what moved, what is stuck and on whom, what comes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from ... import clock
from ...models import Event, EventKind, MailKind, Milestone
from ...process import MilestoneState
from ...reminders import weekly
from ...reminders.decide import Line, Urgency
from ...workdays import iso_week
from ..answering import contact_of
from ..kind import registered
from ..question_links import HOLDS, Question, question_address
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
        return {"summary": self._summary, "on_track": self._asked_if_on_track()}

    def _asked_if_on_track(self) -> dict[int, str]:
        """Where a project manager says without signing in that a date which is near holds, by integration."""
        if self.reader.is_staff:
            return {}
        said = Event.objects.filter(actor=self.reader, kind=EventKind.ON_TRACK, at__gt=clock.now() - HOLDS)
        answered = set(said.values_list("integration", "subject", "to_value"))
        near = Milestone.objects.filter(
            integration__in=[one.pk for one in self._summary.comes.rows], state=MilestoneState.IN_PROGRESS
        )
        return {
            one.integration_id: question_address(
                self.reader, Question.TRACK, one.integration_id, one.number, str(one.target_on)
            )
            for one in near.exclude(target_on=None)
            if (one.integration_id, str(one.number), str(one.target_on)) not in answered
        }

    def reply_to(self) -> list[str]:
        return contact_of(next(iter(self._summary.integrations.values())), self.reader)

    def lines(self) -> tuple[Line, ...]:
        """One for each integration named, so that the summary is listed among that integration's mail."""
        return tuple(
            Line(self.reader.pk, pk, Urgency.SUMMARY, "", "in_summary", None, "integration")
            for pk in self._summary.integrations
        )
