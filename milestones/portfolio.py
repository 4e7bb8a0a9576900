"""The portfolio: which integrations it shows, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import F
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from .clock import today
from .models.integration import IntegrationQuerySet
from .process import Text
from .snapshots import BOTH


class Sort(NamedTuple):
    """An order that somebody can choose: what it is called, and by what the rows are ordered."""

    label: Text
    column: str | Combinable


SORTS = {
    "due": Sort(_("Due date"), F("due_on").asc(nulls_last=True)),
    "reference": Sort(_("Reference"), "reference"),
    "organisation": Sort(_("Organisation"), "organisation__name"),
    "phase": Sort(_("Phase"), "phase"),
    "newest": Sort(_("Newest first"), "-created_at"),
}
"""The first is taken where nobody chooses."""


def in_order(rows: IntegrationQuerySet, sort: str) -> IntegrationQuerySet:
    """Sorted by one of SORTS, and by reference where that does not tell them apart."""
    return rows.order_by(SORTS.get(sort, SORTS["due"]).column, "reference")


def chosen(rows: IntegrationQuerySet, filters: Mapping[str, object]) -> IntegrationQuerySet:
    """Those that `filters` (q, phase, status, waits_on, overdue) leave; what is empty leaves all."""
    if words := str(filters.get("q") or ""):
        rows = rows.found_by(words)
    for name in ("phase", "status"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if waits_on := filters.get("waits_on"):
        rows = rows.filter(waits_on__in=[""] if waits_on == "nobody" else [waits_on, BOTH])
    if filters.get("overdue"):
        rows = rows.overdue(today())
    return rows
