"""Reminding others of what stands on them: what may be asked about, and what has been asked about already."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateparse import parse_date

from . import clock
from .compiled import Compiled
from .models import Event, EventKind, Integration, RoleHolding, User
from .process import Role
from .reminders import cases
from .reminders.at_work import Item as Waits
from .reminders.decide import Waiting, due_on
from .reminders.rules import Rules
from .snapshots import key_of
from .workdays import add_working_days, working_day_before, working_day_from

ANSWERS = Compiled(Event.objects.filter(kind=EventKind.NUDGE_ANSWERED).select_related("actor").order_by("pk"))


@dataclass(frozen=True)
class Item:
    """What waits, whom it stands on (users' primary keys), and by when it is to be done."""

    waiting: Waiting
    stands_on: tuple[int, ...]
    due_on: datetime.date

    def is_for_others_than(self, user: User) -> bool:
        """Whether there is anybody to remind, and `user` is not among them."""
        return bool(self.stands_on) and user.pk not in self.stands_on


@dataclass(frozen=True)
class Nudge:
    """What a page says beside an item: who has reminded of it (`event`), or that its reader may (`key`, `may`).

    `answer` is the last one that a reminder of it was given.
    """

    key: str
    event: Event | None = None
    answer: Event | None = None
    may: bool = True

    @property
    def answered_for(self) -> datetime.date | None:
        """By when it will be done, as the answer says."""
        return parse_date(self.answer.to_value) if self.answer and self.answer.to_value else None

    @property
    def is_of_today(self) -> bool:
        return self.event is not None and clock.date_of(self.event.at) == clock.today()


def items_of(integration: Integration, rules: Rules) -> dict[str, Item]:
    """What waits on an integration, by key; nothing while it is paused or closed."""
    mine = Integration.objects.filter(pk=integration.pk)
    return {
        key_of(one): Item(one, case.stands_on(one), due_on(case, one, rules))
        for chunk in cases.chunks(mine)
        for case in chunk
        for one in case.waiting
    }


def subject_of(item: Item) -> str:
    """How an event names an item."""
    return f"{item.waiting.code} {key_of(item.waiting)}"


def key_in(event: Event) -> str:
    """The key of the item of which somebody reminded."""
    return event.subject.rpartition(" ")[2]


def reminded(integrations: Iterable[int], rules: Rules) -> dict[tuple[int, str], Event]:
    """What nobody may remind of today, as it has been told, by integration (primary key) and item."""
    today = clock.today()
    since = timezone.make_aware(datetime.datetime.combine(working_day_before(today), datetime.time()))
    told = Event.objects.filter(integration__in=integrations, kind=EventKind.NUDGED, at__gte=since)
    return {
        (event.integration_id, key_in(event)): event
        for event in told.select_related("actor").order_by("pk")
        if told_on(event, rules) >= working_day_from(today)
    }


def told_on(event: Event, rules: Rules) -> datetime.date:
    """The working day on which the mail of a reminder goes out, by the rules that are in force."""
    at = clock.in_oslo(event.at)
    missed = datetime.timedelta(days=at.time() >= rules.closes_at)
    return working_day_from(at.date() + missed)


def next_on(event: Event, rules: Rules) -> datetime.date:
    """The first day on which somebody may remind of the same again."""
    return add_working_days(told_on(event, rules), 1)


def shown_beside(items: Iterable[Waits], user: User, rules: Rules) -> dict[tuple[int, str], Nudge]:
    """The same for items of many integrations, which wait for others, by integration (primary key) and item."""
    pks = {item.integration_id for item in items}
    acts = RoleHolding.objects.filter(member__user=user, member__integration__in=pks, ended_at=None)
    acts = acts.filter(member__integration__accepted_at__isnull=False)
    may = set(acts.exclude(role=Role.OBSERVER).values_list("member__integration", flat=True))
    told = reminded(may, rules)
    keys = {(item.integration_id, key_of(item)) for item in items if item.integration_id in may and item.role}
    return {(pk, key): Nudge(key, told.get((pk, key))) for pk, key in keys}


def shown_to(user: User, integration: Integration) -> dict[str, Nudge]:
    """By item: who has reminded of it, or that `user` may, who has the right to."""
    if not integration.is_accepted:
        return {}
    rules = cases.rules_in_force()
    told = reminded([integration.pk], rules)
    answered = {key_in(event): event for event in ANSWERS.of([integration.pk])}
    return {
        key: Nudge(key, event, answered.get(key), item.is_for_others_than(user))
        for key, item in items_of(integration, rules).items()
        if (event := told.get((integration.pk, key))) or answered.get(key) or item.is_for_others_than(user)
    }
