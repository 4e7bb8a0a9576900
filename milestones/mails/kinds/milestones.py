"""A milestone was submitted, approved or returned."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse

from ...addresses import path_of, path_to
from ...models import EventKind, MailKind
from ...process import LAST_MILESTONE, MILESTONE_TITLES, MilestoneState, Role
from ..kind import registered
from ..words import text_of
from .event_news import SENDERS_ROLES, EventNews

MOST_NEXT = 12
"""Things that come next which a mail lists; the page has them all."""


def _titled(number: int) -> str:
    """A milestone by number and title; after the last one, nothing."""
    return f"{number} {MILESTONE_TITLES[number]}" if number in MILESTONE_TITLES else ""


class MilestoneNews(EventNews):
    """News of a milestone, while that is what last happened to it: `moment` is the column that says when."""

    moment: ClassVar[str]
    state: ClassVar[MilestoneState]

    def is_still_so(self) -> bool:
        as_told = {"number": self._number, "state": self.state, self.moment: self.event.at}
        return self.integration.milestones.filter(**as_told).exists()

    @property
    def _number(self) -> int:
        return int(self.event.subject)

    def context(self) -> dict[str, Any]:
        return super().context() | {"milestone": _titled(self._number)}

    def path(self) -> str:
        return path_of("milestone", self.integration.reference, f"M{self._number}")


@registered(MailKind.SUBMITTED)
class Submitted(MilestoneNews):
    tells_of = (EventKind.MILESTONE_SUBMITTED,)
    told_to = (Role.ONBOARDING,)
    moment, state = "submitted_at", MilestoneState.SUBMITTED

    def path(self) -> str:
        """The review of it, with its evidence."""
        return reverse("review", args=[self.integration.reference, self._number])


@registered(MailKind.APPROVED)
class Approved(MilestoneNews):
    tells_of = (EventKind.MILESTONE_APPROVED,)
    told_to = SENDERS_ROLES
    moment, state = "approved_at", MilestoneState.APPROVED

    def context(self) -> dict[str, Any]:
        """What comes next, and for whom."""
        waiting = self.integration.waiting_items.all()[:MOST_NEXT]
        return super().context() | {
            "following": _titled(self._number + 1),
            "next": [f"{Role(item.role).label}: {text_of(item)}" for item in waiting],
        }

    def path(self) -> str:
        """Where its reader has something to do next; else the milestone that comes."""
        roles = self.integration.members.joined().filter(user=self.person, roles__ended_at__isnull=True)
        held = roles.values_list("roles__role", flat=True)
        if first := self.integration.waiting_items.filter(role__in=held).first():
            return path_to(first, self.integration.reference)
        if self._number == LAST_MILESTONE:
            return path_of("operations", self.integration.reference)
        return path_of("milestone", self.integration.reference, f"M{self._number + 1}")


@registered(MailKind.RETURNED)
class Returned(MilestoneNews):
    tells_of = (EventKind.MILESTONE_RETURNED, EventKind.MILESTONE_REOPENED)
    told_to = SENDERS_ROLES
    moment, state = "returned_at", MilestoneState.IN_PROGRESS
