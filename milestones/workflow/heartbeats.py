"""D.1 as a fact: the private address that the sender's monitoring calls, and the beat."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import policy
from ..clock import DatabaseNow
from ..models import EventKind, Heartbeat, Integration, User
from ..models.calendar_feed import new_token
from ..models.member import hash_of
from .door import door
from .move import Move, asks, stale
from .once import adds


@adds(alike=False)
@asks(policy.Right.OPERATE)
def make_heartbeat(integration: Integration, *, by: User, period: int, grace: int) -> Heartbeat:
    """Make the address that monitoring calls every `period` minutes; it may be `grace` minutes late.

    What is returned has the token, which is stored nowhere. Raises GateClosed while the intake is not accepted, Stale
    if there is an address already.
    """
    with door(integration, by) as move:
        move.ask(make_heartbeat)
        move.require_accepted()
        if Heartbeat.objects.filter(integration=move.integration).exists():
            raise stale()
        row = Heartbeat(integration=move.integration, made_at=move.now, **_timed(period, grace))
        _give_token(row)
        row.save()
        move.log(EventKind.HEARTBEAT_MADE, "D.1", new=_said(row))
        return row


@asks(policy.Right.OPERATE)
def change_heartbeat(integration: Integration, *, by: User, period: int, grace: int) -> None:
    """Another period or grace, in minutes, for the same address."""
    with door(integration, by) as move:
        move.ask(change_heartbeat)
        row, old = _address_of(move), _said(_address_of(move))
        move.update(row, **_timed(period, grace))
        move.log(EventKind.HEARTBEAT_CHANGED, "D.1", old=old, new=_said(row))


@asks(policy.Right.OPERATE)
def replace_heartbeat(integration: Integration, *, by: User) -> Heartbeat:
    """Another address; the one before answers nobody any more. What is returned has the new token.

    A second press makes another: what is shown last is what people copy.
    """
    with door(integration, by) as move:
        move.ask(replace_heartbeat)
        row = _address_of(move)
        _give_token(row)
        row.save(update_fields=["token_hash"])
        move.log(EventKind.HEARTBEAT_REPLACED, "D.1")
        return row


@asks(policy.Right.OPERATE)
def revoke_heartbeat(integration: Integration, *, by: User) -> None:
    """The address answers nobody any more, and D.1 goes by what is recorded in words."""
    with door(integration, by) as move:
        move.ask(revoke_heartbeat)
        _address_of(move)
        forget_heartbeat(move)


def forget_heartbeat(move: Move) -> None:
    """Part of revoking an address and of closing an integration; the deviation of its silence is closed with it."""
    row = Heartbeat.objects.filter(integration=move.integration).select_related("deviation").first()
    if row is None:
        return
    row.delete()
    move.log(EventKind.HEARTBEAT_REVOKED, "D.1")
    deviation = row.deviation
    if deviation and not deviation.closed_at:
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            outcome = _("The address that monitoring called was revoked.")
        move.update(deviation, closed_at=move.now, closed_by=move.by, outcome=outcome)
        move.log(EventKind.DEVIATION_CLOSED, deviation.title, reason=outcome)


def _address_of(move: Move) -> Heartbeat:
    """Raises Stale if there is none any more."""
    row = Heartbeat.objects.filter(integration=move.integration).first()
    if row is None:
        raise stale()
    return row


def _timed(period: int, grace: int) -> dict[str, datetime.timedelta]:
    return {"period": datetime.timedelta(minutes=period), "grace": datetime.timedelta(minutes=grace)}


def _give_token(row: Heartbeat) -> None:
    row.token = new_token()
    row.token_hash = hash_of(row.token)


def _said(row: Heartbeat) -> str:
    """As an event has it: period and grace in minutes."""
    return "{} + {} min".format(*row.minutes)


def beat(token: str) -> bool:
    """The sender's monitoring says that all is well. Returns whether the address is one. One UPDATE and no lock."""
    return bool(Heartbeat.objects.of_token(token).update(last_beat_at=DatabaseNow()))
