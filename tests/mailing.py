"""Mail that is due, sent as a worker would send it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

from milestones.mails import sending

Send = Callable[[], int]
FRIDAY = datetime.datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Oslo"))
"""A working day, while mail is sent at once."""


def send_all_due() -> int:
    """Send batches until none is left; returns how many mails were sent."""
    sent = 0
    while batch := sending.send_batch():
        sent += batch.sent
    return sent
