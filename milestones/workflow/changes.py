"""D.4: a change that the sender declares in operations. It is completed in `draw_consequences`, once all is retested.

A declaration moves nothing: phase, milestones and production stay as they are.
"""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from .. import clock, gates, policy
from ..models import DeclaredChange, EventKind, Integration, User
from ..process import ChangeKind, Environment
from . import room
from .door import door
from .move import Move, asks
from .once import adds


def _may_declare(move: Move) -> None:
    move.require(policy.Right.DECLARE_CHANGES)
    move.require_nothing_unmet(gates.before_operations(move.facts))


@adds()
@asks(_may_declare)
def declare_change(
    integration: Integration, *, by: User, kind: ChangeKind, description: str, retest_by: datetime.date
) -> DeclaredChange:
    """Declare a change: what it touches of the test set, by `gates.touched_by`, is retested in test by that day.

    Raises GateClosed before operations, ValidationError (by field) for a day that has passed, or where there are as
    many changes as there may be.
    """
    with door(integration, by) as move:
        move.ask(declare_change)
        move.require_ahead(retest_by=retest_by)
        _require_room(move)
        touched = gates.touched_by(kind, move.facts)
        change = DeclaredChange.objects.create(
            integration=move.integration,
            kind=kind,
            description=description,
            retest_by=retest_by,
            declared_on=clock.date_of(move.now),
            declared_at=move.now,
            declared_by=by,
        )
        in_test = move.integration.scenarios.current().filter(environment=Environment.TEST)
        change.scenarios.set(in_test.filter(code__in=[one.code for one in touched]))
        codes = ", ".join(one.code for one in touched)
        move.log(EventKind.CHANGE_DECLARED, kind, new=f"{retest_by}: {codes}" if codes else "", reason=description)
        return change


def _require_room(move: Move) -> None:
    changes = move.integration.declared_changes
    full = _("There are %(most)s declared changes, which is the maximum. Tell Digipost.")
    room.require_room(changes.count(), room.CHANGES, full)
    many = _("%(most)s declared changes wait for their retest, which is the maximum. Complete or withdraw one first.")
    room.require_room(changes.open().count(), room.OPEN_CHANGES, many)


@asks(policy.Right.DECLARE_CHANGES)
def withdraw_change(integration: Integration, change_id: int, *, by: User, reason: str) -> None:
    """The change was not made after all, or was declared by mistake: nothing is retested for its sake any more."""
    with door(integration, by) as move:
        move.ask(withdraw_change)
        change = move.fetch(DeclaredChange, change_id, withdrawn_at__isnull=True, completed_at__isnull=True)
        move.update(change, withdrawn_at=move.now, withdrawn_by=by, withdrawn_because=reason)
        move.log(EventKind.CHANGE_WITHDRAWN, change.kind, reason=reason)
