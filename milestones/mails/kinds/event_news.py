"""What mails about an event have in common: it is still so, and concerns a recipient who is on the integration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from ...addresses import path_of
from ...models import Event, Integration, Mail
from ...process import RESPONSIBLE_ROLES, Party, Status
from ..answering import whoever_did_it
from ..kind import Kind
from ..today import Today

SENDERS_ROLES = tuple(role for role in RESPONSIBLE_ROLES if role.party is Party.SENDER)


class EventNews(Kind):
    """News of an event of an integration."""

    page: ClassVar[str] = "integration"
    """The page on which its reader acts."""
    also_of_what_rests: ClassVar[bool] = False
    """Whether it is sent while the integration is paused or closed."""

    def __init__(self, row: Mail, today: Today) -> None:
        super().__init__(row, today)
        if row.event is None or row.integration is None:
            raise ValueError(f"a mail of kind {row.kind} is about an event of an integration")
        self.event: Event = row.event
        self.integration: Integration = row.integration

    def refusal(self) -> str | None:
        if self.integration.status != Status.ACTIVE and not self.also_of_what_rests:
            return _("The integration is paused or closed.")
        return self.refusal_of_active()

    def refusal_of_active(self) -> str | None:
        """Why it is not sent although the integration is active."""
        if not self._is_on_it():
            return _("The recipient is not on the integration, or has not accepted the invitation.")
        return None if self.is_still_so() else _("What was to be told has changed meanwhile.")

    def _is_on_it(self) -> bool:
        person = self.person
        return person is None or person.is_staff or self.integration.members.joined().filter(user=person).exists()

    def is_still_so(self) -> bool:
        """Whether what the event tells is how it is now."""
        return True

    def context(self) -> dict[str, Any]:
        return {"integration": self.integration, "event": self.event}

    def path(self) -> str:
        return path_of(self.page, self.integration.reference)

    def reply_to(self) -> list[str]:
        return whoever_did_it(self.event.actor, self.integration, self.person)
