"""What was done before the tool was used: recorded as carried over, and the milestones that rest on it taken on.

Only `taking_in` calls this, for a row of an import that a second member of Digipost's staff has confirmed. Milestones
are submitted here by the one who prepared the import and approved, by `milestones.approve`, by the one who confirmed
it: through the door, by the gates, and with an event each. `consequences` ends what is contradicted.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import gates, policy
from ..actors import actor_on
from ..facts import facts_of, integration_now
from ..models import CarriedOver, EventKind, ImportRow, Integration, User, taken_back
from ..process import MILESTONE_NUMBERS, MilestoneState
from .door import door
from .milestones import approve, submit_carried_over
from .move import Move, stale


def carry_over(
    integration: Integration, done: Mapping[str, datetime.date], *, by: User, row: ImportRow, source: str
) -> None:
    """Record, for each requirement (code), the date on which it was met, and where that is known from.

    Raises Stale unless the import of `row` is confirmed, Forbidden unless both who vouch for it are staff who
    were never on the integration for the sender, ValidationError for a date that lies in the future, or before the day
    on which it was taken back here.
    """
    confirmed_by = row.part_of.confirmed_by
    if not row.part_of.is_confirmed or confirmed_by is None:
        raise stale()
    with door(integration, by) as move:
        move.require(policy.Right.CARRY_OVER)
        policy.require(actor_on(confirmed_by, move.integration), policy.Right.CARRY_OVER)
        gone = taken_back([move.integration])
        for code, on in done.items():
            move.require_past(**{code: on})
            if on < gone.get((move.integration.pk, code), on):
                raise ValidationError(_("%(code)s was taken back here after that day.") % {"code": code})
            _record(move, code, on, row=row, source=source, confirmed_by=confirmed_by)


def _record(move: Move, code: str, on: datetime.date, *, row: ImportRow, source: str, confirmed_by: User) -> None:
    """In place of what was carried over for it before."""
    stands = CarriedOver.objects.current().filter(integration=move.integration, code=code).first()
    if stands:
        move.update(stands, ended_at=move.now)
    CarriedOver.objects.create(
        integration=move.integration,
        code=code,
        on=on,
        source=source,
        row=row,
        recorded_by=move.by,
        confirmed_by=confirmed_by,
        recorded_at=move.now,
    )
    move.log(EventKind.CARRIED_OVER, code, old=stands.on if stands else "", new=on, reason=source)


def take_on_milestones(integration: Integration, *, prepared_by: User, confirmed_by: User, source: str) -> None:
    """Submit and approve each milestone, in their order, that was done before: see `gates.carried_up_to`.

    Raises as those acts do.
    """
    for number in MILESTONE_NUMBERS:
        facts = facts_of(integration_now(integration.pk))
        if facts.state_of(number) == MilestoneState.APPROVED:
            continue
        if gates.carried_up_to(facts) < number:
            return
        submit_carried_over(integration, number, by=prepared_by, source=source)
        approve(integration, number, by=confirmed_by)
