"""Many integrations for benchmarks: the demo's, each copied many times with all that hangs on it. In bulk, by SQL.

A copy is as true as what it was copied from: events, runs, milestones, people and waiting items, with primary keys
moved on by the same stride a table. Digipost's staff are not copied; tokens, mails and other secrets neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, Max, Model

from milestones.models import Integration, Organisation, User

LEFT_OUT = {
    "ApiAnswer", "ApiToken", "Attestation", "CalendarFeed", "CarriedOver", "DocumentAccess", "Heartbeat", "ImportRow",
    "Invitation", "Mail", "MailLine", "ProposedResults", "TeamsAddress", "TeamsPost", "Webhook", "WebhookPost",
}  # fmt: skip
"""By name: what has something unique of its own, and no page of these benchmarks reads."""
LETTERS = 26**4


def multiply(total: int, only: Mapping[str, str] = MappingProxyType({})) -> None:
    """Copy what there is until there are about `total` integrations. Call it on a database that has some.

    `only` says, as SQL by a model's name, which of its rows (`t`) are copied: all where it is silent.
    """
    times = max(0, total // Integration.objects.count() - 1)
    models = list(_copied())
    strides = {model: (model._base_manager.aggregate(most=Max("pk"))["most"] or 0) + 1 for model in models}
    staff = tuple(User.objects.filter(is_staff=True).values_list("pk", flat=True)) or (0,)
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        for model in models:
            cursor.execute(_copying(model, times, strides, staff, only.get(model.__name__, "TRUE")))
        _set_sequences(cursor, models)
        cursor.execute("ANALYZE")


def _copied() -> Iterator[type[Model]]:
    """What belongs to an integration, by way of others too, and who takes part in it; the first before the second."""
    yield from (Organisation, User, Integration)
    found: list[type[Model]] = [Integration]
    candidates = [one for one in apps.get_app_config("milestones").get_models() if one.__name__ not in LEFT_OUT]
    while more := [one for one in candidates if one not in (*found, User) and _points_to(one, found)]:
        found += more
    yield from found[1:]


def _points_to(model: type[Model], found: list[type[Model]]) -> bool:
    return any(field.related_model in found for field in model._meta.concrete_fields)


def _copying(
    model: type[Model], times: int, strides: dict[type[Model], int], staff: tuple[int, ...], which: str
) -> str:
    """SQL that copies the rows of `model`, so many times."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(_value(model, field, strides, staff) for field in fields)
    of_senders = f"t.id NOT IN ({', '.join(map(str, staff))})" if model is User else "TRUE"
    return (
        f"WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {times}) "  # noqa: S608  # all of it ours
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t CROSS JOIN copy "
        f"WHERE {of_senders} AND {which}"
    )


def _value(model: type[Model], field: Field[Any, Any], strides: dict[type[Model], int], staff: tuple[int, ...]) -> str:
    column = f"t.{connection.ops.quote_name(str(field.column))}"
    if field.primary_key:
        return f"{column} + copy.k * {strides[model]}"
    if field.related_model is User:
        known = ", ".join(map(str, staff))
        return f"CASE WHEN {column} IN ({known}) THEN {column} ELSE {column} + copy.k * {strides[User]} END"
    if field.related_model in strides:
        return f"{column} + copy.k * {strides[field.related_model]}"
    number = f"(t.id + copy.k * {strides[model]})"
    named = {
        (Integration, "reference"): _reference(number),
        (Integration, "name"): f"{column} || ' ' || copy.k",
        (Integration, "search_text"): f"lower({_reference(number)}) || substr({column}, 9) || ' ' || copy.k",
        (Organisation, "name"): f"{column} || ' ' || copy.k",
        (Organisation, "number"): f"CAST(100000000 + {number} AS varchar(9))",
        (User, "email"): f"{number} || '.' || {column}",
    }
    return named.get((model, field.name), column)


def _reference(number: str) -> str:
    """Four letters that no other has, since 7919 and 26 have no divisor in common; and three digits."""
    letter = "chr" if connection.vendor == "postgresql" else "char"
    mixed = f"({number} * 7919 % {LETTERS})"
    letters = " || ".join(f"{letter}(CAST(65 + {mixed} / {26**place} % 26 AS integer))" for place in (3, 2, 1, 0))
    return f"{letters} || '-' || substr(CAST(1000 + {number} % 1000 AS varchar(4)), 2)"


def _set_sequences(cursor: Any, models: list[type[Model]]) -> None:
    from django.core.management.color import no_style

    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)
