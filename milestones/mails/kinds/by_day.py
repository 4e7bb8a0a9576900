"""What the mails that go out by day, and not for an event, have in common: a reader, who may stop them.

Who gets one is chosen by `reminders/sweep.py`, which writes the rows.
"""

from __future__ import annotations

from ...models import Mail
from ..kind import Kind
from ..today import Today


class ByDay(Kind):
    """A mail of a day or a week to `reader`, with HTML of its own."""

    def __init__(self, row: Mail, today: Today) -> None:
        super().__init__(row, today)
        if row.recipient is None:
            raise ValueError(f"a mail of kind {row.kind} is to a person")
        self.reader = row.recipient
