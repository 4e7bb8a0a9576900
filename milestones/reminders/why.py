"""Why somebody is told something, and why not: the digest's own rules, asked for one person and integration."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ..facts import facts_of
from ..gates import findings
from ..models import Integration, Mail, MailKind, MailLine, MailState, User
from ..process import MILESTONE_NUMBERS, MILESTONE_TITLES, Role, Status, Text
from . import cases
from .decide import Case, Rules, digest_on, lines

LOOKS_AHEAD = 200
"""Days."""


class Answer(TextChoices):
    """Why somebody is, or is not, told of a requirement."""

    TOLD_TODAY = "told_today", _("Already told today")
    TELLS = "tells", _("Is told in the next digest, %(day)s")
    NOT_YET_DUE = "not_yet_due", _("Not yet due: told from %(day)s")
    OTHERS = "others", _("Stands on somebody else: %(roles)s")
    ESCALATES = "escalates", _("Stands on somebody else: %(roles)s. Told too from %(day)s, if it is not done")
    CANNOT_START = "cannot_start", _("Cannot start yet")
    DONE = "done", _("Done")
    RESTS = "rests", _("The integration is paused or closed: nobody is reminded")
    LEFT = "left", _("Not on this integration")


@dataclass(frozen=True)
class Verdict:
    code: str
    title: Text
    answer: Answer
    day: datetime.date | None = None
    roles: tuple[Role, ...] = ()

    @property
    def text(self) -> str:
        """The answer in words, in the language in force."""
        return str(self.answer.label) % {
            "day": date_format(self.day, "j. F Y") if self.day else "",
            "roles": ", ".join(str(role.label) for role in self.roles),
        }


def verdicts(integration: Integration, person: User, now: datetime.datetime) -> list[Verdict]:
    """For every requirement and own item, and for submitting and approving: why `person` is told of it, or is not."""
    asked = _Asked(integration, person, timezone.localtime(now))
    facts = facts_of(integration)
    rows = [finding for number in (*MILESTONE_NUMBERS, None) for finding in findings(number, facts)]
    found = [asked.about(finding.key, finding.title, finding.counts) for finding in rows]
    waits = [one.code for one in asked.case.waiting if one.code.startswith("M")] if asked.case else []
    return [asked.about(code, f"{code[1:]} {MILESTONE_TITLES[int(code[1:])]}", True) for code in waits] + found


class _Asked:
    """One person and one integration, at one moment."""

    def __init__(self, integration: Integration, person: User, now: datetime.datetime) -> None:
        self.integration, self.person, self.rules = integration, person, cases.rules_in_force()
        mine = Integration.objects.filter(pk=integration.pk)
        self.case: Case | None = next((case for chunk in cases.chunks(mine) for case in chunk), None)
        self.on_it = person.is_staff or integration.members.joined().filter(user=person).exists()
        digests = Mail.objects.filter(recipient=person, kind=MailKind.DIGEST, day=now.date())
        sent = MailLine.objects.filter(mail__in=digests.filter(state=MailState.SENT), integration=integration)
        self.told = set(sent.values_list("code", flat=True))
        self.last = person.mails.last_digests(now.date()).get(person.pk)
        self.next_on = self._next_digest(now, already=digests.exists())

    def _next_digest(self, now: datetime.datetime, *, already: bool) -> datetime.date:
        """The first day on which a digest can still go out to them."""
        day = now.date()
        if already or now.time() >= self.rules.closes_at:
            day += datetime.timedelta(days=1)
        while not digest_on(day, self.rules, self.person.digest, self.last):
            day += datetime.timedelta(days=1)
        return day

    def about(self, code: str, title: Text, counts: bool) -> Verdict:
        if not self.on_it:
            return Verdict(code, title, Answer.LEFT)
        if self.integration.status != Status.ACTIVE or self.case is None:
            return Verdict(code, title, Answer.RESTS)
        if code in self.told:
            return Verdict(code, title, Answer.TOLD_TODAY)
        first = self._first_told(self.case, code)
        if first == self.next_on:
            return Verdict(code, title, Answer.TELLS, first)
        waiting = [one for one in self.case.waiting if one.code == code]
        if not waiting:
            return Verdict(code, title, Answer.CANNOT_START if counts else Answer.DONE)
        if any(self.person.pk in self.case.told(one.role) for one in waiting):
            return Verdict(code, title, Answer.NOT_YET_DUE, first)
        roles = tuple(dict.fromkeys(one.role for one in waiting))
        return Verdict(code, title, Answer.ESCALATES if first else Answer.OTHERS, first, roles)

    def _first_told(self, case: Case, code: str) -> datetime.date | None:
        """The first coming digest that tells them of `code`, if nothing changes."""
        for ahead in range(LOOKS_AHEAD):
            day = self.next_on + datetime.timedelta(days=ahead)
            if digest_on(day, self.rules, self.person.digest, self.last) and self._tells(case, code, day, self.rules):
                return day
        return None

    def _tells(self, case: Case, code: str, day: datetime.date, rules: Rules) -> bool:
        return any(line.code == code and line.user_id == self.person.pk for line in lines(case, day, rules))
