"""Where an integration begins, and is accepted by Digipost."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from .. import clock, locks, policy, texts
from ..clock import today
from ..compiled import insert, insert_all
from ..facts import integration_now
from ..mailboxes import normalised
from ..models import (
    Accounts,
    Event,
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
from ..names import require_company_name, require_names, require_title
from ..process import DEFAULT_WORKING_DAYS, MILESTONE_NUMBERS, Accord, MilestoneState, Role, SenderKind
from ..workdays import add_working_days
from . import room
from .consequences import draw_consequences
from .door import door
from .integrations import name_contact
from .move import Move, asks, require_person, stale
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
    becomes_contact: bool = True,
) -> Integration:
    """Take in a direct integration, with its project manager as first member and milestone 1 in progress.

    `number` is a valid organisation number, nine digits. The organisation is called what it is called here. What staff
    take in is accepted, and theirs to follow up if `by` becomes its contact; others take in for themselves alone, and
    Digipost accepts it before anybody else is invited.

    Raises ValidationError (by field) for names that lead somewhere or are none, if the project manager is Digipost's
    own, and when `by` takes in no more today; Stale if `by` created the same already.
    """
    require_person()
    organisation, name, manager_name = map(texts.one_line, (organisation, name, manager_name))
    require_names(require_title, name=name, manager_name=manager_name)
    require_names(require_company_name, organisation=organisation)
    if normalised(manager_email) != by.email:  # whoever takes in their own is called what they are
        policy.require_staff(by)
        require_names(manager_name=manager_name)
    locks.lock_people(by, manager_email)
    _require_turn_to_take_in(by)
    known_or_new(manager_name, manager_email)
    noted = {"noted_at": clock.now()}  # the register is asked tonight, whatever it is remembered to have said
    owner, _created = Organisation.objects.get_or_create(number=number, name=organisation, defaults=noted)
    integration = Integration.objects.create(
        reference=_unused_reference(),
        name=name,
        organisation=owner,
        sender_kind=sender_kind,
        onboarding_contact=by if by.is_staff and becomes_contact else None,
        created_at=clock.now(),
        accepted_at=clock.now() if by.is_staff else None,
        accepted_by=by if by.is_staff else None,
    )
    _lay_out(integration)
    move = Move(integration, by)
    told = () if integration.is_accepted else User.objects.staff().values_list("pk", flat=True)
    move.log(EventKind.INTEGRATION_CREATED, integration.name, new=f"{owner.name} {owner.number}", concerns=told)
    add_member(move, manager_name, manager_email, [Role.PROJECT_MANAGER])
    move.log(EventKind.MILESTONE_STARTED, "1", old=MilestoneState.UPCOMING, new=MilestoneState.IN_PROGRESS)
    draw_consequences(move)
    return integration_now(integration.pk)


def _lay_out(integration: Integration) -> None:
    """What every integration has from the beginning: its one of each, what both sides agree on, and its milestones."""
    for model in ONE_OF_EACH:
        insert(model(integration=integration))
    insert_all([MutualAccord(integration=integration, subject=subject) for subject in Accord])
    _lay_out_milestones(integration)


def _require_turn_to_take_in(by: User) -> None:
    """Staff take in as many as there are; whoever is not known to them yet, a few."""
    if by.is_staff:
        return
    mine = Event.objects.filter(kind=EventKind.INTEGRATION_CREATED, actor=by)
    refusal = _("%(most)s new integrations in 24 hours is the most. You can go on at %(when)s.")
    room.require_turn(mine, "at", settings.INTAKES_A_DAY, refusal)


def _unused_reference() -> str:
    while Integration.objects.filter(reference=(reference := new_reference())).exists():
        pass
    return reference


def _lay_out_milestones(integration: Integration) -> None:
    first_due = add_working_days(today(), DEFAULT_WORKING_DAYS[1])
    milestones = [
        Milestone(
            integration=integration,
            number=number,
            state=MilestoneState.IN_PROGRESS if number == 1 else MilestoneState.UPCOMING,
            target_on=first_due if number == 1 else None,
        )
        for number in MILESTONE_NUMBERS
    ]
    insert_all(milestones)


@asks(policy.Right.STEER)
def accept_intake(integration: Integration, *, by: User) -> None:
    """Digipost takes on what somebody else took in, and others are invited from now on.

    `by` becomes the contact, if there is none. To refuse one is to close it. Stale if it is accepted already.
    """
    with door(integration, by) as move:
        move.ask(accept_intake)
        if move.integration.is_accepted:
            raise stale()
        move.update(move.integration, accepted_at=move.now, accepted_by=by)
        move.log(EventKind.INTAKE_ACCEPTED, move.integration.name)
        if move.integration.onboarding_contact is None:
            name_contact(move, by)
