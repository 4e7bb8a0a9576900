"""The dates of many integrations along one axis of months: where each is drawn, and how late it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from . import clock
from .models import Integration, Milestone
from .process import MilestoneState, Status

LONGEST_AGO, FURTHEST_AHEAD = datetime.timedelta(days=365), datetime.timedelta(days=550)
"""What is drawn: one mistyped year would press all else together."""
MOST_LABELS = 8


@dataclass(frozen=True)
class Dates:
    """A milestone's: first agreed, planned now, and approved."""

    milestone: Milestone
    day: datetime.date
    is_active: bool

    @property
    def baseline(self) -> datetime.date | None:
        return self.milestone.baseline_on

    @property
    def planned(self) -> datetime.date | None:
        return self.milestone.target_on

    @property
    def approved(self) -> datetime.date | None:
        at = self.milestone.approved_at if self.milestone.state == MilestoneState.APPROVED else None
        return clock.date_of(at) if at else None

    @property
    def now(self) -> datetime.date | None:
        """When it was approved, or is planned."""
        return self.approved or self.planned

    @property
    def overdue(self) -> int:
        """How many days ago it should have been approved; 0 if it is not late."""
        if self.approved or not self.planned or not self.is_active:
            return 0
        return max(0, (self.day - self.planned).days)

    @property
    def slipped(self) -> int:
        """How many days after the date that was first agreed it came, or is planned now; 0 if it is not later."""
        return max(0, (self.now - self.baseline).days) if self.now and self.baseline else 0

    @property
    def all(self) -> list[datetime.date]:
        return [one for one in (self.baseline, self.planned, self.approved) if one]


@dataclass(frozen=True)
class Lane:
    """An integration's dates, by milestone, and the date of its launch."""

    integration: Integration
    milestones: list[Dates]
    launch: datetime.date | None

    @property
    def all(self) -> list[datetime.date]:
        return [one for dates in self.milestones for one in dates.all] + ([self.launch] if self.launch else [])

    @property
    def dated(self) -> list[Dates]:
        """The milestones that have any date."""
        return [one for one in self.milestones if one.all]


@dataclass(frozen=True)
class Timeline:
    """The lanes of many integrations on `day`, and the axis that they share, from `start` to `end`."""

    day: datetime.date
    lanes: list[Lane]

    @classmethod
    def of(cls, integrations: Iterable[Integration], day: datetime.date) -> Timeline:
        """Of integrations that have been read with their `milestones` and `launch`."""
        return cls(day, [_lane(one, day) for one in integrations])

    @cached_property
    def start(self) -> datetime.date:
        """The first of the month of what comes first."""
        return min(day for day in self._drawn).replace(day=1)

    @cached_property
    def end(self) -> datetime.date:
        """The first of the month after what comes last."""
        return _next_month(max(self._drawn))

    @property
    def _drawn(self) -> list[datetime.date]:
        return [self.day] + [one for lane in self.lanes for one in lane.all if self._is_near(one)]

    @cached_property
    def leaves_out(self) -> bool:
        """Whether some date is too far away to be drawn."""
        return any(not self._is_near(one) for lane in self.lanes for one in lane.all)

    @cached_property
    def months(self) -> list[datetime.date]:
        """The first of each month."""
        firsts = [self.start]
        while firsts[-1] < self.end:
            firsts.append(_next_month(firsts[-1]))
        return firsts[:-1]

    @cached_property
    def labelled(self) -> list[datetime.date]:
        """The months that are named: not more than there is room for."""
        return self.months[:: -(-len(self.months) // MOST_LABELS)]

    def _is_near(self, day: datetime.date) -> bool:
        return self.day - LONGEST_AGO <= day <= self.day + FURTHEST_AHEAD

    def x(self, day: datetime.date | None) -> str:
        """Where a day is drawn, as a share of the axis; empty for what is not drawn."""
        if day is None or not self.start <= day <= self.end:
            return ""
        return f"{100 * (day - self.start).days / (self.end - self.start).days:.2f}%"


def _lane(integration: Integration, day: datetime.date) -> Lane:
    is_active = integration.status == Status.ACTIVE
    dates = [Dates(one, day, is_active) for one in integration.milestones.all()]
    return Lane(integration, dates, integration.launch.launch_on)


def _next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
