"""The weekly summary: what moved, what is stuck and on whom, what comes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from ..models import Event, EventKind, Integration, Member, User, WaitingItem
from ..process import Role, Status
from ..workdays import add_working_days
from . import cases
from .decide import Rules

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
class Part:
    """The first lines of one part, and how many more there are."""

    rows: list[object]
    more: int

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Summary:
    moved: Part
    stuck: Part
    comes: Part

    def __bool__(self) -> bool:
        return bool(self.moved or self.stuck or self.comes)


def summary_for(person: User, day: datetime.date, rules: Rules) -> Summary:
    """For a project manager their own integrations; for staff those they are contact of, or that have none."""
    mine = _mine(person)
    week_ago = timezone.make_aware(datetime.datetime.combine(day - datetime.timedelta(days=7), datetime.time()))
    moved = Event.objects.filter(integration__in=mine, kind__in=MOVES, at__gte=week_ago).order_by("-at")
    stuck = WaitingItem.objects.filter(integration__in=mine, due_on__lt=day).order_by("due_on", "integration")
    stuck = stuck.exclude(reason="awaiting_approval", integration__submitted_at__gte=week_ago)
    until = add_working_days(day, AHEAD)
    comes = mine.filter(due_on__gte=day, due_on__lte=until).order_by("due_on")
    return Summary(
        _part(moved.select_related("integration__organisation")),
        _part(stuck.select_related("integration__organisation")),
        _part(comes.select_related("organisation")),
    )


def _mine(person: User) -> QuerySet[Integration]:
    if person.is_staff:
        return cases.of_users([person]).filter(status=Status.ACTIVE)
    managed = Member.objects.current().filter(
        user=person, roles__role=Role.PROJECT_MANAGER, roles__ended_at__isnull=True
    )
    return Integration.objects.filter(pk__in=managed.values("integration"), status=Status.ACTIVE)


def _part(rows: QuerySet) -> Part:
    return Part(list(rows[:MOST]), max(0, rows.count() - MOST))
