"""How much the long tests do: a little at every change, all of it by `make test-long`."""

from __future__ import annotations

import datetime
import os

from django.db import connection

IN_FULL = bool(os.environ.get("IN_FULL"))
ALL_POSTS, ALL_FILES = 28, 100
"""To each address, in full."""
POSTS_TO_EACH_ADDRESS = ALL_POSTS if IN_FULL else 4
FILES_TO_EACH_ADDRESS = ALL_FILES if IN_FULL else 15
REQUESTS_TO_EACH_ADDRESS = 200 if IN_FULL else 15
"""Of the API, made from its document."""
STORIES = 100 if IN_FULL else 6
"""How many the model check makes up, forty moves each."""
MAILS = 2000 if IN_FULL else 80
"""How many are sent while workers die."""
ROWS_OF_A_FILE = 5000 if IN_FULL else 1500
"""How many are exported, to see that it takes no more memory than for a tenth of them."""


def choose_turn() -> None:
    """Decide whose turn it is of tests that take turns: by the day, once for all processes of a run."""
    os.environ.setdefault("TURN", str(datetime.date.today().toordinal()))


def has_its_turn(number: int, of: int) -> bool:
    """Whether the test of that number, `of` so many that take turns, is run: each in full, else one a day."""
    return IN_FULL or int(os.environ["TURN"]) % of == number


def old_databases(first: str, second: str) -> list[str]:
    """Both in full; otherwise one a day, on PostgreSQL the other one than on SQLite."""
    turn = int(has_its_turn(0, of=2)) ^ (connection.vendor == "postgresql")
    return [first, second] if IN_FULL else [(first, second)[turn]]
