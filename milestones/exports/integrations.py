"""The portfolio: a row an integration, with what its page says of it in a line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import portfolio
from ..models.integration import IntegrationQuerySet
from ..process import Role
from ..snapshots import as_unmet
from .tables import CHUNK, DAY, LONG, MOMENT, NAME, NUMBER, WORD, Column, Row, Table, in_chunks

COLUMNS = (
    Column(_("Reference"), DAY),
    Column(_("Integration"), NAME),
    Column(_("Organisation"), NAME),
    Column(_("Organisation number"), WORD),
    Column(_("Phase"), NAME),
    Column(_("Milestones approved"), NUMBER),
    Column(_("State"), WORD),
    Column(_("Waits on"), NAME),
    Column(_("Who"), NAME),
    Column(_("What"), LONG),
    Column(_("Things that wait"), NUMBER),
    Column(_("Since"), DAY),
    Column(_("Due date"), DAY),
    Column(_("Days left"), NUMBER),
    Column(_("Contact"), NAME),
    Column(_("Last change"), MOMENT),
)


def integrations_table(integrations: IntegrationQuerySet, day: datetime.date) -> Table:
    """All of these, as they stand on `day`: what the portfolio shows, in its order, with what it has read of each."""
    return Table("integrations", _("Integrations"), COLUMNS, _rows(integrations, day))


def _rows(integrations: IntegrationQuerySet, day: datetime.date) -> Iterator[Row]:
    for some in in_chunks(integrations.iterator(chunk_size=CHUNK)):
        yield from map(_row, portfolio.lines(some, day))


def _row(line: portfolio.Row) -> Row:
    one: Any = line.integration  # with `changed_at`, by which it may be sorted
    waits, contact = line.waits, one.onboarding_contact
    return (
        one.reference,
        one.name,
        one.organisation.name,
        one.organisation.shown_number,
        one.get_phase_display(),
        line.passed,
        one.get_status_display(),
        str(Role(waits.role).label) if waits else "",
        ", ".join(line.people),
        as_unmet(waits).text if waits else "",
        line.more + 1 if waits else 0,
        waits.since if waits else None,
        one.due_on,
        line.days,
        contact.name if one.has_contact else "",
        one.changed_at,
    )
