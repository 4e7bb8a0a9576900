"""What a database is made of, to compare two of them: columns, indexes, constraints, triggers and functions, in lines.

The order of columns is left out: a migration adds one at the end, where the model may have it in the middle.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

OF_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity, "
    "collation_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def schema() -> set[str]:
    """That of the database to which the product is connected."""
    if connection.vendor == "postgresql":
        return {" ".join(map(str, row)) for asked in OF_POSTGRESQL for row in _rows(asked)}
    return {line for kind, table, sql in _rows("SELECT type, tbl_name, sql FROM sqlite_master") for line in
            _lines(kind, table, sql)}  # fmt: skip


def _rows(asked: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return list(cursor.fetchall())


def _lines(kind: str, table: str, sql: str | None) -> list[str]:
    """A table's line for each column and constraint; anything else is one line."""
    if sql is None:
        return []
    if kind != "table":
        return [" ".join(sql.split())]
    lines: list[str] = []
    depth, begun = 0, ""
    inside = sql[sql.index("(") + 1 : sql.rindex(")")]
    for part in re.split(r"([(),])", inside):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "," and depth == 0:
            lines, begun = [*lines, begun], ""
        else:
            begun += part
    return [f"{table}: {' '.join(one.split())}" for one in [*lines, begun]]
