"""1.2 members, the roles they hold, and the invitations by which they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .. import clock, locks, policy, texts
from ..compiled import Compiled, given, insert, insert_all
from ..mailboxes import is_at_staff_domain, normalised, require_deliverable, require_sender
from ..models import EventKind, Integration, Invitation, Member, RoleHolding, User
from ..models.member import INVITATION_HOLDS, hash_of
from ..names import require_names
from ..pasted_people import Invitee, at_line
from ..process import MEMBER_ROLES, Role
from . import room
from .door import door
from .meetings import uninvite_from_all
from .move import Move, Stale, asks, require_person, stale
from .once import adds
from .operations import hand_over_unread

T = TypeVar("T")


@adds(alike=False)
@asks(policy.Right.MANAGE_PEOPLE)
def invite(integration: Integration, *, by: User, name: str, email: str, roles: Iterable[Role]) -> Member:
    """Make somebody a member with these roles, and send them a link by which they come in.

    Raises GateClosed while Digipost has not accepted the intake, ValidationError (by field) for Digipost's staff, for
    somebody who is a member already, for an address that cannot be a member's, for a name that is none or leads
    somewhere, and when no more are invited today.
    """
    with door(integration, by) as move:
        move.ask(invite)
        move.require_accepted()
        require_names(name=name)
        _require_turn_to_invite(move, email)
        return add_member(move, name, email, roles)


@adds(alike=False)
@asks(policy.Right.MANAGE_PEOPLE)
def invite_many(integration: Integration, *, by: User, people: Sequence[Invitee]) -> list[Member]:
    """Invite all of these, or none, each as `invite` does.

    Raises GateClosed as that does, and ValidationError for what it refuses, under `people`, each with its line.
    """
    with door(integration, by) as move:
        move.ask(invite_many)
        move.require_accepted()
        _each(people, _require_invitable)
        _require_turn_to_invite(move, *(one.email for one in people))
        _require_room(move, len(people))
        for one in sorted(people, key=lambda one: one.email):  # in one order: others may invite the same new people
            known_or_new(one.name, one.email)
        return _each(people, lambda one: add_member(move, one.name, one.email, one.roles))


def _each(people: Sequence[Invitee], do: Callable[[Invitee], T]) -> list[T]:
    """Do it for each; raises ValidationError, once all have been tried, with what was wrong and in which lines."""
    done, wrong = [], []
    for one in people:
        try:
            done.append(do(one))
        except ValidationError as error:
            wrong += [at_line(one.line, told) for told in error.messages]
    if wrong:
        raise ValidationError({"people": wrong})
    return done


def _require_invitable(one: Invitee) -> None:
    require_names(name=one.name)
    require_of_member(one.email)


@asks(policy.Right.MANAGE_PEOPLE)
def set_roles(integration: Integration, member_id: int, *, by: User, roles: Iterable[Role]) -> None:
    """Give and end roles so that the member holds exactly these. ValidationError for the last project manager."""
    with door(integration, by) as move:
        move.ask(set_roles)
        member = move.fetch(Member, member_id, left_at__isnull=True)
        roles = set(roles)
        _require_manager_left(move, member, roles)
        changed = _hold(move, member, roles)
        if changed and member.user_id != by.pk:  # whoever changes their own is at the keyboard
            User.objects.end_sessions(member.user_id)


def remove_member(integration: Integration, member_id: int, *, by: User) -> None:
    """The member leaves; at the next request the integration does not exist to them. ValidationError as above."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        member = move.fetch(Member, member_id, left_at__isnull=True)
        _require_manager_left(move, member, set())
        _hold(move, member, [])
        move.update(member, left_at=move.now, reads_notices=False)
        _revoke_open(move, member)
        User.objects.end_sessions(member.user_id)
        hand_over_unread(move, member)
        uninvite_from_all(move, member.user_id)
        move.log(EventKind.MEMBER_LEFT, member.name)


@adds(alike=False)
def resend_invitation(integration: Integration, member_id: int, *, by: User) -> None:
    """Send another link; earlier ones no longer work. Stale for who has come in already; as `invite` for the rest."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        move.require_accepted()
        member = move.fetch(Member, member_id, left_at__isnull=True, accepted_at__isnull=True)
        _require_turn_to_invite(move, member.user.email)
        _revoke_open(move, member)
        _create_invitation(move, member)
        move.log(EventKind.INVITATION_RESENT, member.name, concerns=[member.user_id])


def revoke_invitation(integration: Integration, member_id: int, *, by: User) -> None:
    """The link no longer works. Who is named, and for what, stays; they can be removed, or invited again."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_PEOPLE)
        member = move.fetch(Member, member_id, left_at__isnull=True, accepted_at__isnull=True)
        if not _revoke_open(move, member):
            raise stale()
        move.log(EventKind.INVITATION_REVOKED, member.name)


def open_invitation(token: str) -> Invitation | None:
    """The invitation that a link is for, while it can be accepted."""
    found = Invitation.objects.of_token(token).open(clock.now()).filter(member__user__is_active=True)
    return found.select_related("member__user", "member__integration__organisation", "sent_by").first()


def accept_invitation(token: str, *, by: User) -> Integration:
    """Join: the integration exists to `by` from now on. Consumes the link.

    Raises Stale for a link that is used, withdrawn or expired, Forbidden for another address than it is bound to.
    """
    require_person()
    invitation = open_invitation(token)
    if invitation is None:
        raise gone()
    if is_at_staff_domain(by.email):  # so since the invitation was sent
        raise policy.Forbidden(_("Your address is Digipost's own, and whoever works there is no member here."))
    if by.pk != invitation.member.user_id or normalised(by.email) != normalised(invitation.email):
        raise policy.Forbidden(_("This invitation is for another address than the one you are signed in with."))
    with door(invitation.member.integration, by, invited=True) as move:
        if not Invitation.objects.open(move.now).filter(pk=invitation.pk).exists():  # somebody was first
            raise gone()
        move.update(invitation, used_at=move.now)
        _accept(move, invitation.member)
    return invitation.member.integration


def gone() -> Stale:
    return Stale(_("The link has been used, was withdrawn or is too old. Ask whoever invited you for a new one."))


def _accept(move: Move, member: Member) -> None:
    move.update(member, accepted_at=move.now)
    move.log(EventKind.INVITATION_ACCEPTED, member.name)


def _create_invitation(move: Move, member: Member) -> None:
    """Create the row with its token; the event that is logged queues the mail. Raises ValidationError as below."""
    require_of_member(member.user.email)
    invitation = Invitation(
        member=member,
        email=member.user.email,
        sent_by=move.by,
        sent_at=move.now,
        expires_at=move.now + INVITATION_HOLDS,
    )
    invitation.token_hash = hash_of(invitation.token)
    insert(invitation)


def _require_turn_to_invite(move: Move, *emails: str) -> None:
    """An invitation goes to somebody who has not asked for it: so many a day from one integration, and one person."""
    for email in emails:
        require_of_member(email)
    locks.lock_people(move.by, *emails)
    most = settings.INVITATIONS_A_DAY
    if len(emails) > most:
        refusal = _("%(most)s invitations in 24 hours is the most, and these are %(count)s. Invite fewer at a time.")
        raise ValidationError(refusal % {"most": most, "count": len(emails)})
    refusal = _("%(most)s invitations in 24 hours is the most. You can go on at %(when)s.")
    sent = [Invitation.objects.filter(member__integration=move.integration)]
    if not move.by.is_staff:
        sent.append(Invitation.objects.filter(sent_by=move.by))
    for rows in sent:
        room.require_turn(rows, "sent_at", most, refusal, more=len(emails))


def _revoke_open(move: Move, member: Member) -> int:
    return member.invitations.open(move.now).update(revoked_at=move.now)


def _require_manager_left(move: Move, member: Member, roles: set[Role]) -> None:
    """Somebody must be able to invite, and to put right what goes wrong, on the sender's side."""
    managers = {person.user_id for person in move.facts.people.get(Role.PROJECT_MANAGER, ())}
    if Role.PROJECT_MANAGER in roles or member.user_id not in managers:
        return
    others = managers - {member.user_id}
    if member.accepted_at:  # who has only been invited puts nothing right yet
        others &= move.facts.member_ids
    if not others:
        refusal = _("An integration needs a project manager. Give somebody else the role first.")
        raise ValidationError({"roles": refusal})


def add_member(move: Move, name: str, email: str, roles: Iterable[Role]) -> Member:
    """Part of inviting and of intake."""
    name = texts.one_line(name)
    _require_room(move, 1)
    user = known_or_new(name, email)
    if user.is_staff:
        raise ValidationError({"email": _("Digipost's staff cannot be members of an integration.")})
    if (user.pk, None) in _EVER.of([move.integration.pk]):
        raise ValidationError({"email": _("This person is already a member.")})
    member = Member(integration=move.integration, user=user, name=name, joined_at=move.now)
    insert(member)
    move.log(EventKind.MEMBER_INVITED, name, concerns=[user.pk])
    if user.pk == move.by.pk:  # whoever takes an integration in is in
        move.update(member, accepted_at=move.now)
    else:
        _create_invitation(move, member)
    _hold(move, member, roles)
    return member


_EVER = Compiled(Member.objects.values_list("user_id", "left_at"))
"""Who is a member, and who was: with when they left."""


def _require_room(move: Move, more: int) -> None:
    members = _EVER.of([move.integration.pk])
    full = _("There are %(most)s members, which is the maximum. Remove somebody first.")
    if more > 1:
        full = _("There can be %(most)s members, and these are too many. Invite fewer, or remove somebody first.")
    room.require_room(sum(left_at is None for _user, left_at in members), room.MEMBERS, full, more=more)
    ever = _("There have been %(most)s members, which is the maximum. Ask Digipost.")
    room.require_room(len(members), room.PEOPLE, ever, more=more)


def known_or_new(name: str, email: str) -> User:
    """Who has this address, locked, so that they are not erased meanwhile. Call it before an event is written.

    ValidationError, under `email`, for an address that no mail reaches, or that no member can have.
    """
    require_of_member(email)
    known = User.objects.select_for_update(no_key=True).filter(email=email)
    try:
        with transaction.atomic():
            return known.first() or User.objects.create_user(email, name)
    except IntegrityError:  # invited to another integration at the same moment; its lock is not ours
        return known.get()


def require_of_member(email: str) -> None:
    """ValidationError, under `email`, for an address that no mail reaches, or that is at a staff domain."""
    try:
        for require in (require_deliverable, require_sender):
            require(normalised(email))
    except ValidationError as error:
        raise ValidationError({"email": error}) from error


_HELD = Compiled(RoleHolding.objects.filter(member=given("member"), ended_at__isnull=True))


def _hold(move: Move, member: Member, roles: Iterable[Role]) -> bool:
    """Give and end roles. Returns whether anything changed."""
    wanted = {Role(role) for role in roles} & set(MEMBER_ROLES)
    holdings = {Role(row.role): row for row in _HELD.given(member=member.pk)}
    for role in set(holdings) - wanted:
        move.update(holdings[role], ended_at=move.now)
    gained = wanted - set(holdings)
    insert_all([RoleHolding(member=member, role=role, given_at=move.now) for role in gained])
    if wanted != set(holdings):
        invited = any(event.kind == EventKind.MEMBER_INVITED for event, _concerned in move.events)
        old, new = _listed(set(holdings)), _listed(wanted)
        concerns = [member.user_id] if gained and not invited else []
        move.log(EventKind.ROLES_CHANGED, member.name, old=old, new=new, concerns=concerns)
    return wanted != set(holdings)


def _listed(roles: set[Role]) -> str:
    return ", ".join(role.value for role in MEMBER_ROLES if role in roles)
