"""Somebody was given something to be, or to do: a class for each event that gives it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...addresses import path_of
from ...models import Event, EventKind, Integration, MailKind, User
from ...process import FollowUpState, Role, Text
from ..kind import registered
from .event_news import EventNews


class Assignment:
    """What an event gave to `person`: whether they still have it, how that is said, and where it is done."""

    def __init__(self, event: Event, integration: Integration, person: User | None) -> None:
        self.event, self.integration, self.person = event, integration, person

    def holds(self) -> bool:
        raise NotImplementedError

    def sentence(self) -> str:
        raise NotImplementedError

    def path(self) -> str:
        return path_of("integration", self.integration.reference)


class Contact(Assignment):
    def holds(self) -> bool:
        return self.integration.onboarding_contact == self.person

    def sentence(self) -> str:
        return _("You are now Digipost's contact for this integration.")


class Roles(Assignment):
    def holds(self) -> bool:
        held = {"roles__role__in": self._gained(), "roles__ended_at__isnull": True}
        return self.integration.members.joined().filter(user=self.person, **held).exists()

    def sentence(self) -> str:
        roles = ", ".join(str(Role(role).label).lower() for role in self._gained())
        return _("You are now %(roles)s of this integration.") % {"roles": roles}

    def _gained(self) -> list[str]:
        before = self.event.from_value.split(", ")
        return [role for role in self.event.to_value.split(", ") if role and role not in before]


class Thing(Assignment):
    """A row of the integration, known by its title."""

    says: ClassVar[Text]
    page: ClassVar[str]

    def still_open(self) -> QuerySet[Any]:
        """The integration's rows of this sort that are not removed, closed or done."""
        raise NotImplementedError

    @cached_property
    def _row(self) -> Any:
        return self.still_open().filter(title=self.event.subject).order_by("-pk").first()

    def holds(self) -> bool:
        return self._row is not None

    def sentence(self) -> str:
        return str(self.says) % {"title": self.event.subject}

    def path(self) -> str:
        return path_of(self.page, self.integration.reference, getattr(self._row, "key", ""), self._row.pk)


class OwnItem(Thing):
    says, page = gettext_lazy("You are to tick off: %(title)s"), "confirmation"

    def still_open(self) -> QuerySet[Any]:
        return self.integration.items.filter(removed_at__isnull=True)


class Deviation(Thing):
    says, page = gettext_lazy("You are to handle this deviation: %(title)s"), "deviation"

    def still_open(self) -> QuerySet[Any]:
        return self.integration.deviations.filter(closed_at__isnull=True)


class FollowUp(Thing):
    says, page = gettext_lazy("You are to take this on: %(title)s"), "follow_up"

    def still_open(self) -> QuerySet[Any]:
        return self.integration.follow_ups.exclude(state=FollowUpState.CLOSED)


ASSIGNMENTS: dict[str, type[Assignment]] = {
    EventKind.ROLES_CHANGED: Roles,
    EventKind.CONTACT_CHANGED: Contact,
    EventKind.ITEM_ADDED: OwnItem,
    EventKind.DEVIATION_OPENED: Deviation,
    EventKind.DEFERRAL_PROPOSED: FollowUp,
}


@registered(MailKind.ASSIGNED)
class Assigned(EventNews):
    tells_of = tuple(EventKind(kind) for kind in ASSIGNMENTS)

    @cached_property
    def _assignment(self) -> Assignment:
        return ASSIGNMENTS[self.event.kind](self.event, self.integration, self.person)

    def is_still_so(self) -> bool:
        return self._assignment.holds()

    def context(self) -> dict[str, Any]:
        return super().context() | {"what": self._assignment.sentence()}

    def path(self) -> str:
        return self._assignment.path()
