"""What people are called in a table about one integration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..models import Integration, Member, User, called


def names_of(people: Iterable[Any], integration: Integration) -> dict[int | None, str]:
    """What each of `people`, given by primary key, is called on `integration`, by primary key; empty for nobody.

    Two queries.
    """
    users = User.objects.filter(pk__in=people)
    known = Member.objects.names_on([integration], users)
    return {None: "", **{user.pk: called(user, integration.pk, known) for user in users}}
