"""Digipost signed that it does not know an account of the integration: told to whoever sets accounts up (1.4, 3.3)."""

from __future__ import annotations

from typing import Any

from ...models import Attestation, EventKind, MailKind
from ...process import Environment
from ..kind import registered
from .event_news import EventNews


@registered(MailKind.ACCOUNT_UNKNOWN)
class AccountUnknown(EventNews):
    """Workflow names whom it concerns, and nobody where Digipost knows the account."""

    tells_of = (EventKind.ACCOUNT_ATTESTED,)
    page = "accounts"

    def is_still_so(self) -> bool:
        """Not once Digipost knows it, or another account is recorded."""
        if self.event.to_value == "known":
            return False
        latest = {one.environment: one.knows_account for one in Attestation.objects.of_accounts(self.integration)}
        return latest.get(self.event.subject) is False

    def context(self) -> dict[str, Any]:
        environment = Environment(self.event.subject)
        account = self.integration.accounts.account_id_of(environment)
        return super().context() | {"environment": environment.label, "account": account}
