"""Locks of many rows, always in the order of primary keys: nobody waits in a ring."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from .mailboxes import normalised
from .models import Integration, User


def lock_all() -> None:
    """Lock every integration, in the order of primary keys, for what concerns all of them at once."""
    list(Integration.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def lock_these(pks: Iterable[int]) -> None:
    """Lock these, in the order of primary keys, and before anything is written: so nobody waits in a ring."""
    list(Integration.objects.select_for_update().only("pk").filter(pk__in=pks).order_by("pk"))


def lock_people(by: User, email: str = "") -> None:
    """Let two presses by one person come one after the other; for what no integration's lock keeps apart.

    With `email` it locks whose address that is too, in one order: two who invite each other do not wait in a ring.
    """
    people = User.objects.filter(Q(pk=by.pk) | Q(email=normalised(email))).order_by("pk")
    list(people.select_for_update(no_key=True).only("pk"))  # no_key: others may refer to the row meanwhile
