"""The database's own refusal to change or delete history, on both engines; and the one way around it.

`install` is used by migrations. `rewrite` is for personal data alone: see milestones/personal/.

On PostgreSQL the way around it is a function of the tables' owner, which rewrites the columns below and nothing else.
So the app's own role needs no right to change history, nor to lift the refusal: see app_role.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS = "milestones_event"

REWRITABLE = {EVENTS: ("actor_id", "subject", "from_value", "to_value", "reason")}
"""The tables that are history, and what may ever be rewritten: whom and what an entry names.

When, what kind and on which integration stays.
"""


def install(connection: BaseDatabaseWrapper, table: str = EVENTS) -> None:
    """Make the database refuse to change or delete rows of `table`, whatever the verb."""
    _run(connection, _INSTALL, table)


def remove(connection: BaseDatabaseWrapper, table: str = EVENTS) -> None:
    """Undo `install`; for migrating backwards, and for tests that empty their own database."""
    _run(connection, _REMOVE, table)


def rewrite(
    connection: BaseDatabaseWrapper,
    entries: Iterable[tuple[int, Mapping[str, str | int]]],
    table: str = EVENTS,
) -> None:
    """Rewrite what these entries (primary key, columns) say, and refuse again: the only way in which history changes.

    All in one transaction: if anything fails, nothing was rewritten and the refusal was never lifted.
    """
    entries = list(entries)
    if beyond := {column for _pk, values in entries for column in values} - set(REWRITABLE[table]):
        raise ValueError(f"not to be rewritten: {sorted(beyond)}")
    if not entries:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {table}_rewrite(%s)", [json.dumps(entries)])
            return
        _run(connection, _LIFT, table)  # for changes alone: deleting and replacing stay refused
        for pk, values in entries:
            columns = ", ".join(f"{column} = %s" for column in values)
            cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), pk])
        _run(connection, _LOWER, table)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]], table: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement.format(table=table, columns=", ".join(REWRITABLE[table])))


_NO_UPDATE_ON_SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_LIFT = {"sqlite": ["DROP TRIGGER {table}_no_update"]}
_LOWER = {"sqlite": [_NO_UPDATE_ON_SQLITE]}

# What its owner updates, and has said to be rewritten, passes: of another role's, what {table}_rewrite updates alone.
_REFUSE = """
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('milestones.rewriting', true) = TG_TABLE_NAME
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# It runs with its owner's rights, so it finds nothing but our own schema's tables, whatever the caller's search path.
# Which entries it rewrote, and for whom, stands in the server's log, which the app's role cannot change.
_REWRITE = """
DO $install$ BEGIN EXECUTE format($create$
    CREATE FUNCTION {table}_rewrite(entries jsonb) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = %I, pg_temp SET milestones.rewriting = '{table}' AS $$
    DECLARE
        entry jsonb;
    BEGIN
        FOR entry IN SELECT * FROM jsonb_array_elements(entries) LOOP
            UPDATE {table} AS former
            SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(former, entry -> 1))
            WHERE id = (entry ->> 0)::bigint;
            RAISE LOG '{table} %%: rewritten for %%', entry ->> 0, session_user;
        END LOOP;
    END $$
$create$, current_schema()); END $install$
"""

_INSTALL = {
    "sqlite": [
        _NO_UPDATE_ON_SQLITE,
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        # INSERT OR REPLACE deletes without asking the trigger above.
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ],
    "postgresql": [
        _REFUSE,
        "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        _REWRITE,
        "REVOKE ALL ON FUNCTION {table}_rewrite(jsonb) FROM PUBLIC",
    ],
}
_REMOVE = {
    "sqlite": ["DROP TRIGGER IF EXISTS {table}_no_" + verb for verb in ("update", "delete", "replace")],
    "postgresql": [
        "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        "DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        "DROP FUNCTION IF EXISTS {table}_refuse()",
        "DROP FUNCTION IF EXISTS {table}_rewrite(jsonb)",
    ],
}
