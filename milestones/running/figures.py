"""What waits, what was sent and what failed: counted from rows when somebody asks, in a few queries on indexes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from .. import clock
from ..models import Mail, Milestone, ProposedResults, SendState, TeamsPost, Tick, WebhookPost
from ..models.outgoing import OutgoingQuerySet
from ..reminders import cases
from ..reminders.due import promised_on

A_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Outbox:
    """Of one kind of message: how many wait or are being sent, since when the oldest, and how many failed."""

    waiting: int
    since: datetime.datetime | None
    failed: int

    @property
    def age(self) -> datetime.timedelta:
        """How long the oldest has waited; nothing where none waits."""
        return max(clock.now() - self.since, datetime.timedelta()) if self.since else datetime.timedelta()


@dataclass(frozen=True)
class Figures:
    """`late` are approvals that have waited past the promise; `results` are proposed, and nobody has recorded them."""

    mails: Outbox
    sent: int  # mails, within a day
    teams: Outbox
    webhooks: Outbox
    results_of_builds: int
    results_of_people: int
    approvals: int
    late: int
    tick: datetime.timedelta | None

    @property
    def ticked_at(self) -> datetime.datetime | None:
        return None if self.tick is None else clock.now() - self.tick


def figures() -> Figures:
    results = _results()
    approvals = _approvals()
    return Figures(
        mails=_outbox(Mail.objects.all()),
        sent=Mail.objects.sent().filter(sent_at__gt=clock.now() - A_DAY).count(),
        teams=_outbox(TeamsPost.objects.all()),
        webhooks=_outbox(WebhookPost.objects.all()),
        results_of_builds=results["builds"],
        results_of_people=results["people"],
        approvals=approvals["waiting"],
        late=approvals["late"],
        tick=Tick.objects.age(),
    )


def _outbox(rows: OutgoingQuerySet[Any]) -> Outbox:
    waiting = rows.unsettled().order_by().aggregate(count=Count("pk"), since=Min("created_at"))
    return Outbox(waiting["count"], waiting["since"], rows.filter(state=SendState.FAILED).count())


def _results() -> dict[str, int]:
    waiting = ProposedResults.objects.filter(ended_at__isnull=True).order_by()
    built = Q(token__isnull=False)
    return dict(waiting.aggregate(builds=Count("pk", filter=built), people=Count("pk", filter=~built)))


def _approvals() -> dict[str, int]:
    late = Q(submitted_at__lt=_submitted_late_before(clock.today()))
    waiting = Milestone.objects.awaiting_approval().order_by()
    return dict(waiting.aggregate(waiting=Count("pk"), late=Count("pk", filter=late)))


def _submitted_late_before(day: datetime.date) -> datetime.datetime:
    """Midnight before the first day whose submissions are still answered in time on `day`."""
    approval_days = cases.rules_in_force().approval_days
    first = day
    while promised_on(first - A_DAY, approval_days) >= day:
        first -= A_DAY
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
