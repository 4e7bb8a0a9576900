"""Who somebody is to an integration: what they may act as, and who else is on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from . import gates
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
    user_ids: set[int] = field(default_factory=set)
    joined_ids: set[int] = field(default_factory=set)
    readers: set[int] = field(default_factory=set)
    roles: dict[Role, tuple[gates.Person, ...]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def members_of(ids: list[int]) -> dict[int, Members]:
    """Members by integration, in one query: what each is or was called, and the roles of who may act."""
    members: dict[int, Members] = defaultdict(Members)
    rows = Member.objects.filter(integration__in=ids).order_by("name", "pk")
    for integration, user_id, name, left, email, active, staff, accepted, reads, role, ended in rows.values_list(
        *("integration", "user", "name", "left_at", "user__email", "user__is_active", "user__is_staff"),
        *("accepted_at", "reads_notices", "roles__role", "roles__ended_at"),
    ):
        found = members[integration]
        if left is None or user_id not in found.names:
            found.names[user_id] = name
        if accepted:
            found.joined_ids.add(user_id)
        if left or staff or not active:
            continue
        if accepted:
            found.user_ids.add(user_id)
        if reads:
            found.readers.add(user_id)
        if role and ended is None:
            person = gates.Person(name, email, user_id)
            found.roles[Role(role)] = (*found.roles.get(Role(role), ()), person)
    return members
