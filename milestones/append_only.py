"""The database's own refusal to change or delete history, on both engines; and the one way around it.

`install` is used by migrations. `rewrite` is for personal data alone: see milestones/personal/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

YOUNGEST_TO_GO = 90
"""Days for which an account's event is kept whatever the setting ACCOUNT_EVENT_DAYS says."""


class Kept(NamedTuple):
    """A table whose rows stay as they were written, but for what its conditions (SQL, on OLD and NEW) let through."""

    table: str
    may_change: str = "FALSE"
    may_go: dict[str, str] = {"sqlite": "FALSE", "postgresql": "FALSE"}

    @property
    def message(self) -> str:
        return f"{self.table} is append-only"


TABLE = "milestones_event"
EVENTS = Kept(TABLE)
ACCOUNT_EVENTS = Kept(
    "milestones_accountevent",
    may_change="NEW.address IS NULL AND NEW.id = OLD.id AND NEW.user_id = OLD.user_id AND NEW.at = OLD.at "
    "AND NEW.kind = OLD.kind AND NEW.ways = OLD.ways",
    may_go={
        "sqlite": f"OLD.at < datetime('now', '-{YOUNGEST_TO_GO} days')",
        "postgresql": f"OLD.at < now() - interval '{YOUNGEST_TO_GO} days'",
    },
)
"""Of an account's events the address may be forgotten, and old rows whole: no trigger has to be lifted for that."""

REWRITABLE = ("actor_id", "subject", "from_value", "to_value", "reason")
"""What may ever be rewritten: whom and what an entry names. When, what kind and on which integration stays."""


def _refuse_on_sqlite(kept: Kept, verb: str) -> str:
    let_through = kept.may_change if verb == "UPDATE" else kept.may_go["sqlite"]
    return (
        f"CREATE TRIGGER {kept.table}_no_{verb.lower()} BEFORE {verb} ON {kept.table} WHEN NOT ({let_through}) "
        f"BEGIN SELECT RAISE(ABORT, '{kept.message}'); END"
    )


def _install(kept: Kept) -> dict[str, list[str]]:
    table = kept.table
    return {
        "sqlite": [
            *(_refuse_on_sqlite(kept, verb) for verb in ("UPDATE", "DELETE")),
            # INSERT OR REPLACE deletes without asking the trigger above.
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # nosec B608  # constants of ours
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{kept.message}'); END",
        ],
        "postgresql": [
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' THEN IF {kept.may_change} THEN RETURN NEW; END IF; END IF; "
            f"IF TG_OP = 'DELETE' THEN IF {kept.may_go['postgresql']} THEN RETURN OLD; END IF; END IF; "
            f"RAISE EXCEPTION '{kept.message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        ],
    }


def _remove(kept: Kept) -> dict[str, list[str]]:
    table = kept.table
    return {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")],
        "postgresql": [
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_refuse()",
        ],
    }


# Lifted for changes alone: deleting, replacing and truncating stay refused. PostgreSQL alters no table while checks of
# it are pending, so they are made at once meanwhile; its lock keeps others from writing events until we are done.
_LIFT = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_update"],
    "postgresql": ["SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_change"],
}
_LOWER = {
    "sqlite": [_refuse_on_sqlite(EVENTS, "UPDATE")],
    "postgresql": [f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_no_change", "SET CONSTRAINTS ALL DEFERRED"],
}


def install(connection: BaseDatabaseWrapper, kept: Kept = EVENTS) -> None:
    """Make the database refuse to change or delete what is kept, whatever the verb."""
    _run(connection, _install(kept))


def remove(connection: BaseDatabaseWrapper, kept: Kept = EVENTS) -> None:
    """Undo `install`; for migrating backwards, and for tests that empty their own database."""
    _run(connection, _remove(kept))


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
