"""What people check off, an integration's own items, and exceptions."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .. import policy
from ..compiled import insert
from ..models import ChecklistItem, Confirmation, EventKind, ExceptionGrant, Integration, User
from ..process import REQUIREMENTS, MilestoneState, Party, Role
from . import room
from .door import door
from .move import Move, Stale, asks, stale
from .once import adds


def _may_confirm(move: Move, key: str) -> None:
    move.require_role(_stands_on(move, key))
    if key in move.facts.confirmed:
        raise stale()


@asks(_may_confirm)
def confirm(
    integration: Integration,
    key: str,
    *,
    by: User,
    confirmed_on: datetime.date,
    note: str = "",
    document: File[Any] | None = None,
) -> None:
    """Check off a confirmed requirement or an own item, by whoever it stands on.

    Raises Stale if it is already, ValidationError (by field) for a date ahead or without the document that it needs.
    """
    with door(integration, by) as move:
        move.ask(confirm, key)
        move.require_past(confirmed_on=confirmed_on)
        requirement = REQUIREMENTS.get(key)
        if requirement and requirement.needs_document and document is None:
            raise ValidationError({"document": _("This is checked off with a document.")})
        confirmation = Confirmation(
            integration=move.integration,
            key=key,
            confirmed_by=by,
            confirmed_on=confirmed_on,
            statement=str(requirement.statement) if requirement else "",
            note=note,
            document=move.store(document),
            recorded_at=move.now,
        )
        insert(confirmation)
        move.log(EventKind.CONFIRMED, _name(move, key), new=confirmed_on, reason=note)


def unconfirm(integration: Integration, key: str, *, by: User) -> None:
    """Take a check back; the gate closes at once."""
    with door(integration, by) as move:
        move.require_role(_stands_on(move, key))
        confirmation = move.integration.confirmations.current().filter(key=key).first()
        if confirmation is None:
            raise stale()
        move.update(confirmation, ended_at=move.now)
        move.log(EventKind.CONFIRMATION_WITHDRAWN, _name(move, key))


@adds()
@asks(policy.Right.ADD_ITEMS)
def add_item(
    integration: Integration,
    *,
    by: User,
    milestone: int,
    title: str,
    description: str,
    required: bool,
    stands_on: Role,
) -> ChecklistItem:
    """Add an item of the integration's own. Raises ValidationError on a milestone that is approved, or full."""
    with door(integration, by) as move:
        move.ask(add_item)
        _require_unapproved(move, milestone)
        room.require_room(
            move.integration.items.filter(removed_at__isnull=True).count(),
            room.ITEMS,
            _("The checklist has %(most)s items of your own, which is the maximum. Remove one first."),
        )
        item = ChecklistItem.objects.create(
            integration=move.integration,
            milestone=milestone,
            title=title,
            description=description,
            required=required,
            stands_on=stands_on,
            added_by=by,
            added_for=move.actor.party,
            added_at=move.now,
        )
        move.log(EventKind.ITEM_ADDED, title, new=stands_on, concerns=move.holders(stands_on))
        return item


def _may_remove(move: Move, item_id: int) -> None:
    move.require(policy.Right.ADD_ITEMS)
    item = move.fetch(ChecklistItem, item_id, removed_at__isnull=True)
    if item.stands_on == Role.ONBOARDING or item.added_for == Party.DIGIPOST:
        move.require_role(Role.ONBOARDING)


@asks(_may_remove)
def remove_item(integration: Integration, item_id: int, *, by: User, reason: str) -> None:
    """Take an own item away again, with a reason; it stays on file.

    What Digipost added or must do itself is Digipost's to remove. Nothing is removed from a milestone that is approved
    or waits for approval (ValidationError): what was submitted is what is judged.
    """
    with door(integration, by) as move:
        move.ask(remove_item, item_id)
        item = move.fetch(ChecklistItem, item_id, removed_at__isnull=True)
        _require_unapproved(move, item.milestone)
        if move.facts.state_of(item.milestone) == MilestoneState.SUBMITTED:
            raise ValidationError(_("This milestone is submitted for approval. Withdraw or return it first."))
        move.update(item, removed_at=move.now)
        move.log(EventKind.ITEM_REMOVED, item.title, reason=reason)


@adds()
@asks(policy.Right.GRANT_EXCEPTIONS)
def grant_exception(
    integration: Integration, key: str, *, by: User, reason: str, until: datetime.date | None = None
) -> ExceptionGrant:
    """Digipost lets a requirement or own item go unmet, with a reason and, if wanted, a last day.

    Raises ValidationError for the requirements that bear no exception, and (by field) for a last day that is past.
    """
    with door(integration, by) as move:
        move.ask(grant_exception)
        requirement = REQUIREMENTS.get(key)
        if requirement is not None and not requirement.exception_allowed:
            raise ValidationError(_("No exception can be granted from %(code)s.") % {"code": key})
        if until is not None:
            move.require_ahead(until=until)
        name = _name(move, key)
        for earlier in move.integration.exceptions.current().filter(key=key):
            move.update(earlier, ended_at=move.now)
        grant = ExceptionGrant.objects.create(
            integration=move.integration, key=key, reason=reason, until=until, granted_by=by, granted_at=move.now
        )
        move.log(EventKind.EXCEPTION_GRANTED, name, new=until or "", reason=reason)
        return grant


def end_exception(integration: Integration, key: str, *, by: User) -> None:
    """The requirement counts again."""
    with door(integration, by) as move:
        move.require(policy.Right.GRANT_EXCEPTIONS)
        grant = move.integration.exceptions.current().filter(key=key).first()
        if grant is None:
            raise stale()
        move.update(grant, ended_at=move.now)
        move.log(EventKind.EXCEPTION_ENDED, _name(move, key))


def _own_item(move: Move, key: str) -> ChecklistItem:
    pk = key.removeprefix("item-")
    return move.fetch(ChecklistItem, int(pk) if pk.isdecimal() else 0, removed_at__isnull=True)


def _stands_on(move: Move, key: str) -> Role:
    requirement = REQUIREMENTS.get(key)
    if requirement is None:
        return Role(_own_item(move, key).stands_on)
    if not requirement.confirmed:
        raise Stale(_("This requirement is computed from what is recorded; nobody can check it off."))
    return requirement.stands_on


def _name(move: Move, key: str) -> str:
    return key if key in REQUIREMENTS else _own_item(move, key).title


def _require_unapproved(move: Move, milestone: int) -> None:
    if move.facts.state_of(milestone) == MilestoneState.APPROVED:
        raise ValidationError({"milestone": _("This milestone is approved; its items are settled.")})
