"""What lists filter, sort and search by, stored: the evaluator's answer, kept with the integration.

`refresh` runs in the transaction that changed the facts. Some answers change with the date alone (an exception ends,
a certificate expires), so a nightly task refreshes all; `differences` proves that stored equals evaluated.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from . import locks
from .compiled import Compiled, insert_all, update
from .facts import CHUNK, all_facts, facts_for
from .gates import WHOLE_OF, Facts, Unmet, change_of, next_moves
from .models import Integration, WaitingItem
from .process import MilestoneState, Role, Status
from .reminders import due
from .reminders.at_work import Item
from .reminders.decide import Waiting

BOTH = "both"
WAITING = Compiled(WaitingItem.objects.order_by("position"))

Row = tuple[str, str, str, str, list[list[str]], datetime.date, datetime.date]
"""Code, reason, role, where, params, since and due_on of one waiting item."""


@dataclass(frozen=True)
class Refreshed:
    """What storing brought to light: whether anything was different, and what approved milestones no longer have."""

    changed: bool
    lapsed: tuple[Unmet, ...] = ()


def refresh(integration: Integration, facts: Facts, stored: list[WaitingItem] | None = None) -> Refreshed:
    """Store what `facts` say, in place of what is `stored`. Call it inside the transaction of the change."""
    stored = list(WAITING.of([integration.pk])) if stored is None else stored
    rows = _rows(facts, stored)
    columns = _columns(integration, facts)
    changed = {name: value for name, value in columns.items() if getattr(integration, name) != value}
    different = rows != _stored_rows(stored)
    if different:
        WAITING.delete_of(integration.pk)
        insert_all([_item(integration, n, row) for n, row in enumerate(rows)])
    if changed:
        for name, value in changed.items():
            setattr(integration, name, value)
        update(integration, *changed)
    known = {item.code for item in stored}  # what is on its way to being met again is no second lapse
    lapsed = tuple(move for move in next_moves(facts) if _lapsed(move, facts) and move.code not in known)
    return Refreshed(bool(changed) or different, lapsed)


def differences(day: datetime.date | None = None) -> Iterator[tuple[Integration, bool]]:
    """Every integration, with whether what is stored differs from what is evaluated."""
    for integration, facts in all_facts(day):
        stored = list(integration.waiting_items.all())
        columns = _columns(integration, facts)
        differs = any(getattr(integration, name) != value for name, value in columns.items())
        yield integration, differs or _rows(facts, stored) != _stored_rows(stored)


def as_unmet(item: WaitingItem) -> Unmet:
    """A stored line as the Unmet it was made from, without the people."""
    return Unmet(item.code, item.reason, Role(item.role), item.where, (), tuple((n, v) for n, v in item.params))


def key_of(one: Unmet | Waiting | WaitingItem | Item) -> str:
    """Names a waiting item in an address: the same while it waits, however much of its form is left."""
    role = Role(one.role).value if one.role else ""
    identity = _identity(one.code, one.reason, role, [list(param) for param in one.params])
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]


def _rows(facts: Facts, stored: list[WaitingItem]) -> list[Row]:
    """What waits now. What waited before has waited since then; the rest since today."""
    waited = {_identity(item.code, item.reason, item.role, item.params): item.since for item in stored}
    rows = []
    for move in next_moves(facts):
        since = waited.get(_identity_of(move)) or waited.get(_as_before(move)) or facts.today
        params = [list(param) for param in move.params]
        due_on = due.due_date_of(move, facts, since)
        rows.append((move.code, move.reason, move.role.value, move.where, params, since, due_on))
    return rows


def _stored_rows(stored: list[WaitingItem]) -> list[Row]:
    return [
        (item.code, item.reason, item.role, item.where, item.params, item.since, item.due_on)
        for item in sorted(stored, key=lambda item: item.position)
    ]


def _item(integration: Integration, position: int, row: Row) -> WaitingItem:
    code, reason, role, where, params, since, due_on = row
    return WaitingItem(
        integration=integration,
        position=position,
        code=code,
        reason=reason,
        role=role,
        where=where,
        params=params,
        since=since,
        due_on=due_on,
    )


def _identity(code: str, reason: str, role: str, params: list[list[str]]) -> tuple[str, str, str, str]:
    """The key of a waiting item: it leaves out what may change while it waits, such as how much of a form is left."""
    if reason in WHOLE_OF or reason in WHOLE_OF.values():
        return code, WHOLE_OF.get(reason, reason), role, change_of(params)
    return code, reason, role, str([pair for pair in params if pair[0] not in ("count", "readers")])


def _identity_of(move: Unmet) -> tuple[str, str, str, str]:
    return _identity(move.code, move.reason, move.role.value, [list(param) for param in move.params])


def _as_before(move: Unmet) -> tuple[str, str, str, str]:
    """The key under which an earlier version stored it, which did not say which row it is about."""
    params = [list(param) for param in move.params if param[0] != "pk"]
    return _identity(move.code, move.reason, move.role.value, params)


def _lapsed(move: Unmet, facts: Facts) -> bool:
    """Whether it belongs to an approved milestone: it was met, and is not any more."""
    number = due.milestone_of(move.code, facts)
    beside = move.reason == "details_unacknowledged"
    return number is not None and not beside and facts.state_of(number) == MilestoneState.APPROVED


def _columns(integration: Integration, facts: Facts) -> dict[str, object]:
    number = facts.phase.number
    current = facts.milestones.get(number) if number else None
    parties = {move.party for move in next_moves(facts)}
    waits_on = BOTH if len(parties) > 1 else next((party.value for party in parties), "")
    submitted = current is not None and current.state == MilestoneState.SUBMITTED and facts.status == Status.ACTIVE
    in_progress = current is not None and current.state == MilestoneState.IN_PROGRESS
    return {
        "waits_on": waits_on,
        "due_on": current.target_on if current else None,
        "submitted_at": current.submitted_at if submitted and current else None,
        "returned": bool(in_progress and current and current.returned),
        "search_text": integration.found_by_text,
    }


Tell = Callable[[Integration, Facts, tuple[Unmet, ...]], None]


def refresh_all(tell: Tell | None = None) -> int:
    """Refresh every integration, a chunk at a time and under their locks; returns how many were different.

    `tell` is called for each integration, in the same transaction, with the requirements that have lapsed, if any.
    """
    return refresh_many(list(Integration.objects.order_by("pk").values_list("pk", flat=True)), tell)


def refresh_many(pks: list[int], tell: Tell | None = None) -> int:
    """Refresh these, given in ascending order; returns how many were different."""
    return sum(_refresh_chunk(pks[start : start + CHUNK], tell) for start in range(0, len(pks), CHUNK))


@transaction.atomic
def _refresh_chunk(pks: list[int], tell: Tell | None) -> int:
    """Lock, then read, in the order of primary keys: whoever takes several locks takes them in that order."""
    locks.lock_these(pks)
    rows = list(Integration.objects.with_records().prefetch_related("waiting_items").filter(pk__in=pks))
    facts = facts_for(rows)
    changed = 0
    for integration in rows:
        refreshed = refresh(integration, facts[integration.pk], list(integration.waiting_items.all()))
        changed += refreshed.changed
        if tell:
            tell(integration, facts[integration.pk], refreshed.lapsed)
    return changed
