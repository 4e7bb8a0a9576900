"""Who would get what under rules as edited, day by day, if nothing else changed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from ..models import Integration, User
from ..workdays import add_working_days
from . import cases
from .decide import RANK, Rules, Urgency, digest_on, lines

AHEAD = 14
"""Working days."""
MOST = 25
"""How many people a day names; of more it says how many."""


@dataclass
class Told:
    """One person's digest of one day: how many things of each urgency."""

    person: User
    counts: dict[Urgency, int]

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(str(urgency.label), n) for urgency, n in sorted(self.counts.items(), key=lambda pair: RANK[pair[0]])]


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
    counts: dict[datetime.date, dict[int, dict[Urgency, int]]] = {day: defaultdict(dict) for day in coming}
    asked = cases.of_users([person]) if person else Integration.objects.all()
    cadences = dict(User.objects.filter(is_active=True).values_list("pk", "digest"))
    for chunk in cases.chunks(asked):
        for case in chunk:
            for day in coming:
                for line in lines(case, day, rules, cadences):
                    if digest_on(day, rules, cadences[line.user_id]):
                        mine = counts[day][line.user_id]
                        mine[line.urgency] = mine.get(line.urgency, 0) + 1
    return [_day(day, counts[day]) for day in coming]


def _day(day: datetime.date, found: dict[int, dict[Urgency, int]]) -> Day:
    people = User.objects.filter(pk__in=found).order_by("name")[:MOST]
    return Day(day, len(found), [Told(person, found[person.pk]) for person in people])
