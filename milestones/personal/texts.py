"""Where texts name a person: in the columns that `columns` lists, on one integration or across them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from .. import append_only
from ..models import CommentVersion, Event, Import, Integration, Mail, Notice, User
from .columns import ASKED, WORDS, address, readings_of
from .naming import Naming, Pseudonym
from .records import rows_of

HISTORY: dict[type[Model], append_only.Kept] = {
    Event: append_only.EVENTS,
    CommentVersion: append_only.COMMENT_VERSIONS,
}
"""What the database lets nobody change: rewritten by the one way around that."""


def across_integrations(person: User, integrations: Collection[int]) -> list[QuerySet[Any]]:
    """Rows of no single integration that are tied to the person: by what they sent or were sent, or by these
    integrations (primary keys), on which they were. And spreadsheets of staff, which are no sender's."""
    theirs = Q(sent_by=person) | Q(receipts__integration__in=integrations) | Q(receipts__read_by=person)
    sent = Q(recipient=person) | Q(lines__integration__in=integrations)
    return [
        Notice.objects.filter(pk__in=Notice.objects.filter(theirs).values("pk")).order_by("pk"),
        Import.objects.order_by("pk"),
        Mail.objects.filter(integration=None, pk__in=Mail.objects.filter(sent).values("pk")).order_by("pk"),
    ]


def found(rows: QuerySet[Any], naming: Naming, pseudonym: Pseudonym) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each of the rows that names the person: its primary key, and its columns as they will be."""
    model = rows.model
    if model not in WORDS:
        return
    longest = {name: getattr(model._meta.get_field(name), "max_length", None) for name in WORDS[model]}
    for row in rows.values("pk", *WORDS[model], *ASKED.get(model, ())):
        changed = {}
        for name, reading in readings_of(model, row).items():
            old = row[name]
            if reading is address:
                new = pseudonym.address if naming.has_address(old) else old
            else:
                new = reading(old, lambda text: naming.replaced(text, pseudonym), longest[name])
            if new != old:
                changed[name] = new
        if changed:
            yield row["pk"], changed


def rewrite(rows: QuerySet[Any], naming: Naming, pseudonym: Pseudonym) -> set[int]:
    """Put the pseudonym there; returns the primary keys of what was rewritten."""
    changes = list(found(rows, naming, pseudonym))
    if kept := HISTORY.get(rows.model):
        append_only.rewrite(connection, changes, kept)
    else:
        for pk, values in changes:
            rows.model._default_manager.filter(pk=pk).update(**values)
    return {pk for pk, _values in changes}


def rewrite_texts_of(integration: Integration, naming: Naming, pseudonym: Pseudonym) -> set[int]:
    """Put the pseudonym into every text of an integration; returns the primary keys of the events among them."""
    rewritten = {rows.model: rewrite(rows, naming, pseudonym) for rows in rows_of(integration) if rows.model in WORDS}
    return rewritten[Event]
