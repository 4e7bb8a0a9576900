"""The database's own refusal to change or delete history, on both engines; and the one way around it.

`install` is used by migrations. `rewrite` is for personal data alone: see milestones/personal/.

On PostgreSQL the way around it is a function of the tables' owner, which rewrites columns named below and no others.
So the app's own role needs no right to change history, nor to lift the refusal: see app_role.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class Kept(NamedTuple):
    """A table whose rows stay as they were written, but for what its conditions (SQL, on OLD and NEW) let through.

    `rewritable` are the columns that `rewrite` may change.
    """

    table: str
    may_change: str = "FALSE"
    may_go: dict[str, str] = {"sqlite": "FALSE", "postgresql": "FALSE"}
    rewritable: tuple[str, ...] = ()


EVENTS = Kept("milestones_event", rewritable=("actor_id", "subject", "from_value", "to_value", "reason"))
"""An event's actor and texts may be rewritten; its time, kind and integration may not."""

YOUNGEST_TO_GO = 90
"""Days for which an account's event is kept whatever the setting ACCOUNT_EVENT_DAYS says."""
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

COMMENT_VERSIONS = Kept("milestones_commentversion", rewritable=("text",))
"""What a comment said before: whoever is named in it may be called by their pseudonym, and nothing else changes."""

HISTORY = (EVENTS, ACCOUNT_EVENTS, COMMENT_VERSIONS)


def install(connection: BaseDatabaseWrapper, kept: Kept = EVENTS) -> None:
    """Make the database refuse to change or delete what is kept, whatever the verb."""
    _run(connection, (_on_postgresql if connection.vendor == "postgresql" else _on_sqlite)(kept))


def remove(connection: BaseDatabaseWrapper, kept: Kept = EVENTS) -> None:
    """Undo `install`; for migrating backwards, and for tests that empty their own database."""
    table = kept.table
    if connection.vendor == "postgresql":
        triggers = [f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("change", "truncate")]
        functions = [f"DROP FUNCTION IF EXISTS {table}_{name}" for name in ("refuse()", "rewrite(jsonb)")]
        _run(connection, triggers + functions)
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")])


def rewrite(
    connection: BaseDatabaseWrapper, entries: Iterable[tuple[int, Mapping[str, str | int]]], kept: Kept = EVENTS
) -> None:
    """Rewrite what these entries (primary key, columns) say, and refuse again: the only way in which history changes.

    All in one transaction: if anything fails, nothing was rewritten and the refusal was never lifted.
    """
    entries = list(entries)
    if beyond := {column for _pk, values in entries for column in values} - set(kept.rewritable):
        raise ValueError(f"not to be rewritten: {sorted(beyond)}")
    if not entries:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {kept.table}_rewrite(%s)", [json.dumps(entries)])
            return
        cursor.execute(f"DROP TRIGGER {kept.table}_no_update")  # deleting and replacing stay refused
        for pk, values in entries:
            columns = ", ".join(f"{column} = %s" for column in values)
            statement = f"UPDATE {kept.table} SET {columns} WHERE id = %s"  # nosec B608  # our own table and columns
            cursor.execute(statement, [*values.values(), pk])
        cursor.execute(_refuse_on_sqlite(kept, "UPDATE", kept.may_change))


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _refuse_on_sqlite(kept: Kept, verb: str, let_through: str) -> str:
    return (
        f"CREATE TRIGGER {kept.table}_no_{verb.lower()} BEFORE {verb} ON {kept.table} WHEN NOT ({let_through}) "
        f"BEGIN SELECT RAISE(ABORT, '{kept.table} is append-only'); END"
    )


def _on_sqlite(kept: Kept) -> list[str]:
    return [
        _refuse_on_sqlite(kept, "UPDATE", kept.may_change),
        _refuse_on_sqlite(kept, "DELETE", kept.may_go["sqlite"]),
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"CREATE TRIGGER {kept.table}_no_replace BEFORE INSERT ON {kept.table} "  # nosec B608  # constants of ours
        f"WHEN EXISTS (SELECT 1 FROM {kept.table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{kept.table} is append-only'); END",
    ]


def _on_postgresql(kept: Kept) -> list[str]:
    return [
        _REFUSE.format(kept=kept),
        f"CREATE TRIGGER {kept.table}_no_change BEFORE UPDATE OR DELETE ON {kept.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {kept.table}_refuse()",
        f"CREATE TRIGGER {kept.table}_no_truncate BEFORE TRUNCATE ON {kept.table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {kept.table}_refuse()",
        *(_rewriting_on_postgresql(kept) if kept.rewritable else []),
    ]


def _rewriting_on_postgresql(kept: Kept) -> list[str]:
    return [
        _REWRITE.format(kept=kept, columns=", ".join(kept.rewritable)),
        f"REVOKE ALL ON FUNCTION {kept.table}_rewrite(jsonb) FROM PUBLIC",
    ]


# An UPDATE passes if the owner runs it and has declared a rewrite; another role can only do so through …_rewrite.
_REFUSE = """
CREATE FUNCTION {kept.table}_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF {kept.may_change} THEN RETURN NEW; END IF;
        IF current_setting('milestones.rewriting', true) = TG_TABLE_NAME
            AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
        THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF {kept.may_go[postgresql]} THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{kept.table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# It runs with its owner's rights, so it finds our own schema's tables alone, whatever the caller's search path. Which
# entries it rewrote, and for whom, stands in the server's log, which the app's role cannot change.
_REWRITE = """
DO $install$ BEGIN EXECUTE format($create$
    CREATE FUNCTION {kept.table}_rewrite(entries jsonb) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = %I, pg_temp SET milestones.rewriting = '{kept.table}' AS $$
    DECLARE
        entry jsonb;
    BEGIN
        FOR entry IN SELECT * FROM jsonb_array_elements(entries) LOOP
            UPDATE {kept.table} AS former
            SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(former, entry -> 1))
            WHERE id = (entry ->> 0)::bigint;
            RAISE LOG '{kept.table} %%: rewritten for %%', entry ->> 0, session_user;
        END LOOP;
    END $$
$create$, current_schema()); END $install$
"""
