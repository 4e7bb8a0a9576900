"""The rules of reminders, as staff edit them; `models.ReminderRules` stores them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..workdays import is_working_day


@dataclass(frozen=True)
class Rules:
    """What staff edit. Days are working days, but for `certificate_days`, which are calendar days."""

    lead_days: int = 3
    approval_days: int = 2
    manager_after: int = 5
    owner_after: int = 10
    certificate_days: tuple[int, ...] = (60, 30, 7)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens_at: datetime.time = datetime.time(8)
    closes_at: datetime.time = datetime.time(16)

    def open_at(self, moment: datetime.datetime) -> bool:
        """Whether mail may go out at `moment` (aware, in Europe/Oslo): a working day, inside the window."""
        return is_working_day(moment.date()) and self.opens_at <= moment.time() < self.closes_at
