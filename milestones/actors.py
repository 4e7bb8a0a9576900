"""Who somebody is to an integration: what they may act as, and who else is on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from . import gates
from .compiled import Compiled
from .models import Integration, Member, User
from .policy import Actor
from .process import Role


def actor_of(user: User, facts: gates.Facts) -> Actor:
    """What `user` is to the integration that `facts` are about. Staff act for Digipost only."""
    return _actor(user, facts.people, facts.member_ids, facts.joined_ids)


def actor_on(user: User, integration: Integration) -> Actor:
    """What `user` is to `integration` now: as `actor_of`, where nothing but that is asked."""
    members = members_of([integration.pk])[integration.pk]
    return _actor(user, members.roles, members.user_ids, members.joined_ids)


def _actor(
    user: User,
    people: Mapping[Role, Iterable[gates.Person]],
    member_ids: Container[int],
    joined_ids: Container[int],
) -> Actor:
    if user.is_staff:
        roles = frozenset({Role.ONBOARDING})
        changed = user.pk in joined_ids
        return Actor(user.pk, user.name, is_staff=True, is_member=False, roles=roles, changed_sides=changed)
    held = frozenset(role for role, persons in people.items() if user.pk in {person.user_id for person in persons})
    return Actor(user.pk, user.name, is_staff=False, is_member=user.pk in member_ids, roles=held - {Role.ONBOARDING})


@dataclass
class Members:
    """Who is on one integration, by user. `joined_ids` are all who ever accepted, also those who left."""

    user_ids: set[int] = field(default_factory=set)
    joined_ids: set[int] = field(default_factory=set)
    readers: set[int] = field(default_factory=set)
    roles: dict[Role, tuple[gates.Person, ...]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    ever_held: set[Role] = field(default_factory=set)

    @property
    def vacated(self) -> frozenset[Role]:
        """Roles that somebody held and nobody who may act holds."""
        return frozenset(self.ever_held - set(self.roles))

    def add(self, row: Any) -> None:
        """A member, or former member, with one of the roles that they hold or held (None: none): see `MEMBERS`."""
        if row.left_at is None or row.user_id not in self.names:
            self.names[row.user_id] = row.name
        if row.accepted_at:
            self.joined_ids.add(row.user_id)
        if row.role:
            self.ever_held.add(Role(row.role))
        if row.left_at or not row.is_active or row.is_staff:
            return  # may not act
        if row.accepted_at:
            self.user_ids.add(row.user_id)
        if row.reads_notices:
            self.readers.add(row.user_id)
        if row.role and row.role_ended_at is None:
            role = Role(row.role)
            self.roles[role] = (*self.roles.get(role, ()), gates.Person(row.name, row.email, row.user_id))


MEMBERS = Compiled(
    Member.objects.annotate(
        email=F("user__email"),
        is_active=F("user__is_active"),
        is_staff=F("user__is_staff"),
        role=F("roles__role"),
        role_ended_at=F("roles__ended_at"),
    ).order_by("name", "pk")
)


def members_of(ids: list[int]) -> dict[int, Members]:
    """Members by integration, in one query: what each is or was called, and the roles of who may act."""
    members: dict[int, Members] = defaultdict(Members)
    for row in MEMBERS.of(ids):
        members[row.integration_id].add(row)
    return members
