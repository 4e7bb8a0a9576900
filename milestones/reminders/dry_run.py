"""Who would get what under rules as edited, day by day, if nothing else changed."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..models import Integration, User
from ..workdays import add_working_days
from . import cases
from .decide import RANK, Line, Rules, Urgency, digest_on, lines

AHEAD = 14
"""Working days."""
MOST_PEOPLE = 25
"""How many people a day names; of more it says how many."""
MOST_LINES = 5
"""How many things it names of each person's digest; the rest is counted."""


@dataclass
class Told:
    """One person's digest of one day: its most urgent lines, and how many things of each urgency."""

    person: User | None = None
    counts: Counter[Urgency] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(str(urgency.label), n) for urgency, n in sorted(self.counts.items(), key=lambda pair: RANK[pair[0]])]

    @property
    def more(self) -> int:
        return self.counts.total() - len(self.lines)

    def add(self, line: Line) -> None:
        self.counts[line.urgency] += 1
        self.lines = sorted([*self.lines, line], key=lambda one: one.rank)[:MOST_LINES]


@dataclass
class Day:
    day: datetime.date
    digests: int = 0
    told: list[Told] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.digests - len(self.told)


def days(start: datetime.date, rules: Rules, person: User | None = None) -> list[Day]:
    """The coming 14 working days from `start`; of the integrations that concern `person`, or of all."""
    coming = [add_working_days(start - datetime.timedelta(days=1), n) for n in range(1, AHEAD + 1)]
    found: dict[datetime.date, dict[int, Told]] = {day: defaultdict(Told) for day in coming}
    asked = cases.of_users([person]) if person else Integration.objects.all()
    cadences = dict(User.objects.filter(is_active=True).values_list("pk", "digest"))
    for chunk in cases.chunks(asked):
        for case in chunk:
            for day, line in _told(case, coming, rules, cadences):
                found[day][line.user_id].add(line)
    return [_day(day, told) for day, told in found.items()]


def _told(
    case: cases.Case, coming: list[datetime.date], rules: Rules, cadences: dict[int, str]
) -> Iterator[tuple[datetime.date, Line]]:
    """What is told of one integration, day by day; of a certificate's mark each person once."""
    marks: set[tuple[int, int | None]] = set()
    for day in coming:
        for line in lines(case, day, rules):
            mark = (line.user_id, line.mark)
            if not digest_on(day, rules, cadences[line.user_id]) or (line.mark is not None and mark in marks):
                continue
            marks.add(mark)
            yield day, line


def _day(day: datetime.date, found: dict[int, Told]) -> Day:
    people = list(User.objects.filter(pk__in=found).order_by("name")[:MOST_PEOPLE])
    for person in people:
        found[person.pk].person = person
    return Day(day, len(found), [found[person.pk] for person in people])
