"""Somebody was invited to an integration: a link that works once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ... import clock
from ...addresses import absolute
from ...models import EventKind, Invitation, MailKind
from ..kind import registered
from .event_news import EventNews


@registered(MailKind.INVITED)
class Invited(EventNews):
    tells_of = (EventKind.MEMBER_INVITED, EventKind.INVITATION_RESENT)
    at_any_hour = True  # who comes in is waiting

    @cached_property
    def _invitation(self) -> Invitation | None:
        """The one that the mail carries, while it can be accepted."""
        mine = Invitation.objects.filter(member__integration=self.integration, member__user=self.person)
        return mine.open(clock.now()).order_by("-pk").first()

    def refusal_of_active(self) -> str | None:
        """An invitation is for who is not in yet: whether they are on the integration is not asked."""
        return None if self._invitation else _("The invitation was accepted, withdrawn or sent again meanwhile.")

    def context(self) -> dict[str, Any]:
        held = self._invitation.member.current_roles if self._invitation else ()
        roles = ", ".join(str(role.label) for role in held)
        return super().context() | {"invitation": self._invitation, "roles": roles}

    def path(self) -> str:
        return reverse("invitation", args=[self._invitation.token]) if self._invitation else super().path()

    def secret(self) -> str:
        return absolute(self.path())
