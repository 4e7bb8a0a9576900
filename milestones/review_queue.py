"""The review queue: which submitted milestones wait, for whom, for how long, and which comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from . import clock
from .models import Member, Milestone, User, lacks_contact
from .reminders.due import promised_on
from .workdays import working_days_after


class Queue(TextChoices):
    """Whose submissions: one's own as contact, everybody's, nobody's."""

    MINE = "mine", _("Mine")
    ALL = "all", _("All")
    NOBODYS = "nobodys", _("Without contact")


@dataclass(frozen=True)
class Submission:
    """A submitted milestone, and how long it has waited: working days, of which `promised` says by when to answer."""

    milestone: Milestone
    waited: int
    promised: datetime.date
    is_late: bool


class Next(NamedTuple):
    """What to decide after this one, None at the end of the queue, and how many are left then."""

    milestone: Milestone | None
    left: int


def submissions(user: User, filters: Mapping[str, object]) -> QuerySet[Milestone]:
    """What waits for approval as `filters` (queue, milestone, q) choose for `user`, oldest first."""
    rows = Milestone.objects.awaiting_approval().filter(_of(user)[Queue(str(filters.get("queue") or Queue.ALL))])
    if number := filters.get("milestone"):
        rows = rows.filter(number=str(number))
    if words := str(filters.get("q") or ""):
        rows = rows.filter(integration__in=rows.integrations().found_by(words))
    return rows.order_by("submitted_at", "pk")


def counts(user: User) -> dict[str, int]:
    """How many wait in each queue of `user`."""
    of = {queue.value: Count("pk", filter=chosen) for queue, chosen in _of(user).items()}
    return dict(Milestone.objects.awaiting_approval().order_by().aggregate(**of))


def _of(user: User) -> dict[Queue, Q]:
    return {
        Queue.MINE: Q(integration__onboarding_contact=user),
        Queue.ALL: Q(),
        Queue.NOBODYS: lacks_contact("integration__"),
    }


def names_in(rows: Iterable[Milestone]) -> dict[tuple[int, int], str]:
    """What the submitters are called on their integrations, in one query; for `called`."""
    submissions = list(rows)
    on, by = {row.integration_id for row in submissions}, {row.submitted_by_id for row in submissions}
    return Member.objects.names_on(on, by)


def waited(milestone: Milestone, approval_days: int) -> Submission:
    """How long it has waited, against the working days in which Digipost promises an answer."""
    assert milestone.submitted_at  # nosec B101  # noqa: S101  # it is submitted
    submitted, day = clock.date_of(milestone.submitted_at), clock.today()
    promised = promised_on(submitted, approval_days)
    return Submission(milestone, working_days_after(submitted, day), promised, day > promised)


def next_after(milestone: Milestone, queue: QuerySet[Milestone]) -> Next:
    """The next of the queue after this one; from its beginning again, if this was the last."""
    others = queue.exclude(pk=milestone.pk)
    later = others.filter(_later_than(milestone)).first() if milestone.submitted_at else None
    return Next(later or others.first(), others.count())


def around(milestone: Milestone, queue: QuerySet[Milestone], most: int) -> list[Milestone]:
    """The part of the queue that this one is in: two before it, and those after it; else the queue's beginning."""
    if not milestone.submitted_at:
        return list(queue[:most])
    before = queue.exclude(_later_than(milestone)).exclude(pk=milestone.pk).order_by("-submitted_at", "-pk")[:2]
    shown = [*reversed(before), *queue.filter(pk=milestone.pk)]
    return shown + list(queue.filter(_later_than(milestone))[: max(0, most - len(shown))])


def _later_than(milestone: Milestone) -> Q:
    at = milestone.submitted_at
    return Q(submitted_at=at, pk__gt=milestone.pk) | Q(submitted_at__gt=at)
