"""Why somebody is told something, and why not: the digest's own rules, asked for one person and integration."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db.models import Q, TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .. import clock
from ..facts import facts_of
from ..gates import INTAKE, findings
from ..models import Integration, MailKind, SendState, User
from ..process import MILESTONE_NUMBERS, MILESTONE_TITLES, Role, Status, Text
from ..workdays import is_working_day
from . import cases
from .cadence import digest_on
from .decide import Case, lines

LOOKS_AHEAD = 200
"""Days."""


class Answer(TextChoices):
    """Why somebody is, or is not, told of a requirement."""

    TOLD_TODAY = "told_today", _("Already told today")
    TELLS_TODAY = "tells_today", _("Is told today")
    FAILED_TODAY = "failed_today", _("Today's digest could not be sent; is told in the next one, %(day)s")
    DAY_OFF = "day_off", _("Today is not a working day: is told in the next digest, %(day)s")
    TELLS = "tells", _("Is told in the next digest, %(day)s")
    NOT_YET_DUE = "not_yet_due", _("Not yet due: told from %(day)s")
    OTHERS = "others", _("Somebody else is responsible: %(roles)s")
    ESCALATES = "escalates", _("Somebody else is responsible: %(roles)s. Told too from %(day)s, if it is not done")
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
            "day": date_format(self.day) if self.day else "",
            "roles": ", ".join(str(role.label) for role in self.roles),
        }


def verdicts(integration: Integration, person: User, now: datetime.datetime) -> list[Verdict]:
    """For every requirement and own item, and for submitting and approving: why `person` is told of it, or is not."""
    asked = _Asked(integration, person, clock.in_oslo(now))
    facts = facts_of(integration)
    rows = [finding for number in (*MILESTONE_NUMBERS, None) for finding in findings(number, facts)]
    found = [asked.about(finding.key, finding.title, finding.counts) for finding in rows]
    known = {finding.key for finding in rows}
    waits = dict.fromkeys(one.code for one in asked.case.waiting if one.code not in known) if asked.case else ()
    return [asked.about(code, _title_of(code), True) for code in waits] + found


def _title_of(code: str) -> Text:
    """What waits and is no requirement: an intake, or a milestone that is to be submitted or approved."""
    return _("Acceptance of the intake") if code == INTAKE else f"{code[1:]} {MILESTONE_TITLES[int(code[1:])]}"


def _as_told(case: Case, person: User) -> Case:
    """The case, reduced to what can change what `person` is told, so that large cases cost no more than small ones.

    Items with the same code, reason, role and due date are kept once, and one other holder stands for all of a role.
    """
    alike = {(one.code, one.reason, one.role, one.due_on): one for one in case.waiting}
    holders = {role: (person.pk,) if person.pk in held else held[:1] for role, held in case.holders.items()}
    mine = tuple(notice for notice in case.notices if notice.user_id == person.pk)
    return replace(case, waiting=tuple(alike.values()), holders=holders, notices=mine or case.notices[:1])


class _Asked:
    """One person and one integration, at one moment."""

    def __init__(self, integration: Integration, person: User, now: datetime.datetime) -> None:
        self.integration, self.person, self.now, self.rules = integration, person, now, cases.rules_in_force()
        mine = Integration.objects.filter(pk=integration.pk)
        case = next((case for chunk in cases.chunks(mine) for case in chunk), None)
        self.case: Case | None = _as_told(case, person) if case else None
        self.on_it = person.is_staff or integration.members.joined().filter(user=person).exists()
        self.last = person.mails.last_digests(now.date()).get(person.pk)
        of_today = Q(day=now.date()) | Q(state=SendState.SENT, sent_at__date=now.date())
        self.digest = person.mails.filter(of_today, kind=MailKind.DIGEST).first()
        sent = self.digest if self.digest and self.digest.state == SendState.SENT else None
        self.told = set(sent.lines.filter(integration=integration).values_list("code", flat=True)) if sent else set()
        self.next_on = self._next_digest()
        self.first = self._first_told()

    def _next_digest(self) -> datetime.date:
        """The first day on which a digest can still go out to them."""
        day = self.now.date()
        if not self._today_is_open():
            day += datetime.timedelta(days=1)
        while not self._digest_on(day, self.last):
            day += datetime.timedelta(days=1)
        return day

    def _today_is_open(self) -> bool:
        if self.digest is None:
            return self.now.time() < self.rules.closes_at
        on_its_way = self.digest.state in (SendState.WAITING, SendState.SENDING)
        return on_its_way and (self.digest.forced or self.now.time() < self.rules.closes_at)

    def _digest_on(self, day: datetime.date, last: datetime.date | None) -> bool:
        forced = self.digest is not None and self.digest.forced and day == self.now.date()
        return digest_on(day, self.rules, self.person.digest, last, forced=forced)

    def _first_told(self) -> dict[str, datetime.date]:
        """By code, the first coming digest that tells them of it, if nothing changes."""
        first: dict[str, datetime.date] = {}
        last = self.last
        for ahead in range(LOOKS_AHEAD):
            day = self.next_on + datetime.timedelta(days=ahead)
            codes = self._codes(day) if self._digest_on(day, last) else set()
            first = dict.fromkeys(codes, day) | first
            last = day if codes else last
        return first

    def _codes(self, day: datetime.date) -> set[str]:
        found = lines(self.case, day, self.rules) if self.case else ()
        return {line.code for line in found if line.user_id == self.person.pk}

    def about(self, code: str, title: Text, counts: bool) -> Verdict:
        if not self.on_it:
            return Verdict(code, title, Answer.LEFT)
        if self.integration.status != Status.ACTIVE or self.case is None:
            return Verdict(code, title, Answer.RESTS)
        if code in self.told:
            return Verdict(code, title, Answer.TOLD_TODAY)
        first = self.first.get(code)
        if first == self.next_on:
            return Verdict(code, title, self._tells(code), first)
        waiting = [one for one in self.case.waiting if one.code == code]
        if not waiting:
            return Verdict(code, title, Answer.CANNOT_START if counts else Answer.DONE)
        if any(self.person.pk in self.case.stands_on(one) for one in waiting):
            return Verdict(code, title, Answer.NOT_YET_DUE, first)
        roles = tuple(dict.fromkeys(one.role for one in waiting))
        return Verdict(code, title, Answer.ESCALATES if first else Answer.OTHERS, first, roles)

    def _tells(self, code: str) -> Answer:
        """How to say that the next digest tells them: today's, or why it is not today's."""
        today = self.now.date()
        if self.next_on == today:
            return Answer.TELLS_TODAY
        if not is_working_day(today):
            return Answer.DAY_OFF
        failed = self.digest is not None and self.digest.state == SendState.FAILED
        return Answer.FAILED_TODAY if failed and code in self._codes(today) else Answer.TELLS
