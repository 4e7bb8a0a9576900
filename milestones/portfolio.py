"""The portfolio: which integrations a list shows, in which order, and what it says of each in one line."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, TextChoices, Value, When, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import locks
from .actors import members_of
from .gates import Person
from .models import Event, Integration, RoleHolding, SavedView, User, WaitingItem, lacks_contact
from .models.integration import IntegrationQuerySet
from .process import LAST_MILESTONE, MILESTONE_NUMBERS, MilestoneState, Phase, Role, Status, Text
from .snapshots import BOTH

MOST_IN_COLUMN = 12
"""Integrations that the board shows of each phase."""
MOST_SAVED = 20
"""Views that one person may keep."""
KEPT = "portfolio"
"""What a session knows of it: what its reader asked for last, as the query of an address."""


class View(TextChoices):
    """A part of the portfolio, which stands among its tabs. All but the last hold what is active."""

    ALL = "all", _("All active")
    MINE = "mine", _("Mine")
    DIGIPOST = "digipost", _("Waits on Digipost")
    OVERDUE = "overdue", _("Overdue")
    NOBODYS = "nobodys", _("Without contact")
    OPERATIONS = "operations", _("In operations")
    RESTING = "resting", _("Paused or closed")


STAFFS_OWN = {View.NOBODYS}
"""What nobody but Digipost's staff has any use for."""


class Shape(TextChoices):
    """How the chosen integrations are shown."""

    TABLE = "table", _("Table")
    BOARD = "board", _("Board")
    TIMELINE = "timeline", _("Timeline")


class Sort(NamedTuple):
    """An order that somebody can choose, forwards or backwards: what it is called, and by what rows are ordered."""

    label: Text
    column: F | Case


def _first_waiting(name: str) -> Subquery:
    """A column of what waits first on an integration."""
    return Subquery(WaitingItem.objects.filter(integration=OuterRef("pk")).order_by("position").values(name)[:1])


def _rank_of_role() -> Case:
    """The roles in the order of the process."""
    ranks = [When(first_role=role.value, then=Value(rank)) for rank, role in enumerate(Role)]
    return Case(*ranks, default=None, output_field=IntegerField(null=True))


LAST_CHANGE = Subquery(Event.objects.filter(integration=OuterRef("pk")).order_by("-at").values("at")[:1])
CONTACT = Case(When(lacks_contact(), then=None), default=F("onboarding_contact__name"))
"""The name of who is contact, where they can act."""

SORTS = {
    "due": Sort(_("Due date"), F("due_on")),
    "reference": Sort(_("Integration"), F("reference")),
    "organisation": Sort(_("Organisation"), F("organisation__name")),
    "phase": Sort(_("Progress"), F("phase")),
    "waits_on": Sort(_("Waits on"), _rank_of_role()),
    "since": Sort(_("Since"), F("first_since")),
    "contact": Sort(_("Contact"), CONTACT),
    "changed": Sort(_("Last change"), F("changed_at")),
}
"""The first is taken where nobody chooses. What has no value comes last, forwards and backwards."""
COLUMNS = ("reference", "organisation", "phase", "waits_on", "since", "due", "contact", "changed")
"""The table's, from left to right: each is called as its sort."""


def toggled(sort: str, column: str) -> str:
    """What the head of a column asks for, where rows are sorted by `sort`: its order, or the other way round."""
    return f"-{column}" if (sort or next(iter(SORTS))) == column else column


def direction(sort: str, column: str) -> str:
    """How a column is sorted where rows are sorted by `sort`, as aria-sort says it; empty if it is not."""
    asked = sort or next(iter(SORTS))
    return {column: "ascending", f"-{column}": "descending"}.get(asked, "")


def in_order(rows: IntegrationQuerySet, sort: str) -> IntegrationQuerySet:
    """Sorted by one of SORTS, backwards after a minus; by reference where that does not tell them apart."""
    rows = rows.annotate(
        first_role=_first_waiting("role"), first_since=_first_waiting("since"), changed_at=LAST_CHANGE
    )
    return rows.order_by(*order_of(sort))


def order_of(sort: str) -> tuple[OrderBy | str, str]:
    """What `in_order` orders by, of rows that it has annotated."""
    column = SORTS.get(sort.removeprefix("-"), SORTS["due"]).column
    return OrderBy(column, descending=sort.startswith("-"), nulls_last=True), "reference"


def chosen(rows: IntegrationQuerySet, filters: Mapping[str, object]) -> IntegrationQuerySet:
    """Those that `filters` (q, phase, waits_on, contact) leave; what is empty leaves all."""
    if words := str(filters.get("q") or ""):
        rows = rows.found_by(words)
    for name, column in (("phase", "phase"), ("contact", "onboarding_contact")):
        if filters.get(name):
            rows = rows.filter(**{column: filters[name]})
    if waits_on := filters.get("waits_on"):
        rows = rows.filter(waits_on__in=[""] if waits_on == "nobody" else [waits_on, BOTH])
    return rows


def views_of(user: User) -> list[View]:
    """Those that `user` has."""
    return [view for view in View if user.is_staff or view not in STAFFS_OWN]


def in_view(rows: IntegrationQuerySet, view: View, user: User, day: datetime.date) -> IntegrationQuerySet:
    """Those of `rows` that are in a view as `user` has it on `day`."""
    return rows.filter(_of(user, day)[view])


def counts(rows: IntegrationQuerySet, user: User, day: datetime.date) -> dict[str, int]:
    """How many of `rows` are in each view of `user`."""
    of = {view.value: Count("pk", filter=held) for view, held in _of(user, day).items()}
    return dict(rows.order_by().aggregate(**of))


def _of(user: User, day: datetime.date) -> dict[View, Q]:
    active = Q(status=Status.ACTIVE)
    roles = RoleHolding.objects.filter(member__in=user.memberships.joined(), ended_at=None)
    held = roles.values("member__integration")
    return {
        View.ALL: active,
        View.MINE: active & (Q(onboarding_contact=user) if user.is_staff else Q(pk__in=held)),
        View.DIGIPOST: active & Q(waits_on__in=["digipost", BOTH]),
        View.OVERDUE: active & Q(due_on__lt=day),
        View.NOBODYS: active & lacks_contact(),
        View.OPERATIONS: active & Q(phase=Phase.OPERATIONS),
        View.RESTING: ~active,
    }


@dataclass(frozen=True)
class Row:
    """An integration in a line: what waits first, on whom by name, how much `more` waits, and how far it is.

    `days` says how many days are left until it is due, less than none when that has passed; None where nothing is due.
    """

    integration: Integration
    waits: WaitingItem | None
    people: tuple[str, ...]
    more: int
    days: int | None

    @property
    def pk(self) -> str:
        """The integration's primary key, as a form says it."""
        return str(self.integration.pk)

    @property
    def contact(self) -> str:
        """Who is contact at Digipost and can act; empty where nobody is."""
        contact = self.integration.onboarding_contact
        return contact.name if contact and self.integration.has_contact else ""

    @property
    def late(self) -> int:
        """How many days ago it was due; 0 if it is not late."""
        return max(0, -(self.days or 0))

    @property
    def passed(self) -> int:
        """How many milestones are approved: an earlier one is never reopened without those after it."""
        return (Phase(self.integration.phase).number or LAST_MILESTONE + 1) - 1

    @property
    def steps(self) -> tuple[tuple[int, MilestoneState], ...]:
        """The five milestones, each approved, in progress or upcoming."""
        return tuple((number, self._state_of(number)) for number in MILESTONE_NUMBERS)

    def _state_of(self, number: int) -> MilestoneState:
        if number <= self.passed:
            return MilestoneState.APPROVED
        return MilestoneState.IN_PROGRESS if number == self.passed + 1 else MilestoneState.UPCOMING


def lines(integrations: Iterable[Integration], day: datetime.date) -> list[Row]:
    """A line of each, on `day`; they have been read with their contacts. Two queries for all."""
    shown = list(integrations)
    pks = [one.pk for one in shown]
    members, items = members_of(pks), _waiting_on(pks)
    rows = []
    for one in shown:
        waiting = items[one.pk] if one.status == Status.ACTIVE else []
        first = waiting[0] if waiting else None
        people = _names(one, first, members[one.pk].roles) if first else ()
        rows.append(Row(one, first, people, max(0, len(waiting) - 1), _days_left(one, day)))
    return rows


def _waiting_on(pks: list[int]) -> dict[int, list[WaitingItem]]:
    """What waits on each, in order. Not prefetched: that ties rows in circles, which keeps them when they are read."""
    items: dict[int, list[WaitingItem]] = defaultdict(list)
    for item in WaitingItem.objects.filter(integration__in=pks).order_by("position"):
        items[item.integration_id].append(item)
    return items


def _names(integration: Integration, item: WaitingItem, holders: Mapping[Role, Iterable[Person]]) -> tuple[str, ...]:
    """Who must act, as they are called on the integration."""
    if item.role == Role.ONBOARDING:
        contact = integration.onboarding_contact
        return (contact.name,) if contact and integration.has_contact else ()
    return tuple(person.name for person in holders.get(Role(item.role), ()))


def _days_left(integration: Integration, day: datetime.date) -> int | None:
    due = integration.due_on if integration.status == Status.ACTIVE else None
    return (due - day).days if due else None


@dataclass(frozen=True)
class Column:
    """A phase on the board: how many integrations are in it, and those that are shown."""

    phase: Phase
    count: int
    rows: list[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def board(rows: IntegrationQuerySet, sort: str, day: datetime.date) -> list[Column]:
    """A column a phase, each with the first of its `rows`, which are `in_order` of `sort`."""
    place = Window(RowNumber(), partition_by=F("phase"), order_by=order_of(sort))
    shown = lines(rows.annotate(place=place).filter(place__lte=MOST_IN_COLUMN), day)
    found = Integration.objects.filter(pk__in=rows.order_by().values("pk")).order_by()
    counted = dict(found.values_list("phase").annotate(Count("pk")))
    return [Column(phase, counted.get(phase, 0), _in_phase(shown, phase)) for phase in Phase]


def _in_phase(rows: Sequence[Row], phase: Phase) -> list[Row]:
    return [row for row in rows if row.integration.phase == phase]


@transaction.atomic
def save_view(user: User, name: str, query: str) -> None:
    """Keep a part of the portfolio under a name; the same once more changes nothing.

    Raises ValidationError where the name (field `name`) stands for another part, or where there are too many.
    """
    locks.lock_people(user)
    saved = user.saved_views.filter(name=name).first()
    if saved and saved.query != query:
        raise ValidationError({"name": gettext("You have a view of this name. Remove it, or choose another name.")})
    if not saved:
        if user.saved_views.count() >= MOST_SAVED:
            told = gettext("You have %(most)s saved views, and more are not kept. Remove one first.")
            raise ValidationError(told % {"most": MOST_SAVED})
        SavedView.objects.create(user=user, name=name, query=query)
