"""1.2 members and the roles they hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .. import policy
from ..models import EventKind, Integration, Member, RoleHolding, User
from ..models.people import normalised
from ..process import MEMBER_ROLES, Role
from .door import Move, door
from .operations import hand_over_unread


def invite(integration: Integration, *, by: User, name: str, email: str, roles: Iterable[Role]) -> Member:
    """Make somebody a member with these roles; they may not have signed in yet.

    Raises ValidationError (by field) for Digipost's staff and for somebody who is a member already.
    """
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        return add_member(move, name, email, roles)


def set_roles(integration: Integration, member_id: int, *, by: User, roles: Iterable[Role]) -> None:
    """Give and end roles so that the member holds exactly these. ValidationError for the last project manager."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        member = move.fetch(Member, member_id, left_at__isnull=True)
        roles = set(roles)
        _require_manager_left(move, member, roles)
        _hold(move, member, roles)


def remove(integration: Integration, member_id: int, *, by: User) -> None:
    """The member leaves; at the next request the integration does not exist to them. ValidationError as above."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        member = move.fetch(Member, member_id, left_at__isnull=True)
        _require_manager_left(move, member, set())
        _hold(move, member, [])
        move.update(member, left_at=move.now, reads_notices=False)
        hand_over_unread(move, member)
        move.log(EventKind.MEMBER_LEFT, member.name)


def _require_manager_left(move: Move, member: Member, roles: set[Role]) -> None:
    """Somebody must be able to invite, and to put right what goes wrong, on the sender's side."""
    managers = {person.user_id for person in move.facts.people.get(Role.PROJECT_MANAGER, ())}
    if managers == {member.user_id} and Role.PROJECT_MANAGER not in roles:
        refusal = _("An integration needs a project manager. Give somebody else the role first.")
        raise ValidationError({"roles": refusal})


def add_member(move: Move, name: str, email: str, roles: Iterable[Role]) -> Member:
    """Part of inviting and of intake."""
    user = known_or_new(name, email)
    if user.is_staff:
        raise ValidationError({"email": _("Digipost's staff cannot be members of an integration.")})
    if move.integration.members.current().filter(user=user).exists():
        raise ValidationError({"email": _("This person is already a member.")})
    member = Member.objects.create(integration=move.integration, user=user, name=name, joined_at=move.now)
    move.log(EventKind.MEMBER_INVITED, name, concerns=[user.pk])
    _hold(move, member, roles)
    return member


def known_or_new(name: str, email: str) -> User:
    """Who has this address, locked, so that they are not erased meanwhile. Call it before an event is written."""
    known = User.objects.select_for_update(no_key=True).filter(email=normalised(email))
    try:
        with transaction.atomic():
            return known.first() or User.objects.create_user(email, name)
    except IntegrityError:  # invited to another integration at the same moment; its lock is not ours
        return known.get()


def _hold(move: Move, member: Member, roles: Iterable[Role]) -> None:
    wanted = {Role(role) for role in roles} & set(MEMBER_ROLES)
    holdings = {Role(row.role): row for row in member.roles.filter(ended_at__isnull=True)}
    for role in set(holdings) - wanted:
        move.update(holdings[role], ended_at=move.now)
    RoleHolding.objects.bulk_create(
        RoleHolding(member=member, role=role, given_at=move.now) for role in wanted - set(holdings)
    )
    if wanted != set(holdings):
        invited = any(event.kind == EventKind.MEMBER_INVITED for event, _concerned in move.events)
        gained = [] if invited or not wanted - set(holdings) else [member.user_id]
        old, new = _listed(set(holdings)), _listed(wanted)
        move.log(EventKind.ROLES_CHANGED, member.name, old=old, new=new, concerns=gained)


def _listed(roles: set[Role]) -> str:
    return ", ".join(role.value for role in MEMBER_ROLES if role in roles)
