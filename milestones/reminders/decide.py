"""Who is to be told what on a day: pure. No ORM, no clock, no request.

A `Case` is one integration as reminders read it: what waits (the gates' own answer, stored), whom it stands on, what
is unread. `lines` says who is told what of it on `day` under `rules`; `cadence` on which days there is a digest at
all, `due` by when something is to be done.
"""

from __future__ import annotations

import datetime
import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..process import Party, Role
from ..workdays import add_working_days, working_days_after
from .due import promised_on
from .rules import Rules


class Urgency(TextChoices):
    """Why something is told, most urgent first."""

    OVERDUE = "overdue", _("Overdue")
    ESCALATED = "escalated", _("Overdue with others")
    DUE_SOON = "due_soon", _("Due soon")
    RETURNED = "returned", _("Returned to you")
    APPROVAL_LATE = "approval_late", _("Waits for your approval longer than promised")
    DETAILS = "details", _("Account details not acknowledged")
    NOTICE = "notice", _("Unread notice from Digipost")
    CERTIFICATE = "certificate", _("Certificate about to expire")
    SUMMARY = "summary", _("Weekly summary")


RANK = {urgency.value: rank for rank, urgency in enumerate(Urgency)}


@dataclass(frozen=True)
class Waiting:
    """One of an integration's next moves, when it is due and since when it waits."""

    code: str
    reason: str
    role: Role
    where: str
    params: tuple[tuple[str, str], ...]
    due_on: datetime.date
    since: datetime.date | None = None


@dataclass(frozen=True)
class UnreadNotice:
    user_id: int
    receipt_id: int
    title: str


@dataclass(frozen=True)
class Case:
    """One active integration. `holders` names who can be told, by role: who is in and can sign in.

    `certificate_told` holds who was told of which mark (days before it expires) of the date that is recorded now.
    """

    integration_id: int
    waiting: tuple[Waiting, ...] = ()
    holders: dict[Role, tuple[int, ...]] = field(default_factory=dict)
    returned: bool = False
    submitted_on: datetime.date | None = None
    certificate_expires_on: datetime.date | None = None
    certificate_told: frozenset[tuple[int, int]] = frozenset()
    notices: tuple[UnreadNotice, ...] = ()
    has_contact: bool = True

    def readers(self, waiting: Waiting) -> tuple[int, ...]:
        """Who is told of it as a reader of notices, by name and from the first day."""
        unread = self.notices if waiting.reason == "notice_unread" else ()
        return tuple(dict.fromkeys(notice.user_id for notice in unread))

    def stands_on(self, waiting: Waiting) -> tuple[int, ...]:
        """Who must act: the named readers of a notice, or who holds the role."""
        return self.readers(waiting) or self.recipients_for(waiting.role)

    def recipients_for(self, role: Role) -> tuple[int, ...]:
        """Who is told of what stands on `role`: who holds it, else the project managers, else Digipost."""
        return next(
            (held for one in (role, Role.PROJECT_MANAGER, Role.ONBOARDING) if (held := self.holders.get(one))), ()
        )


@dataclass(frozen=True)
class Line:
    """One thing that one person is told of one integration.

    `due_on` is None where nothing is due, `role` where it is told for no role's sake; `stands_on` are those who must
    act.
    """

    user_id: int
    integration_id: int
    urgency: Urgency
    code: str
    reason: str
    role: Role | None
    where: str
    params: tuple[tuple[str, str], ...] = ()
    due_on: datetime.date | None = None
    receipt_id: int | None = None
    stands_on: tuple[int, ...] = ()
    since: datetime.date | None = None

    @property
    def mark(self) -> int | None:
        """Of a certificate's line, how many days before it expires this mark is."""
        return int(dict(self.params)["mark"]) if self.urgency is Urgency.CERTIFICATE else None

    @property
    def rank(self) -> tuple[int, datetime.date, int]:
        return RANK[self.urgency], self.due_on or datetime.date.max, self.integration_id


@dataclass
class Told:
    """What one person is told: how many things of each urgency, and of those the `most` most urgent.

    A certificate is told at its mark alone, so it is listed whatever else is more urgent; of more than `most` the rest
    has its turn in the next digest.
    """

    most: int
    counts: Counter[Urgency] = field(default_factory=Counter)
    _others: list[Line] = field(default_factory=list)
    _certificates: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Count a line, and keep it if it is among the most urgent: memory is bounded by `most`."""
        self.counts[line.urgency] += 1
        kept = self._certificates if line.code == "D.3" else self._others
        kept.append(line)
        if len(kept) > 2 * self.most:
            kept[:] = self._first(kept)

    def _first(self, found: list[Line]) -> list[Line]:
        return heapq.nsmallest(self.most, found, key=lambda line: line.rank)

    @property
    def lines(self) -> list[Line]:
        """What is listed, most urgent first."""
        return sorted(self._first(self._others) + self._first(self._certificates), key=lambda line: line.rank)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """How many things of each urgency there are, as of `parts_of`."""
        return parts_of(self.counts)

    @property
    def more(self) -> int:
        """How many things are not listed."""
        return self.counts.total() - len(self.lines)


def parts_of(counts: Counter[Urgency]) -> list[tuple[str, int]]:
    """The counts by the urgency's name, most urgent first."""
    return [(str(urgency.label), n) for urgency, n in sorted(counts.items(), key=lambda pair: RANK[pair[0]])]


def lines(case: Case, day: datetime.date, rules: Rules) -> Iterator[Line]:
    """Who is told what of `case` in a digest of `day`."""
    for waiting in case.waiting:
        yield from _of_waiting(case, waiting, day, rules)
    for notice in case.notices:
        yield Line(
            user_id=notice.user_id,
            integration_id=case.integration_id,
            urgency=Urgency.NOTICE,
            code="D.2",
            reason="notice_unread_by_you",
            role=None,
            where="notice",
            params=(("title", notice.title),),
            receipt_id=notice.receipt_id,
            stands_on=(notice.user_id,),
        )
    yield from _of_certificate(case, day, rules)


def due_on(case: Case, waiting: Waiting, rules: Rules) -> datetime.date:
    """The date by which it is to be done: the plan's, or what Digipost promises of an approval."""
    if waiting.reason == "awaiting_approval" and case.submitted_on:
        return promised_on(case.submitted_on, rules.approval_days)
    return waiting.due_on


def urgency_of(case: Case, waiting: Waiting, day: datetime.date, rules: Rules) -> Urgency | None:
    """How pressing it is on `day` for whom it stands on; None while it is not due."""
    due = due_on(case, waiting, rules)
    if waiting.reason == "awaiting_approval":
        return Urgency.APPROVAL_LATE if day > due else None
    if waiting.reason == "details_unacknowledged":
        return Urgency.DETAILS
    if day > due:
        return Urgency.OVERDUE
    if due <= add_working_days(day, rules.lead_days):
        return Urgency.DUE_SOON
    if case.returned and waiting.role.party is Party.SENDER:
        return Urgency.RETURNED
    return None


class LastLook(NamedTuple):
    """The day of the last look for what is overdue; of which integrations it told something; when some were imported.

    What an import brings is told of by the import, however late it is.
    """

    day: datetime.date
    told: frozenset[int] = frozenset()
    imported: Mapping[int, datetime.date] = MappingProxyType({})


def newly_overdue(case: Case, day: datetime.date, before: LastLook, rules: Rules) -> list[Waiting]:
    """What is overdue on `day`, or waits for approval longer than promised, and was not, or did not, at the last look.

    What began to wait on that very day, late already, began before that look if it told of the integration.
    """
    imported = before.imported.get(case.integration_id)
    first_day_untold = before.day + datetime.timedelta(days=case.integration_id in before.told)

    def is_late(waiting: Waiting, on: datetime.date) -> bool:
        return urgency_of(case, waiting, on, rules) in (Urgency.OVERDUE, Urgency.APPROVAL_LATE)

    def was_late(waiting: Waiting) -> bool:
        if imported and is_late(waiting, imported) and (waiting.since is None or waiting.since <= imported):
            return True
        return is_late(waiting, before.day) and (waiting.since is None or waiting.since < first_day_untold)

    return [waiting for waiting in case.waiting if is_late(waiting, day) and not was_late(waiting)]


def _of_waiting(case: Case, waiting: Waiting, day: datetime.date, rules: Rules) -> Iterator[Line]:
    urgency = urgency_of(case, waiting, day, rules)
    if urgency is None:
        return
    due = due_on(case, waiting, rules)
    told = case.stands_on(waiting)
    if not case.readers(waiting):  # each of them has a line for each notice
        yield from (_line(case, waiting, user, urgency, due) for user in told)
    for user in _escalated_to(case, working_days_after(due, day), rules):
        if user not in told:
            yield _line(case, waiting, user, Urgency.ESCALATED, due)


def _line(case: Case, waiting: Waiting, user: int, urgency: Urgency, due: datetime.date) -> Line:
    return Line(
        user_id=user,
        integration_id=case.integration_id,
        urgency=urgency,
        code=waiting.code,
        reason=waiting.reason,
        role=None if case.readers(waiting) else waiting.role,
        where=waiting.where,
        params=waiting.params,
        due_on=due,
        stands_on=case.stands_on(waiting),
        since=waiting.since,
    )


def _escalated_to(case: Case, overdue: int, rules: Rules) -> Sequence[int]:
    """Who else is told after `overdue` working days, each once."""
    roles: list[Role] = []
    if overdue >= rules.manager_after:
        roles.append(Role.PROJECT_MANAGER)
    if overdue >= rules.owner_after:
        roles += [Role.BUSINESS_OWNER, Role.ONBOARDING]
    return list(dict.fromkeys(user for role in roles for user in case.holders.get(role, ())))


def _of_certificate(case: Case, day: datetime.date, rules: Rules) -> Iterator[Line]:
    """Told once at each mark that has come, and daily when it has expired, to whom the certificate stands on.

    In operations an expired one waits, as D.3; before that no gate asks for it, but it is as useless.
    """
    expires = case.certificate_expires_on
    if expires is None or any(waiting.code == "D.3" for waiting in case.waiting):
        return
    left = (expires - day).days
    mark = min((mark for mark in rules.certificate_days if left <= mark), default=None)
    told = case.recipients_for(Role.TECHNICAL_LEAD)
    if left <= 0:
        yield from (
            _certificate_line(case, user, Urgency.OVERDUE, "certificate_expired", expires, told) for user in told
        )
    elif mark is not None:
        for user in told:
            if (user, mark) not in case.certificate_told:
                yield _certificate_line(case, user, Urgency.CERTIFICATE, "certificate_expires", expires, told, mark)


def _certificate_line(
    case: Case,
    user: int,
    urgency: Urgency,
    reason: str,
    expires: datetime.date,
    told: tuple[int, ...],
    mark: int | None = None,
) -> Line:
    params = (("day", expires.isoformat()), ("mark", str(mark))) if mark is not None else ()
    return Line(
        user_id=user,
        integration_id=case.integration_id,
        urgency=urgency,
        code="D.3",
        reason=reason,
        role=Role.TECHNICAL_LEAD,
        where="operations",
        params=params,
        due_on=expires,
        stands_on=told,
    )
