"""What waits for somebody: what their digest says, what is not pressing yet, and what waits for others."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..models import User
from ..process import Role
from ..workdays import working_days_after
from . import cases
from .decide import Case, Line, Urgency, Waiting, due_on, lines, urgency_of
from .rules import Rules


@dataclass(frozen=True)
class Item:
    """One thing that waits; `urgency` is None while it is not pressing, `over` how many working days it is late."""

    integration_id: int
    code: str
    reason: str
    where: str
    params: tuple[tuple[str, str], ...]
    role: Role | None
    urgency: Urgency | None
    due_on: datetime.date | None
    since: datetime.date | None
    over: int
    stands_on: tuple[int, ...]
    has_contact: bool
    receipt_id: int | None = None


@dataclass
class Work:
    """One person's work: `mine` with what is pressing first, as in a digest of the day; and what waits for others."""

    mine: list[Item] = field(default_factory=list)
    on_others: list[Item] = field(default_factory=list)


def work_of(user: User, day: datetime.date, rules: Rules) -> Work:
    """All that waits for `user` on `day`, and on their integrations for others."""
    pressing: list[tuple[Line, Case]] = []
    later: list[Item] = []
    work = Work()
    for chunk in cases.chunks(cases.of_users([user])):
        for case in chunk:
            told = [line for line in lines(case, day, rules) if line.user_id == user.pk]
            pressing += [(line, case) for line in told]
            later += _not_pressing(case, user.pk, day, rules)
            if not user.is_staff:  # for staff that would be nearly everything
                work.on_others += _on_others(case, user.pk, told, day, rules)
    work.mine = [_of_line(line, case, day) for line, case in sorted(pressing, key=lambda pair: pair[0].rank)]
    work.mine += sorted(later, key=_by_date)
    work.on_others.sort(key=_by_date)
    return work


def _not_pressing(case: Case, user: int, day: datetime.date, rules: Rules) -> Iterator[Item]:
    """What stands on them and no digest would say yet."""
    for waiting in case.waiting:
        if urgency_of(case, waiting, day, rules) is None and user in case.stands_on(waiting):
            yield _of_waiting(case, waiting, day, rules)


def _on_others(case: Case, user: int, told: list[Line], day: datetime.date, rules: Rules) -> Iterator[Item]:
    """What stands on others, but for what has been late so long that they are told of it."""
    escalated = {(line.code, line.reason, line.params) for line in told}
    for waiting in case.waiting:
        if user not in case.stands_on(waiting) and (waiting.code, waiting.reason, waiting.params) not in escalated:
            yield _of_waiting(case, waiting, day, rules)


def _of_line(line: Line, case: Case, day: datetime.date) -> Item:
    return _item(line, case, day, line.due_on, line.stands_on, urgency=line.urgency, receipt_id=line.receipt_id)


def _of_waiting(case: Case, waiting: Waiting, day: datetime.date, rules: Rules) -> Item:
    return _item(waiting, case, day, due_on(case, waiting, rules), case.stands_on(waiting))


def _item(
    one: Line | Waiting,
    case: Case,
    day: datetime.date,
    due: datetime.date | None,
    stands_on: tuple[int, ...],
    *,
    urgency: Urgency | None = None,
    receipt_id: int | None = None,
) -> Item:
    return Item(
        integration_id=case.integration_id,
        code=one.code,
        reason=one.reason,
        where=one.where,
        params=one.params,
        role=one.role,
        urgency=urgency,
        due_on=due,
        since=one.since,
        over=_over(due, day),
        stands_on=stands_on,
        has_contact=case.has_contact,
        receipt_id=receipt_id,
    )


def _over(due: datetime.date | None, day: datetime.date) -> int:
    return working_days_after(due, day) if due else 0


def _by_date(item: Item) -> tuple[datetime.date, int, str]:
    return item.due_on or datetime.date.max, item.integration_id, item.code
