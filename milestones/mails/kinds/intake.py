"""An intake waits for acceptance, was accepted, or was refused."""

from __future__ import annotations

from ...models import EventKind, MailKind
from ...process import Role
from ..kind import registered
from .event_news import EventNews


@registered(MailKind.INTAKE)
class Intake(EventNews):
    tells_of = (EventKind.INTEGRATION_CREATED,)

    def is_still_so(self) -> bool:
        return not self.integration.is_accepted


@registered(MailKind.INTAKE_ACCEPTED)
class IntakeAccepted(EventNews):
    tells_of = (EventKind.INTAKE_ACCEPTED,)
    told_to = (Role.PROJECT_MANAGER,)
    page = "people"


@registered(MailKind.INTAKE_REFUSED)
class IntakeRefused(EventNews):
    tells_of = (EventKind.CLOSED,)
    also_of_what_rests = True
