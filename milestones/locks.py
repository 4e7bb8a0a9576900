"""Locks of many rows, always in one order, which prevents deadlocks: integrations first, then people; within each, by
primary key.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from .compiled import Compiled
from .mailboxes import normalised
from .models import Integration, User

_ONE = Compiled(Integration.objects.select_for_update().values_list("pk"))


def lock_one(pk: int) -> None:
    """Lock this integration until the transaction ends. Raises DoesNotExist, TransactionManagementError without one.

    Django itself asks for a transaction only when it makes the SQL, which is once.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A lock is held until the end of a transaction, and there is none.")
    _ONE.get(pk)


def lock_all() -> None:
    """Lock every integration, in the order of primary keys, for what concerns all of them at once."""
    list(Integration.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def lock_these(pks: Iterable[int]) -> None:
    """Lock these integrations, in the order of primary keys. Call it before any write, to prevent deadlocks."""
    list(Integration.objects.select_for_update().only("pk").filter(pk__in=pks).order_by("pk"))


def lock_people(by: User, *emails: str) -> None:
    """Serialise the requests of one person, for what no integration's lock serialises.

    The owners of `emails` are locked too, in the order of primary keys: two people who invite each other do not
    deadlock.
    """
    people = User.objects.filter(Q(pk=by.pk) | Q(email__in=map(normalised, emails))).order_by("pk")
    list(people.select_for_update(no_key=True).only("pk"))  # no_key: others may refer to the row meanwhile
