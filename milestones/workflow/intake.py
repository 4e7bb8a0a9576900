"""Where an integration begins, and how it is paused, resumed and closed."""

from __future__ import annotations

from django.db import transaction

from .. import clock, policy, texts
from ..facts import today
from ..models import (
    Accounts,
    EventKind,
    Integration,
    Launch,
    Milestone,
    MutualAccord,
    Operations,
    Organisation,
    ProductionScope,
    SolutionDescription,
    User,
    Verification,
    new_reference,
)
from ..process import DEFAULT_WORKING_DAYS, MILESTONE_NUMBERS, Accord, MilestoneState, Role, SenderKind
from ..workdays import add_working_days
from .door import Move, door, settle, take_turns
from .once import adds
from .people import add_member, known_or_new

ONE_OF_EACH = (SolutionDescription, Accounts, Verification, ProductionScope, Launch, Operations)


@adds(by_call=True)
@transaction.atomic
def create_integration(
    *,
    by: User,
    number: str,
    organisation: str,
    name: str,
    sender_kind: SenderKind,
    manager_name: str,
    manager_email: str,
) -> Integration:
    """Take in a direct integration, with its project manager as first member and milestone 1 in progress.

    `number` is a valid organisation number, nine digits. The organisation is called what it is called here.
    Raises ValidationError if the project manager is Digipost's own, Stale if `by` created the same already.
    """
    organisation, name, manager_name = map(texts.one_line, (organisation, name, manager_name))
    take_turns(by)
    known_or_new(manager_name, manager_email)
    owner, _created = Organisation.objects.get_or_create(number=number, name=organisation)
    integration = Integration.objects.create(
        reference=_unused_reference(),
        name=name,
        organisation=owner,
        sender_kind=sender_kind,
        onboarding_contact=by if by.is_staff else None,
        created_at=clock.now(),
    )
    for model in ONE_OF_EACH:
        model.objects.create(integration=integration)
    MutualAccord.objects.bulk_create(MutualAccord(integration=integration, subject=subject) for subject in Accord)
    _lay_out_milestones(integration)
    move = Move(integration, by)
    move.log(EventKind.INTEGRATION_CREATED, integration.name, new=f"{owner.name} {owner.number}")
    add_member(move, manager_name, manager_email, [Role.PROJECT_MANAGER])
    move.log(EventKind.MILESTONE_STARTED, "1", old=MilestoneState.UPCOMING, new=MilestoneState.IN_PROGRESS)
    settle(move)
    return Integration.objects.with_records().get(pk=integration.pk)


def _unused_reference() -> str:
    while Integration.objects.filter(reference=(reference := new_reference())).exists():
        pass
    return reference


def _lay_out_milestones(integration: Integration) -> None:
    first_due = add_working_days(today(), DEFAULT_WORKING_DAYS[1])
    Milestone.objects.bulk_create(
        Milestone(
            integration=integration,
            number=number,
            state=MilestoneState.IN_PROGRESS if number == 1 else MilestoneState.UPCOMING,
            target_on=first_due if number == 1 else None,
        )
        for number in MILESTONE_NUMBERS
    )


def pause(integration: Integration, *, by: User, reason: str) -> None:
    """Nothing is submitted or approved and nobody is reminded until it is resumed."""
    with door(integration, by) as move:
        _change_status(move, "pause", EventKind.PAUSED, reason)


def resume(integration: Integration, *, by: User) -> None:
    with door(integration, by) as move:
        _change_status(move, "resume", EventKind.RESUMED, "")


def close(integration: Integration, *, by: User, reason: str) -> None:
    """For good. Production sending closes with it; the history stays."""
    with door(integration, by) as move:
        _change_status(move, "close", EventKind.CLOSED, reason)
        move.update(move.integration, closed_because=reason)
        disable_production(move, reason)


def set_contact(integration: Integration, *, by: User, contact: User | None) -> None:
    """Name the onboarding contact among Digipost's staff, or none."""
    with door(integration, by) as move:
        move.require(policy.Right.STEER)
        old = move.integration.onboarding_contact or ""
        move.update(move.integration, onboarding_contact=contact)
        move.log(EventKind.CONTACT_CHANGED, old=old, new=contact or "", concerns=[contact.pk] if contact else [])


def disable_production(move: Move, reason: str) -> None:
    """Close production sending if it is open; part of reopening and of closing."""
    accounts = move.integration.accounts
    if accounts.production_enabled:
        move.update(accounts, production_enabled_at=None, production_enabled_by=None)
        move.log(EventKind.PRODUCTION_DISABLED, "3.3", reason=reason)


def _change_status(move: Move, transition: str, kind: EventKind, reason: str) -> None:
    move.require(policy.Right.STEER)
    old = move.integration.status
    move.fire(move.integration, transition)
    move.integration.save(update_fields=["status"])
    move.log(kind, old=old, new=move.integration.status, reason=reason)
