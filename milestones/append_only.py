"""The database's own refusal to change or delete history, on both engines; and the one way around it.

`install` is used by migrations. `rewrite` is for personal data alone: see milestones/personal/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "milestones_event"
_MESSAGE = "milestones_event is append-only"

REWRITABLE = ("actor_id", "subject", "from_value", "to_value", "reason")
"""What may ever be rewritten: whom and what an entry names. When, what kind and on which integration stays."""


def _refuse_on_sqlite(verb: str) -> str:
    return (
        f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )


_INSTALL = {
    "sqlite": [
        *(_refuse_on_sqlite(verb) for verb in ("UPDATE", "DELETE")),
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} "  # nosec B608  # constants of ours
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
    ],
    "postgresql": [
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete", "replace")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {TABLE}_no_change ON {TABLE}",
        f"DROP TRIGGER IF EXISTS {TABLE}_no_truncate ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
    ],
}
# Lifted for changes alone: deleting, replacing and truncating stay refused. PostgreSQL alters no table while checks of
# it are pending, so they are made at once meanwhile; its lock keeps others from writing events until we are done.
_LIFT = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_update"],
    "postgresql": ["SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_change"],
}
_LOWER = {
    "sqlite": [_refuse_on_sqlite("UPDATE")],
    "postgresql": [f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_no_change", "SET CONSTRAINTS ALL DEFERRED"],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change or delete events, whatever the verb."""
    _run(connection, _INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo `install`; for migrating backwards, and for tests that empty their own database."""
    _run(connection, _REMOVE)


def rewrite(connection: BaseDatabaseWrapper, entries: Iterable[tuple[int, Mapping[str, str | int]]]) -> None:
    """Rewrite what these entries (primary key, columns) say, and refuse again: the only way in which history changes.

    All in one transaction: if anything fails, nothing was rewritten and the refusal was never lifted.
    """
    entries = list(entries)
    if beyond := {column for _pk, values in entries for column in values} - set(REWRITABLE):
        raise ValueError(f"not to be rewritten: {sorted(beyond)}")
    if not entries:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _run(connection, _LIFT)
        for pk, values in entries:
            columns = ", ".join(f"{column} = %s" for column in values)
            statement = f"UPDATE {TABLE} SET {columns} WHERE id = %s"  # nosec B608 (our own table and columns)
            cursor.execute(statement, [*values.values(), pk])
        _run(connection, _LOWER)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
