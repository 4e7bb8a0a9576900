"""5.0 the launch date and 5.2 the first real sending."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import gates, policy
from ..models import EventKind, Integration, Launch, User
from ..process import Party
from .door import door
from .move import Move, Stale, asks, stale


@asks(policy.Right.CONFIRM_LAUNCH_DATE)
def confirm_launch_date(integration: Integration, *, by: User, launch_on: datetime.date) -> None:
    """A business owner sets and confirms the date of launch.

    Raises GateClosed before milestone 4 is approved, Stale once it has been launched on a confirmed date.
    """
    with door(integration, by) as move:
        move.ask(confirm_launch_date)
        move.require_unblocked("5.0")
        launch = move.integration.launch
        _require_unlaunched(launch)
        old = launch.launch_on or ""
        move.update(launch, launch_on=launch_on, date_confirmed_by=by)
        move.log(EventKind.LAUNCH_DATE_CONFIRMED, "5.0", old=old, new=launch_on)


@asks(policy.Right.PROPOSE_DATES)
def propose_launch_date(integration: Integration, *, by: User, launch_on: datetime.date) -> None:
    """Propose a date for the business owner to confirm; another date than the confirmed one must be confirmed anew.

    Raises as `confirm_launch_date`, and ValidationError (by field) for a date that has passed.
    """
    with door(integration, by) as move:
        move.ask(propose_launch_date)
        move.require_unblocked("5.0")
        launch = move.integration.launch
        if launch.launch_on == launch_on:
            return
        move.require_ahead(launch_on=launch_on)
        _require_unlaunched(launch)
        move.log(EventKind.DATES_PROPOSED, "5.0", old=launch.launch_on or "", new=launch_on)
        move.update(launch, launch_on=launch_on, date_confirmed_by=None)


@asks(policy.Right.RECORD_LAUNCH)
def record_first_sending(
    integration: Integration, *, by: User, first_sending_on: datetime.date, documents_sent: int
) -> None:
    """Record the first sending to real recipients. Raises GateClosed before milestone 4 is approved, 3.3 and 5.0 met,
    ValidationError (by field) for a day before production was opened.

    What was confirmed about another first sending lapses.
    """
    with door(integration, by) as move:
        move.ask(record_first_sending)
        move.require_unblocked("5.2")
        move.require_past(first_sending_on=first_sending_on)
        _require_after_opening(move, first_sending_on)
        launch = move.integration.launch
        old = launch.sending
        move.update(
            launch,
            first_sending_on=first_sending_on,
            documents_sent=documents_sent,
            sending_recorded_by=by,
            sender_confirmed_by=None,
            sender_confirmed_at=None,
            digipost_confirmed_by=None,
            digipost_confirmed_at=None,
        )
        move.log(EventKind.FIRST_SENDING_RECORDED, "5.2", old=old, new=launch.sending)


@asks(policy.Right.DESCRIBE)
def decide_manual_approval(integration: Integration, *, by: User, manual_approval: bool, note: str) -> None:
    """With batch: whether the first mass sendings are approved by hand."""
    with door(integration, by) as move:
        move.ask(decide_manual_approval)
        launch = move.integration.launch
        old = "" if launch.manual_approval is None else launch.manual_approval
        move.update(launch, manual_approval=manual_approval, manual_approval_note=note)
        move.log(EventKind.MANUAL_APPROVAL_DECIDED, "5.2", old=old, new=manual_approval, reason=note)


def confirm_launch(integration: Integration, *, by: User, seen: str | None = None) -> None:
    """Confirm for one's own side that the first sending works. Raises GateClosed before one is recorded.

    `seen` names the sending that the page showed (`Launch.sending`); Stale if another is recorded meanwhile.
    """
    with door(integration, by) as move:
        party = move.actor.party
        move.require(policy.Right.CONFIRM_LAUNCH_DIGIPOST if party is Party.DIGIPOST else policy.Right.RECORD_LAUNCH)
        unmet = gates.unmet_of("5.2", move.facts)
        move.require_nothing_unmet([one for one in unmet if one.reason.startswith("first_sending")])
        if seen not in (None, move.integration.launch.sending):
            raise stale()
        _confirm(move, party)


def _require_unlaunched(launch: Launch) -> None:
    """What has been launched keeps the date that was confirmed for it."""
    if launch.is_dated_for_good:
        raise Stale(_("The first sending is recorded: the launch date is no longer changed."))


def _require_after_opening(move: Move, day: datetime.date) -> None:
    opened = move.production_opened_on
    if opened is None or day < opened:
        raise ValidationError({"first_sending_on": _("Nothing was sent before production was opened.")})


def _confirm(move: Move, party: Party) -> None:
    launch = move.integration.launch
    if getattr(launch, f"{party.value}_confirmed_at"):
        raise stale()
    if party is Party.DIGIPOST:
        move.require_someone_else(launch.sending_recorded_by_id, launch.sender_confirmed_by_id)
    else:
        move.require_someone_else(launch.digipost_confirmed_by_id)
    move.update(launch, **{f"{party.value}_confirmed_by": move.by, f"{party.value}_confirmed_at": move.now})
    move.log(EventKind.LAUNCH_CONFIRMED, "5.2", new=party)
