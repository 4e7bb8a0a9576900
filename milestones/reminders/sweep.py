"""The daily look over all recipients: a row for each who is to have a digest or a weekly summary; and over all that is
newly overdue: a row for each channel in Teams that hears of it.

What a digest says is decided again when it is sent. `tick` is what beat calls; everything it does can be done twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator

from django.db import IntegrityError, transaction
from django.db.models import Q

from .. import clock
from ..clock import DatabaseNow
from ..models import (
    ImportRow,
    Integration,
    Mail,
    MailKind,
    Member,
    PostKind,
    RowState,
    SendState,
    Sweep,
    SweepKind,
    TeamsAddress,
    TeamsPost,
    User,
    mail_key,
)
from ..process import Role, Status
from ..workdays import first_working_day_of_week, iso_week, working_day_before
from . import cases
from .cadence import digest_on, occasion_of
from .decide import Case, LastLook, lines, newly_overdue
from .rules import Rules

GIVEN_UP_AFTER = datetime.timedelta(minutes=15)
"""A sweep that began longer ago and is not done has died with its worker."""


def tick(now: datetime.datetime | None = None) -> int:
    """Queue today's digests once the window is open, and the week's summaries on its first day that has one."""
    local = clock.in_oslo(now or clock.now())
    rules = cases.rules_in_force()
    if not rules.open_at(local):
        return 0
    today = local.date()
    week = first_working_day_of_week(today)
    mails = sweep_once(SweepKind.DIGEST, today, rules) + sweep_once(SweepKind.WEEKLY, week, rules)
    return mails + sweep_once(SweepKind.TEAMS, today, rules)


def sweep_once(kind: SweepKind, day: datetime.date, rules: Rules) -> int:
    """Sweep unless it is done, or somebody is at it. Returns how many mails, or messages to Teams, were queued."""
    sweep = _claimed(kind, day)
    if sweep is None:
        return 0
    queued = _QUEUED_BY[kind](day, rules)
    sweep.done_at, sweep.queued = clock.now(), queued
    sweep.save(update_fields=["done_at", "queued"])
    return queued


def _claimed(kind: SweepKind, day: datetime.date) -> Sweep | None:
    try:
        with transaction.atomic():
            return Sweep.objects.create(kind=kind, day=day)
    except IntegrityError:
        long_ago = DatabaseNow() - GIVEN_UP_AFTER
        dead = Sweep.objects.filter(kind=kind, day=day, done_at__isnull=True, started_at__lt=long_ago)
        return Sweep.objects.get(kind=kind, day=day) if dead.update(started_at=DatabaseNow()) else None


def queue_digests(day: datetime.date, rules: Rules, *, forced: bool = False) -> int:
    """A digest for everybody who is told something on `day`. Returns how many people that is.

    With `forced`, on any day and at any hour; who has chosen a weekly digest still gets one a week.
    """
    queued: set[int] = set()
    for chunk in cases.chunks(Integration.objects.all()):
        told = {user: cadence for user, cadence in _told(chunk, day, rules, forced=forced) if user not in queued}
        queued |= told.keys()
        keys = {user: mail_key(user, MailKind.DIGEST, occasion_of(day, cadence)) for user, cadence in told.items()}
        _queue(MailKind.DIGEST, keys, day, forced=forced)
    return len(queued)


def _told(chunk: list[Case], day: datetime.date, rules: Rules, *, forced: bool) -> Iterator[tuple[int, str]]:
    """Who is told something of these integrations, each with how often they want to be."""
    holders = {user for case in chunk for held in case.holders.values() for user in held}
    holders |= {notice.user_id for case in chunk for notice in case.notices}
    last = Mail.objects.filter(recipient__in=holders).last_digests(day)
    cadences = dict(User.objects.filter(pk__in=holders).values_list("pk", "digest"))
    gets = {user for user in holders if digest_on(day, rules, cadences[user], last.get(user), forced=forced)}
    for case in chunk:
        for line in lines(case, day, rules):
            if line.user_id in gets:
                yield line.user_id, cadences[line.user_id]


def queue_summaries(day: datetime.date) -> int:
    """A weekly summary for the project managers and staff who want one; one a week, by ISO week."""
    managers = Member.objects.joined().filter(
        integration__status=Status.ACTIVE, roles__role=Role.PROJECT_MANAGER, roles__ended_at__isnull=True
    )
    wants = User.objects.filter(
        Q(is_staff=True) | Q(pk__in=managers.values("user")), is_active=True, weekly_summary=True
    )
    pks = list(wants.values_list("pk", flat=True))
    _queue(MailKind.WEEKLY, {user: mail_key(user, MailKind.WEEKLY, iso_week(day)) for user in pks}, day)
    return len(pks)


def queue_overdue(day: datetime.date, rules: Rules) -> int:
    """A message for each channel in Teams about each integration of which something is newly overdue. How many."""
    about = Integration.objects.all()
    if not TeamsAddress.objects.filter(integration=None).exists():
        about = about.filter(teams_address__isnull=False)
    done = Sweep.objects.filter(kind=SweepKind.TEAMS, day__lt=day, done_at__isnull=False).order_by("-day").first()
    after = done.day if done else working_day_before(day)
    queued = 0
    for chunk in cases.chunks(about):
        before = last_look([case.integration_id for case in chunk], after)
        late = [case.integration_id for case in chunk if newly_overdue(case, day, before, rules)]
        queued += TeamsPost.objects.queue_overdue(late, day, after)
    return queued


def last_look(integrations: Collection[int], day: datetime.date) -> LastLook:
    """What is to be known of the look on `day` at these integrations (primary keys)."""
    told = TeamsPost.objects.filter(integration__in=integrations, kind=PostKind.OVERDUE, day=day)
    rows = ImportRow.objects.filter(integration__in=integrations, state=RowState.DONE).order_by(
        "part_of__confirmed_at"
    )
    confirmed = rows.values_list("integration", "part_of__confirmed_at")
    imported = {pk: clock.date_of(at) for pk, at in confirmed if at}
    return LastLook(day, frozenset(told.values_list("integration", flat=True)), imported)


_QUEUED_BY: dict[SweepKind, Callable[[datetime.date, Rules], int]] = {
    SweepKind.DIGEST: queue_digests,
    SweepKind.WEEKLY: lambda day, _rules: queue_summaries(day),
    SweepKind.TEAMS: queue_overdue,
}


def _queue(kind: MailKind, keys: dict[int, str], day: datetime.date, *, forced: bool = False) -> None:
    """A row for each of these people by its key; what waits, failed or was dropped under that key begins anew."""
    again = {"state": SendState.WAITING, "day": day, "attempts": 0, "next_attempt_at": DatabaseNow(), "error": ""}
    again |= {"forced": True} if forced else {}
    rows = sorted(keys.items())
    for start in range(0, len(rows), 1000):
        some = rows[start : start + 1000]
        unsent = Mail.objects.filter(key__in=[key for _user, key in some])
        unsent.exclude(state__in=(SendState.SENDING, SendState.SENT)).update(**again)
        Mail.objects.bulk_create(
            (Mail(key=key, kind=kind, recipient_id=user, day=day, forced=forced) for user, key in some),
            ignore_conflicts=True,
        )
