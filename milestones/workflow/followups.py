"""5.1 follow-up items."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import policy
from ..models import EventKind, FollowUpItem, Integration, User
from ..names import require_names
from ..process import FollowUpState
from . import room
from .door import door
from .move import Move, asks
from .once import adds


@adds()
@asks(policy.Right.DESCRIBE)
def add_follow_up(
    integration: Integration,
    *,
    by: User,
    title: str,
    description: str,
    deferred_to: str = "",
    deferred_until: datetime.date | None = None,
) -> FollowUpItem:
    """Add an open item; with who is to take it on and until when, its deferral is proposed too.

    Raises ValidationError where there is no room for another; by field if only one of the two is said.
    """
    with door(integration, by) as move:
        move.ask(add_follow_up)
        room.require_room(
            move.integration.follow_ups.count(),
            room.FOLLOW_UPS,
            _("There are %(most)s follow-up items, which is the maximum. Reopen or extend one that is here."),
        )
        item = FollowUpItem.objects.create(
            integration=move.integration, title=title, description=description, added_by=by, added_at=move.now
        )
        move.log(EventKind.FOLLOW_UP_ADDED, title)
        if deferred_to and deferred_until:
            _propose(move, item, deferred_to, deferred_until)
        elif deferred_to or deferred_until:
            missing = "deferred_until" if deferred_to else "deferred_to"
            raise ValidationError({missing: _("A deferral takes both: who takes it on, and a date.")})
        return item


@asks(policy.Right.DESCRIBE)
def close_follow_up(integration: Integration, item_id: int, *, by: User, resolution: str) -> None:
    with door(integration, by) as move:
        move.ask(close_follow_up)
        item = move.fetch(FollowUpItem, item_id)
        _step(move, item, "close", EventKind.FOLLOW_UP_CLOSED, resolution, resolution=resolution)


@asks(policy.Right.DESCRIBE)
def propose_deferral(
    integration: Integration, item_id: int, *, by: User, deferred_to: str, deferred_until: datetime.date
) -> None:
    """Say who takes an open item on, and by when; it is deferred once Digipost accepts. By staff: accepted at once."""
    with door(integration, by) as move:
        move.ask(propose_deferral)
        item = move.fetch(FollowUpItem, item_id, state=FollowUpState.OPEN)
        _propose(move, item, deferred_to, deferred_until)


def _propose(move: Move, item: FollowUpItem, deferred_to: str, deferred_until: datetime.date) -> None:
    require_names(deferred_to=deferred_to)
    accepts = policy.may(move.actor, policy.Right.ACCEPT_DEFERRAL)
    if accepts:
        move.require_someone_else(item.proposed_by_id)
    proposer = None if accepts else move.by
    move.update(item, deferred_to=deferred_to, deferred_until=deferred_until, proposed_by=proposer)
    said, concerned = f"{deferred_to}, {deferred_until}", move.called(deferred_to)
    move.log(EventKind.DEFERRAL_PROPOSED, item.title, new=said, concerns=concerned)
    if accepts:
        _accept(move, item)


@asks(policy.Right.ACCEPT_DEFERRAL)
def accept_deferral(
    integration: Integration, item_id: int, *, by: User, deferred_to: str, deferred_until: datetime.date
) -> None:
    """Digipost accepts the deferral that the page showed; Stale if another is proposed meanwhile."""
    with door(integration, by) as move:
        move.ask(accept_deferral)
        item = move.fetch(FollowUpItem, item_id, deferred_to=deferred_to, deferred_until=deferred_until)
        move.require_someone_else(item.proposed_by_id)
        _accept(move, item)


@asks(policy.Right.DESCRIBE)
def reopen_follow_up(integration: Integration, item_id: int, *, by: User, reason: str) -> None:
    with door(integration, by) as move:
        move.ask(reopen_follow_up)
        item = move.fetch(FollowUpItem, item_id)
        _step(move, item, "reopen", EventKind.FOLLOW_UP_REOPENED, reason, resolution="", **_undeferred())


def _undeferred() -> dict[str, object]:
    terms = {"deferred_to": "", "deferred_until": None, "proposed_by": None}
    return {**terms, "accepted_by": None, "accepted_at": None}


def _accept(move: Move, item: FollowUpItem) -> None:
    _step(move, item, "defer", EventKind.FOLLOW_UP_DEFERRED, "", accepted_by=move.by, accepted_at=move.now)


def _step(move: Move, item: FollowUpItem, transition: str, kind: EventKind, reason: str, **values: object) -> None:
    old = item.state
    move.fire(item, transition)
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=["state", *values])
    move.log(kind, item.title, old=old, new=item.state, reason=reason)
