"""A PostgreSQL role for web, worker and beat that owns nothing: whoever compromises one of them cannot remove the
append-only triggers, nor truncate, alter or drop a table. Only `manage.py release` uses the role that owns the tables.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import encrypt_password

from .append_only import HISTORY


class Unfit(Exception):
    """Why a role cannot be the app's, in words."""


def grants(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """What the role is granted and refused, as SQL for the tables' owner; to be run again when tables are new."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema, to = name(cursor.fetchone()[0]), name(role)
    migrations = name(MigrationRecorder.Migration._meta.db_table)
    return [
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA {schema} FROM {to}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {to}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {to}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {to}",
        f"REVOKE INSERT, UPDATE, DELETE ON {schema}.{migrations} FROM {to}",
        *(
            f"REVOKE {right} ON {schema}.{name(kept.table)} FROM {to}"
            for kept in HISTORY
            for right, let_through in (("UPDATE", kept.may_change), ("DELETE", kept.may_go["postgresql"]))
            if let_through == "FALSE"
        ),
        *(
            f"GRANT EXECUTE ON FUNCTION {schema}.{name(f'{kept.table}_rewrite')}(jsonb) TO {to}"
            for kept in HISTORY
            if kept.rewritable
        ),
    ]


@transaction.atomic
def prepare(connection: BaseDatabaseWrapper, role: str, password: str | None = None) -> None:
    """Make the role if there is none, set its password if one is given, and grant it what the app needs.

    Raises Unfit for a role that could do more than that, whatever it is granted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {connection.ops.quote_name(role)} LOGIN")
        if password:  # hashed here, so that it stands in no log
            hashed = encrypt_password(password, role, scope=cursor.cursor, algorithm="scram-sha-256")
            cursor.execute(f"ALTER ROLE {connection.ops.quote_name(role)} PASSWORD %s", [hashed])
        for statement in grants(connection, role):
            cursor.execute(statement)
        _require_fit(cursor, role)


def _require_fit(cursor: Any, role: str) -> None:
    cursor.execute(
        "SELECT rolsuper OR rolcreaterole OR rolreplication, pg_has_role(roles.oid, current_user, 'MEMBER'), "
        "EXISTS (SELECT FROM pg_class WHERE relowner = roles.oid AND relnamespace = current_schema()::regnamespace), "
        "has_schema_privilege(roles.oid, current_schema(), 'CREATE') "
        "FROM pg_roles AS roles WHERE rolname = %s",
        [role],
    )
    mighty, is_owner, owns, creates = cursor.fetchone()
    if mighty:
        raise Unfit(f"{role} is a superuser, or may make roles or replicate: it could do anything. Name another role.")
    if is_owner:
        raise Unfit(f"{role} is the role that migrates, or a member of it. Name another role for the app.")
    if owns:
        raise Unfit(f"{role} owns tables here. Give them to the role that migrates first (REASSIGN OWNED BY).")
    if creates:
        raise Unfit(f"{role} may create things beside our tables. The schema's owner must REVOKE CREATE FROM PUBLIC.")
