"""The project plan: a row a milestone, with its dates and who submitted and approved it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..models import Integration
from .people import names_of
from .tables import DAY, MOMENT, NAME, WORD, Column, Row, Table

COLUMNS = (
    Column(_("Milestone"), NAME),
    Column(_("State"), WORD),
    Column(_("Target date"), DAY),
    Column(_("Baseline"), DAY),
    Column(_("Submitted"), MOMENT),
    Column(_("Submitted by"), NAME),
    Column(_("Approved"), MOMENT),
    Column(_("Approved by"), NAME),
)


def plan_table(integration: Integration) -> Table:
    """The five milestones in order, as they stand now."""
    return Table(f"{integration.reference}-plan", _("Project plan"), COLUMNS, _rows(integration))


def _rows(integration: Integration) -> Iterator[Row]:
    milestones = list(integration.milestones.order_by("number"))
    people = {pk for one in milestones for pk in (one.submitted_by_id, one.approved_by_id) if pk}
    names = names_of(people, integration)
    for one in milestones:
        yield (
            str(one),
            one.get_state_display(),
            one.target_on,
            one.baseline_on,
            one.submitted_at,
            names.get(one.submitted_by_id, ""),
            one.approved_at,
            names.get(one.approved_by_id, ""),
        )
