"""What lists filter and sort by, stored: the evaluator's answer, kept on the integration and its waiting items.

`refresh` runs in the transaction that changed the facts. Some answers change with the date alone (an exception ends,
a certificate expires), so a nightly task refreshes all; `differences` proves that stored equals evaluated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db import transaction

from .facts import CHUNK, all_facts, facts_for
from .gates import Facts, Unmet, next_moves
from .models import Integration, WaitingItem
from .process import MilestoneState, Role, Status

BOTH = "both"

Row = tuple[str, str, str, str, list[list[str]]]


def refresh(integration: Integration, facts: Facts) -> bool:
    """Store what `facts` say; returns whether anything was different. Call it inside the transaction of the change."""
    rows = _rows(facts)
    columns = _columns(integration, facts)
    stored = _stored_rows(integration)
    changed = {name: value for name, value in columns.items() if getattr(integration, name) != value}
    if rows != stored:
        integration.waiting_items.all().delete()
        WaitingItem.objects.bulk_create(
            WaitingItem(
                integration=integration, position=n, code=code, reason=reason, role=role, where=where, params=params
            )
            for n, (code, reason, role, where, params) in enumerate(rows)
        )
    if changed:
        for name, value in changed.items():
            setattr(integration, name, value)
        integration.save(update_fields=list(changed))
    return bool(changed) or rows != stored


def differences(day: datetime.date | None = None) -> Iterator[tuple[Integration, bool]]:
    """Every integration, with whether what is stored differs from what is evaluated."""
    for integration, facts in all_facts(day):
        columns = _columns(integration, facts)
        differs = any(getattr(integration, name) != value for name, value in columns.items())
        yield integration, differs or _rows(facts) != _stored_rows(integration)


def as_unmet(item: WaitingItem) -> Unmet:
    """A stored line as the Unmet it was made from, without the people."""
    return Unmet(item.code, item.reason, Role(item.role), item.where, (), tuple((n, v) for n, v in item.params))


def _rows(facts: Facts) -> list[Row]:
    return [
        (move.code, move.reason, move.role.value, move.where, [list(param) for param in move.params])
        for move in next_moves(facts)
    ]


def _stored_rows(integration: Integration) -> list[Row]:
    return [
        (item.code, item.reason, item.role, item.where, item.params)
        for item in sorted(integration.waiting_items.all(), key=lambda item: item.position)
    ]


def _columns(integration: Integration, facts: Facts) -> dict[str, object]:
    number = facts.phase.number
    current = facts.milestones.get(number) if number else None
    parties = {move.party for move in next_moves(facts)}
    waits_on = BOTH if len(parties) > 1 else next((party.value for party in parties), "")
    submitted = current is not None and current.state == MilestoneState.SUBMITTED and facts.status == Status.ACTIVE
    return {
        "waits_on": waits_on,
        "due_on": current.target_on if current else None,
        "submitted_at": current.submitted_at if submitted and current else None,
    }


def lock_all() -> None:
    """Lock every integration, in the order of primary keys, for what concerns all of them at once."""
    list(Integration.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def refresh_all() -> int:
    """Refresh every integration, a chunk at a time and under their locks; returns how many were different."""
    return refresh_many(list(Integration.objects.order_by("pk").values_list("pk", flat=True)))


def refresh_many(pks: list[int]) -> int:
    """Refresh these, given in ascending order; returns how many were different."""
    return sum(_refresh_chunk(pks[start : start + CHUNK]) for start in range(0, len(pks), CHUNK))


@transaction.atomic
def _refresh_chunk(pks: list[int]) -> int:
    """Lock, then read, in the order of primary keys: whoever takes several locks takes them in that order."""
    list(Integration.objects.select_for_update().only("pk").filter(pk__in=pks).order_by("pk"))
    rows = list(Integration.objects.with_records().prefetch_related("waiting_items").filter(pk__in=pks))
    facts = facts_for(rows)
    return sum(refresh(integration, facts[integration.pk]) for integration in rows)
