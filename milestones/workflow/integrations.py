"""An integration as a whole: paused, resumed, closed, and who at Digipost is its contact."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .. import locks, policy
from ..models import EventKind, Integration, User
from ..process import Role
from .accounts import close_sending
from .door import door
from .heartbeats import forget_heartbeat
from .meetings import call_off_all
from .move import Move, Stale, asks
from .teams import forget_channel
from .tokens import revoke_all_tokens
from .webhooks import forget_webhooks


@asks(policy.Right.STEER)
def pause_integration(integration: Integration, *, by: User, reason: str) -> None:
    """Nothing is submitted or approved and nobody is reminded until it is resumed."""
    with door(integration, by) as move:
        move.ask(pause_integration)
        _change_status(move, "pause", EventKind.PAUSED, reason)


def resume_integration(integration: Integration, *, by: User) -> None:
    with door(integration, by) as move:
        move.require(policy.Right.STEER)
        _change_status(move, "resume", EventKind.RESUMED, "")


@asks(policy.Right.STEER)
def close_integration(integration: Integration, *, by: User, reason: str) -> None:
    """For good. Production sending closes with it, what was planned ahead is called off, its channel in Teams, its
    webhooks and the address that monitoring calls are forgotten, and its tokens are revoked; the history stays.
    """
    with door(integration, by) as move:
        move.ask(close_integration)
        told = () if move.integration.is_accepted else move.holders(Role.PROJECT_MANAGER)
        _change_status(move, "close", EventKind.CLOSED, reason, told)
        move.update(move.integration, closed_because=reason)
        close_sending(move, reason)
        call_off_all(move, reason)
        forget_channel(move)
        revoke_all_tokens(move)
        forget_heartbeat(move)
        forget_webhooks(move)


@asks(policy.Right.STEER)
def set_contact(integration: Integration, *, by: User, contact: User | None) -> None:
    """Name the onboarding contact among Digipost's staff, or none.

    Raises ValidationError (by field) for somebody who was on the integration for the sender: they could do nothing.
    """
    with door(integration, by) as move:
        move.ask(set_contact)
        if contact:
            _require_possible(move, contact)
        name_contact(move, contact)


@asks(policy.Right.STEER)
def take_case(integration: Integration, *, by: User) -> None:
    """Become the contact of an integration that has none. Raises Stale if somebody has it, and says who."""
    with door(integration, by) as move:
        move.ask(take_case)
        _require_possible(move, by)
        contact = move.integration.onboarding_contact
        if contact and move.integration.has_contact:
            raise Stale(_("%(who)s has this case.") % {"who": contact.name})
        name_contact(move, by)


@transaction.atomic
def assign_cases(integrations: Iterable[Integration], *, by: User, contact: User) -> None:
    """Name one contact for these integrations: all of them, or none.

    They are locked in the order of primary keys. Raises ValidationError (field `contact`) for somebody who was on one
    of them for the sender, and names it.
    """
    policy.require_staff(by)
    rows = sorted(integrations, key=lambda integration: integration.pk)
    locks.lock_these(integration.pk for integration in rows)
    for integration in rows:
        with door(integration, by) as move:
            move.require(policy.Right.STEER)
            if move.integration.onboarding_contact_id != contact.pk:
                _require_possible(move, contact)
                name_contact(move, contact)


def _require_possible(move: Move, contact: User) -> None:
    """Raise ValidationError for somebody who was on the integration for the sender: they could do nothing."""
    if contact.pk in move.facts.joined_ids:
        told = _("%(who)s was on %(reference)s for the sender. Name somebody else.")
        raise ValidationError({"contact": told % {"who": contact.name, "reference": move.integration.reference}})


def name_contact(move: Move, contact: User | None) -> None:
    """Part of naming one and of accepting an intake."""
    old = move.integration.onboarding_contact or ""
    move.update(move.integration, onboarding_contact=contact)
    move.log(EventKind.CONTACT_CHANGED, old=old, new=contact or "", concerns=[contact.pk] if contact else [])


def _change_status(move: Move, transition: str, kind: EventKind, reason: str, told: Iterable[int] = ()) -> None:
    old = move.integration.status
    move.fire(move.integration, transition)
    move.integration.save(update_fields=["status"])
    move.log(kind, old=old, new=move.integration.status, reason=reason, concerns=told)
