"""How much the long tests do: a little at every change, all of it by `make test-long`."""

from __future__ import annotations

import os

from django.db import connection

IN_FULL = bool(os.environ.get("IN_FULL"))
POSTS_TO_EACH_ADDRESS = 28 if IN_FULL else 6
FILES_TO_EACH_ADDRESS = 100 if IN_FULL else 15
STORIES = 100 if IN_FULL else 10
"""How many the model check makes up, forty moves each."""
MAILS = 2000 if IN_FULL else 120
"""How many are sent while workers die."""


def one_on_each_database(first: str, second: str) -> list[str]:
    """Both in full; otherwise the first on SQLite and the second on PostgreSQL."""
    if IN_FULL:
        return [first, second]
    return [first if connection.vendor == "sqlite" else second]
