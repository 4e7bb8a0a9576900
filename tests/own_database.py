"""A database of a test's own, in place of the one that the tests share."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections


@contextmanager
def made(what: str, folder: Path, *, migrated: bool = False) -> Iterator[str]:
    """The name of a new database, gone with the block: empty, or as the tests' own was when it was migrated.

    `what` it is tells it apart from others on the server; on SQLite it is a file in `folder`.
    """
    shared = connections["default"]
    if shared.vendor == "postgresql":
        name = f"{shared.settings_dict['NAME']}_{what}"
        on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        try:
            if migrated:
                _copy_tables(shared.settings_dict, name)
            yield name
        finally:
            on_server(f'DROP DATABASE IF EXISTS "{name}"')
        return
    path = folder / "db.sqlite3"
    if migrated:
        with shared.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
    yield str(path)
    path.unlink(missing_ok=True)


def _copy_tables(shared: dict[str, Any], name: str) -> None:
    """By a dump: nobody may be connected to a template, and threads of earlier tests may be."""
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format_map(shared)
    dump = ["pg_dump", "--format=custom", f"--dbname={address}{shared['NAME']}"]
    dumped = subprocess.run(dump, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["pg_restore", "--exit-on-error", f"--dbname={address}{name}"], input=dumped, check=True)


@contextmanager
def instead(name: str, **as_whom: str) -> Iterator[None]:
    """The product is connected to this database, by a connection of its own."""
    shared = connections["default"]
    ours = shared.copy()
    ours.settings_dict = ours.settings_dict | {"NAME": name} | as_whom
    connections["default"] = ours
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        ours.close()
        connections["default"] = shared
        ContentType.objects.clear_cache()


def on_server(*statements: str) -> None:
    """Run statements of which no database is the subject."""
    shared: Any = connections["default"]
    with shared._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
