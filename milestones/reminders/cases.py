"""Records -> the cases that `decide` reads, a chunk at a time and in as many queries whatever the number of rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from django.db.models import F, Q, QuerySet

from .. import clock
from ..compiled import Compiled
from ..models import (
    Integration,
    MailLine,
    Member,
    NoticeReceipt,
    ReminderRules,
    SendState,
    User,
    WaitingItem,
    lacks_contact,
)
from ..process import Role, Status
from .decide import Case, Told, UnreadNotice, Waiting, lines
from .rules import Rules

log = structlog.get_logger(__name__)

CHUNK = 1000
"""How many integrations are looked over at a time: keeps memory flat."""


def rules_of(row: ReminderRules) -> Rules:
    return Rules(
        lead_days=row.lead_days,
        approval_days=row.approval_days,
        manager_after=row.manager_after,
        owner_after=row.owner_after,
        certificate_days=tuple(row.certificate_days),
        weekdays=tuple(row.weekdays),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
    )


RULES = Compiled(ReminderRules.objects.order_by("pk")[:1])
STAFF = Compiled(User.objects.staff().order_by("pk").values_list("pk"))
WAITING = Compiled(
    WaitingItem.objects.order_by("integration", "position").values_list(
        "integration_id", "code", "reason", "role", "where", "params", "due_on", "since"
    )
)
HOLDERS = Compiled(
    Member.objects.joined()
    .filter(user__is_active=True, user__is_staff=False, roles__ended_at__isnull=True)
    .order_by("name", "pk")
    .values_list("integration_id", "user_id", "roles__role")
)
UNREAD = Compiled(
    NoticeReceipt.objects.unread()
    .filter(member__user__is_active=True, member__accepted_at__isnull=False)
    .order_by("pk")
    .values_list("integration_id", "member__user_id", "pk", "notice__title")
)


def rules_in_force() -> Rules:
    """What staff decided, or the defaults while nobody has."""
    return rules_of(next(iter(RULES.all()), ReminderRules()))


def chunks(integrations: QuerySet[Integration]) -> Iterator[list[Case]]:
    """The active ones of these as cases, a chunk at a time, by primary key."""
    staff = tuple(pk for (pk,) in STAFF.all())
    last, goes_on = 0, True
    active = integrations.filter(status=Status.ACTIVE).order_by("pk")
    while goes_on:
        rows = list(_columns(active.filter(pk__gt=last))[: CHUNK + 1])
        rows, goes_on = rows[:CHUNK], len(rows) > CHUNK
        if rows:
            last = rows[-1]["pk"]
            yield _cases(rows, staff)


def _columns(integrations: QuerySet[Integration]) -> QuerySet[Integration, Any]:
    return integrations.values(
        "pk", "returned", "submitted_at", "certificate_expires_on", "onboarding_contact",
        contact_is_active=F("onboarding_contact__is_active"), contact_is_staff=F("onboarding_contact__is_staff"),
    )  # fmt: skip


def _cases(rows: list[dict[str, Any]], staff: tuple[int, ...]) -> list[Case]:
    pks = [row["pk"] for row in rows]
    waiting, holders, notices, told = _waiting(pks), _holders(pks), _notices(pks), _certificates_told(rows)
    for row in rows:
        holders[row["pk"]][Role.ONBOARDING] = (row["onboarding_contact"],) if _has_contact(row) else staff
    return [
        Case(
            integration_id=row["pk"],
            waiting=tuple(waiting[row["pk"]]),
            holders=holders[row["pk"]],
            returned=row["returned"],
            submitted_on=clock.date_of(row["submitted_at"]) if row["submitted_at"] else None,
            certificate_expires_on=row["certificate_expires_on"],
            certificate_told=frozenset(told[row["pk"]]),
            notices=tuple(notices[row["pk"]]),
            has_contact=_has_contact(row),
        )
        for row in rows
    ]


def _has_contact(row: dict[str, Any]) -> bool:
    """Whether somebody at Digipost who can act is its contact."""
    return bool(row["onboarding_contact"] and row["contact_is_active"] and row["contact_is_staff"])


def _waiting(pks: list[int]) -> dict[int, list[Waiting]]:
    found: dict[int, list[Waiting]] = defaultdict(list)
    for pk, code, reason, role, where, params, due_on, since in WAITING.of(pks):
        try:
            pairs = tuple((name, value) for name, value in params)
            found[pk].append(Waiting(code, reason, Role(role), where, pairs, due_on, since))
        except (TypeError, ValueError):  # one row that nobody can read must not silence all the others
            log.exception("a waiting item cannot be read", integration=pk, code=code)
    return found


def _holders(pks: list[int]) -> dict[int, dict[Role, tuple[int, ...]]]:
    """Who is in and can sign in, by role; what stands on somebody who has not accepted is told the project manager."""
    held: dict[int, dict[Role, tuple[int, ...]]] = defaultdict(dict)
    for pk, user, role in HOLDERS.of(pks):
        if role:
            held[pk][Role(role)] = (*held[pk].get(Role(role), ()), user)
    return held


def _notices(pks: list[int]) -> dict[int, list[UnreadNotice]]:
    found: dict[int, list[UnreadNotice]] = defaultdict(list)
    for pk, user, receipt, title in UNREAD.of(pks):
        found[pk].append(UnreadNotice(user, receipt, title))
    return found


def _certificates_told(rows: list[dict[str, Any]]) -> dict[int, set[tuple[int, int]]]:
    """Who was told of which mark of the dates that are recorded now."""
    told: dict[int, set[tuple[int, int]]] = defaultdict(set)
    dates = {row["pk"]: row["certificate_expires_on"].isoformat() for row in rows if row["certificate_expires_on"]}
    if dates:
        sent = MailLine.objects.filter(integration__in=dates, reason="certificate_expires", mail__state=SendState.SENT)
        for pk, user, params in sent.values_list("integration_id", "mail__recipient_id", "params"):
            said = dict(params)
            if said["day"] == dates[pk]:
                told[pk].add((user, int(said["mark"])))
    return told


def of_users(users: Iterable[User]) -> QuerySet[Integration]:
    """The integrations of which these people may be told something."""
    people = list(users)
    staff = [user.pk for user in people if user.is_staff]
    concerned = Q(pk__in=Member.objects.joined().filter(user__in=people).values("integration"))
    concerned |= Q(onboarding_contact__in=staff)
    if staff:
        concerned |= lacks_contact()
    return Integration.objects.filter(concerned)


def told_to(users: Iterable[User], day: datetime.date, rules: Rules, most: int) -> dict[int, Told]:
    """What each of these people is told on `day`, with their `most` most urgent lines."""
    people = list(users)
    wanted = {user.pk for user in people}
    told: dict[int, Told] = defaultdict(lambda: Told(most))
    for cases in chunks(of_users(people)):
        for case in cases:
            for line in lines(case, day, rules):
                if line.user_id in wanted:
                    told[line.user_id].add(line)
    return dict(told)
