"""The digest: what waits for somebody, most urgent first."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ...addresses import absolute, path_to
from ...models import MailKind, called, mail_key
from ...reminders.cadence import digest_on, occasion_of
from ...reminders.decide import Line, Told, Urgency
from ..answering import contact_of
from ..kind import registered
from ..today import Known
from ..words import one_line, text_of
from .by_day import ByDay


@registered(MailKind.DIGEST)
class Digest(ByDay):
    layout = "emails/digest.html"
    stopped_by = "digest"

    @property
    def _told(self) -> Told | None:
        return self.today.told.get(self.reader.pk)

    @cached_property
    def _listed(self) -> tuple[Line, ...]:
        return tuple(self._told.lines) if self._told else ()

    def refusal(self) -> str | None:
        """It holds for its day, or its week, while the recipient still wants it as often as that."""
        today, reader = self.today, self.reader
        if self.row.key != mail_key(reader.pk, MailKind.DIGEST, occasion_of(today.day, reader.digest)):
            return _("Its day or week is over, or the recipient wants it more or less often now.")
        last = today.last.get(reader.pk)
        if not digest_on(today.day, today.rules, reader.digest, last, forced=self.row.forced):
            return _("No digest is due to the recipient today, or they have had it.")
        return None if self._told else _("Nothing was due any more.")

    def lines(self) -> tuple[Line, ...]:
        return self._listed

    def context(self) -> dict[str, Any]:
        groups: dict[Urgency, list[dict[str, str]]] = {}
        for line in self._listed:
            groups.setdefault(line.urgency, []).append(_entry(line, self.today.known))
        return {"groups": [(urgency, urgency.label, entries) for urgency, entries in groups.items()]} | self._counted()

    def _counted(self) -> dict[str, int]:
        """How many things there are, and how many of them are not listed."""
        if self._told is None:
            return {}
        counts = self._told.counts
        others = counts[Urgency.ESCALATED]
        mine, overdue = counts.total() - others, counts[Urgency.OVERDUE]
        return {"mine": mine, "others": others, "overdue": overdue, "more": self._told.more}

    def reply_to(self) -> list[str]:
        return contact_of(self.today.known.integrations[self._listed[0].integration_id], self.reader)


def _entry(line: Line, known: Known) -> dict[str, str]:
    """One thing as both text and HTML say it: worked out once, for templates are the most of what sending costs."""
    integration = known.integrations[line.integration_id]
    people = (known.people[user] for user in line.stands_on if user in known.people)
    names = ", ".join(called(person, line.integration_id, known.names) for person in people)
    role = str(line.role.label) if line.role else _("Reads Digipost's notices")
    stands_on = f"{_('Stands on')}: {role}" + (f" ({names})" if names else "")
    due = f" · {_('Due date')} {date_format(line.due_on)}" if line.due_on else ""
    return {
        "text": one_line(text_of(line)),
        "about": one_line(f"{integration.reference} {integration.name}, {integration.organisation.name}"),
        "stands_on": one_line(stands_on + due),
        "url": absolute(path_to(line, integration.reference, line.receipt_id)),
    }
