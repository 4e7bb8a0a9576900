"""The weekly summary: what moved, what is stuck and on whom, what comes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from ..event_words import lines_across
from ..models import Event, EventKind, Integration, MailKind, Member, User, called
from ..process import Role, Status
from ..workdays import add_working_days
from . import cases
from .decide import Waiting, due_on
from .rules import Rules

MOVES = (
    EventKind.MILESTONE_SUBMITTED,
    EventKind.MILESTONE_APPROVED,
    EventKind.MILESTONE_RETURNED,
    EventKind.MILESTONE_REOPENED,
    EventKind.PRODUCTION_ENABLED,
    EventKind.PRODUCTION_DISABLED,
    EventKind.REQUIREMENT_LAPSED,
    EventKind.INTEGRATION_CREATED,
)
AHEAD = 10
"""Working days."""
MOST = 30
"""How many lines each part lists; of more it says how many."""


@dataclass(frozen=True)
class Stuck:
    """Something overdue, with whom it stands on by name."""

    integration: Integration
    waiting: Waiting
    due_on: datetime.date
    names: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The first lines of one part, and how many more there are."""

    rows: list[Any]
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Summary:
    moved: Part
    stuck: Part
    comes: Part

    def __bool__(self) -> bool:
        return bool(self.moved or self.stuck or self.comes)

    @property
    def integrations(self) -> dict[int, Integration]:
        """Those that it names, by primary key."""
        named = [row.integration for part in (self.stuck, self.moved) for row in part.rows]
        return {one.pk: one for one in [*named, *self.comes.rows]}


def summary_for(person: User, day: datetime.date, rules: Rules) -> Summary:
    """For a project manager their own integrations; for staff those they are contact of, or that have none."""
    mine = _mine(person)
    comes = mine.filter(due_on__gte=day, due_on__lte=add_working_days(day, AHEAD)).order_by("due_on")
    return Summary(
        _moved(mine, _since(person, day)),
        _stuck(mine, day, rules),
        _part(comes.select_related("organisation")),
    )


def _since(person: User, day: datetime.date) -> datetime.datetime:
    """Since the last summary they were sent, which may be more than a week ago; a week for the first one."""
    last = person.mails.sent().filter(kind=MailKind.WEEKLY).first()
    week_ago = timezone.make_aware(datetime.datetime.combine(day - datetime.timedelta(days=7), datetime.time()))
    return last.sent_at if last and last.sent_at else week_ago


def _mine(person: User) -> QuerySet[Integration]:
    if person.is_staff:
        return cases.of_users([person]).filter(status=Status.ACTIVE)
    managed = Member.objects.joined().filter(
        user=person, roles__role=Role.PROJECT_MANAGER, roles__ended_at__isnull=True
    )
    return Integration.objects.filter(pk__in=managed.values("integration"), status=Status.ACTIVE)


def _moved(mine: QuerySet[Integration], since: datetime.datetime) -> Part:
    """What moved, in the sentences of the history."""
    found = Event.objects.filter(integration__in=mine, kind__in=MOVES, at__gte=since).order_by("-at", "-pk")
    first = _part(found.select_related("integration__organisation", "actor"))
    return replace(first, rows=lines_across(first.rows))


def _stuck(mine: QuerySet[Integration], day: datetime.date, rules: Rules) -> Part:
    """What is overdue, by the digest's own reckoning."""
    overdue = [
        (due_on(case, waiting, rules), case, waiting)
        for chunk in cases.chunks(mine)
        for case in chunk
        for waiting in case.waiting
        if due_on(case, waiting, rules) < day
    ]
    overdue.sort(key=lambda found: (found[0], found[1].integration_id))
    shown = overdue[:MOST]
    known = Integration.objects.select_related("organisation").in_bulk(
        {case.integration_id for _due, case, _w in shown}
    )
    people = User.objects.in_bulk({user for _due, case, waiting in shown for user in case.stands_on(waiting)})
    names = Member.objects.names_on(known, people)
    rows = []
    for due, case, waiting in shown:
        pk = case.integration_id
        on_whom = tuple(called(people[user], pk, names) for user in case.stands_on(waiting))
        rows.append(Stuck(known[pk], waiting, due, on_whom))
    return Part(rows, len(overdue) - len(rows))


def _part(rows: QuerySet[Any]) -> Part:
    return Part(list(rows[:MOST]), max(0, rows.count() - MOST))
