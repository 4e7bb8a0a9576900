"""Why somebody is told something today, and why not: the digest's own rules, asked for one person and integration."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..facts import facts_of
from ..gates import findings
from ..models import Integration, Mail, MailKind, MailLine, MailState, User
from ..process import MILESTONE_NUMBERS, Role, Status, Text
from . import cases
from .decide import Case, Line, Rules, Waiting, digest_on, lines, told_from


class Answer(TextChoices):
    """Why somebody is, or is not, told of a requirement on a day."""

    TOLD_TODAY = "told_today", _("Already told today")
    TELLS = "tells", _("Is told in today's digest")
    NOT_TODAY = "not_today", _("Not a day on which this digest goes out")
    NOT_YET_DUE = "not_yet_due", _("Not yet due: told from %(day)s")
    OTHERS = "others", _("Stands on somebody else: %(roles)s")
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
            "day": self.day.strftime("%d.%m.%Y") if self.day else "",
            "roles": ", ".join(str(role.label) for role in self.roles),
        }


def verdicts(integration: Integration, person: User, day: datetime.date) -> list[Verdict]:
    """For every requirement and own item of the integration: why `person` is, or is not, told of it on `day`."""
    rules = cases.rules_in_force()
    facts = facts_of(integration)
    found = [case for chunk in cases.chunks(Integration.objects.filter(pk=integration.pk)) for case in chunk]
    rows = [finding for number in (*MILESTONE_NUMBERS, None) for finding in findings(number, facts)]
    on_it = person.is_staff or person.pk in facts.member_ids
    told = _told_today(integration, person, day)
    return [
        _verdict(finding.key, finding.title, finding.counts, on_it, integration, person, day, rules, found, told)
        for finding in rows
    ]


def _told_today(integration: Integration, person: User, day: datetime.date) -> set[str]:
    sent = Mail.objects.filter(recipient=person, kind=MailKind.DIGEST, day=day, state=MailState.SENT)
    return set(MailLine.objects.filter(mail__in=sent, integration=integration).values_list("code", flat=True))


def _verdict(
    code: str,
    title: Text,
    counts: bool,
    on_it: bool,
    integration: Integration,
    person: User,
    day: datetime.date,
    rules: Rules,
    found: list[Case],
    told: set[str],
) -> Verdict:
    if not on_it:
        return Verdict(code, title, Answer.LEFT)
    if integration.status != Status.ACTIVE or not found:
        return Verdict(code, title, Answer.RESTS)
    if not counts:
        return Verdict(code, title, Answer.DONE)
    case = found[0]
    waiting = [one for one in case.waiting if one.code == code]
    if not waiting:
        return Verdict(code, title, Answer.CANNOT_START)
    mine = [line for line in lines(case, day, rules, {person.pk: person.digest}) if _is_mine(line, code, person)]
    if code in told:
        return Verdict(code, title, Answer.TOLD_TODAY, day)
    if mine:
        goes = digest_on(day, rules, person.digest)
        return Verdict(code, title, Answer.TELLS if goes else Answer.NOT_TODAY, day)
    return _not_told(code, title, case, waiting, person, day, rules)


def _not_told(
    code: str, title: Text, case: Case, waiting: list[Waiting], person: User, day: datetime.date, rules: Rules
) -> Verdict:
    own = [one for one in waiting if person.pk in case.told(one.role)]
    if not own:
        return Verdict(code, title, Answer.OTHERS, roles=tuple(dict.fromkeys(one.role for one in waiting)))
    first = min(told_from(case, one, day, rules) for one in own)
    return Verdict(code, title, Answer.NOT_YET_DUE, first)


def _is_mine(line: Line, code: str, person: User) -> bool:
    return line.code == code and line.user_id == person.pk
