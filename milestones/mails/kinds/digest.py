"""The digest: what waits for somebody, by integration, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ...addresses import absolute, path_to
from ...models import Integration, MailKind, mail_key
from ...process import Role
from ...reminders.cadence import digest_on, occasion_of
from ...reminders.decide import Line, Told, Urgency
from ..answering import contact_of
from ..kind import registered
from ..question_links import Question, question_address
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
        """The lines by integration: the one with the most urgent line first, and within each the most urgent first."""
        groups: dict[int, list[dict[str, str]]] = {}
        for line in self._listed:
            entries = groups.setdefault(line.integration_id, [])
            entry = _entry(line, self.today.known, is_first=not _has_escalated(entries))
            entries.append(entry | {"answer_url": self._answer_url(line)})
        integrations = self.today.known.integrations
        return {"groups": [(_about(integrations[pk]), found) for pk, found in groups.items()]} | self._counted()

    def _answer_url(self, line: Line) -> str:
        """Where it is answered without signing in, if it costs one press and decides nothing."""
        mine = line.urgency is not Urgency.ESCALATED and not self.reader.is_staff
        if line.reason != "details_unacknowledged" or not mine:
            return ""
        passed_at = self.today.known.integrations[line.integration_id].accounts.details_passed_at
        about = (line.integration_id, passed_at.isoformat() if passed_at else "")
        return question_address(self.reader, Question.DETAILS, *about)

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


def _about(integration: Integration) -> str:
    return one_line(f"{integration.reference} {integration.name}, {integration.organisation.name}")


def _has_escalated(entries: list[dict[str, str]]) -> bool:
    return any(entry["why"] for entry in entries)


def _entry(line: Line, known: Known, *, is_first: bool) -> dict[str, str]:
    """One thing as both text and HTML say it: worked out once, for templates are the most of what sending costs.

    `why` says why its reader is told of what stands on others, at the first such thing of an integration.
    """
    integration = known.integrations[line.integration_id]
    explains = line.urgency is Urgency.ESCALATED and is_first
    return {
        "urgency": str(line.urgency.label),
        "text": one_line(text_of(line)),
        "who_when": one_line(" · ".join(_who_and_when(line, integration, known))),
        "why": _("You are told because it has been overdue for so long. Ask what is in the way.") if explains else "",
        "url": absolute(path_to(line, integration.reference, line.receipt_id)),
    }


def _who_and_when(line: Line, integration: Integration, known: Known) -> Iterator[str]:
    """Who must act, and by when: of what waits for Digipost, who answers, and when that was promised."""
    names = known.names_of(line)
    if line.role is Role.ONBOARDING:
        yield _("Digipost answers: %(names)s") % {"names": names} if names else _("No contact at Digipost yet")
    else:
        role = str(line.role.label) if line.role else _("whoever reads Digipost's notices")
        yield _("Responsible: %(who)s") % {"who": f"{role} ({names})" if names else role}
    if line.due_on:
        by = _("Answer by %(day)s") if line.role is Role.ONBOARDING else _("Due date %(day)s")
        yield by % {"day": date_format(line.due_on)}
