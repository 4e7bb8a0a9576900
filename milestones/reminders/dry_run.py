"""Who would get what under rules as edited, day by day, if nothing else changed."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..models import Integration, Mail, User
from ..process import Cadence
from ..workdays import add_working_days, iso_week
from . import cases
from .cadence import digest_on
from .decide import Case, Line, Told, Urgency, lines, parts_of
from .rules import Rules

AHEAD = 14
"""Working days."""
MOST_PEOPLE = 25
"""How many people a day names; of more it says how many."""
MOST_LINES = 5
"""How many things it names of each person's digest; the rest is counted."""


@dataclass(frozen=True)
class Reader:
    """How often somebody has a digest, and when they were last sent one, if that was this week."""

    cadence: str
    last: datetime.date | None


@dataclass
class Day:
    """How many digests there would be, how many things of each urgency in them, and what the first are told."""

    day: datetime.date
    digests: int = 0
    counts: Counter[Urgency] = field(default_factory=Counter)
    told: list[tuple[User, Told]] = field(default_factory=list)

    @property
    def things(self) -> int:
        return self.counts.total()

    @property
    def parts(self) -> list[tuple[str, int]]:
        return parts_of(self.counts)

    @property
    def more(self) -> int:
        return self.digests - len(self.told)


def days(start: datetime.date, rules: Rules, person: User | None = None) -> list[Day]:
    """The coming 14 working days from `start`; of the integrations that concern `person`, or of all."""
    coming = [add_working_days(start - datetime.timedelta(days=1), n) for n in range(1, AHEAD + 1)]
    found: dict[datetime.date, dict[int, Told]] = {day: defaultdict(lambda: Told(MOST_LINES)) for day in coming}
    asked = cases.of_users([person]) if person else Integration.objects.all()
    readers = _readers(start)
    for chunk in cases.chunks(asked):
        for case in chunk:
            for day, line in _told(case, coming, rules, readers):
                found[day][line.user_id].add(line)
    _once_a_week(found, readers)
    return [_day(day, told) for day, told in found.items()]


def _readers(day: datetime.date) -> dict[int, Reader]:
    last = Mail.objects.last_digests(day)
    active = User.objects.filter(is_active=True).values_list("pk", "digest")
    return {user: Reader(cadence, last.get(user)) for user, cadence in active}


def _told(
    case: Case, coming: list[datetime.date], rules: Rules, readers: dict[int, Reader]
) -> Iterator[tuple[datetime.date, Line]]:
    """What is told of one integration, day by day; of a certificate's mark each person once."""
    marks: set[tuple[int, int | None]] = set()
    for day in coming:
        for line in lines(case, day, rules):
            mark, reader = (line.user_id, line.mark), readers[line.user_id]
            if not digest_on(day, rules, reader.cadence, reader.last) or (line.mark is not None and mark in marks):
                continue
            marks.add(mark)
            yield day, line


def _once_a_week(found: dict[datetime.date, dict[int, Told]], readers: dict[int, Reader]) -> None:
    """Who wants one a week has the first; only when all integrations are looked over is it known which that is."""
    had: set[tuple[int, str]] = set()
    for day, told in found.items():
        for user in [user for user in told if readers[user].cadence == Cadence.WEEKLY]:
            if (user, iso_week(day)) in had:
                del told[user]
            had.add((user, iso_week(day)))


def _day(day: datetime.date, found: dict[int, Told]) -> Day:
    people = User.objects.filter(pk__in=found).order_by("name")[:MOST_PEOPLE]
    counts = sum((told.counts for told in found.values()), Counter[Urgency]())
    return Day(day, len(found), counts, [(person, found[person.pk]) for person in people])
