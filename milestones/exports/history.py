"""The audit log: a row an event, told as its page tells it, with all that the log holds of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..event_words import formatter_of
from ..models import Event, Integration
from .people import names_of
from .tables import CHUNK, LONG, MOMENT, NAME, Column, Row, Table

COLUMNS = (
    Column(_("Recorded"), MOMENT),
    Column(_("Who"), NAME),
    Column(_("What"), LONG),
    Column(_("Kind"), NAME),
    Column(_("About"), NAME),
    Column(_("Before"), LONG),
    Column(_("After"), LONG),
    Column(_("Reason"), LONG),
)


def history_table(integration: Integration, events: QuerySet[Event]) -> Table:
    """These events of the integration, in their order."""
    return Table(f"{integration.reference}-history", _("Audit log"), COLUMNS, _rows(integration, events))


def _rows(integration: Integration, events: QuerySet[Event]) -> Iterator[Row]:
    names = names_of(events.order_by().values("actor"), integration)
    system = gettext("The system")
    for event in events.iterator(chunk_size=CHUNK):
        yield _row(event, names.get(event.actor_id, "") if event.actor_id else system)


def _row(event: Event, who: str) -> Row:
    formatter = formatter_of(event.kind)
    return (
        event.at,
        who,
        formatter.sentence(event, who),
        event.get_kind_display(),
        formatter.subject(event.subject),
        formatter.value(event.from_value),
        formatter.value(event.to_value),
        event.reason,
    )
