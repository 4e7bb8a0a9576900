"""Locks of many integrations, always in the order of primary keys: nobody waits in a ring."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Integration


def lock_all() -> None:
    """Lock every integration, in the order of primary keys, for what concerns all of them at once."""
    list(Integration.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def lock_these(pks: Iterable[int]) -> None:
    """Lock these, in the order of primary keys, and before anything is written: so nobody waits in a ring."""
    list(Integration.objects.select_for_update().only("pk").filter(pk__in=pks).order_by("pk"))
