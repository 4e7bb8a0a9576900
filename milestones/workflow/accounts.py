"""1.4 the organisation account and 3.3 the opening of production."""

from __future__ import annotations

from .. import gates, policy
from ..models import EventKind, Integration, User
from .door import door, stale
from .intake import disable_production


def record_accounts(integration: Integration, *, by: User, test_account_id: str, production_account_id: str) -> None:
    """Record the account ids that Digipost gave. Raises GateClosed before 1.1 is met."""
    with door(integration, by) as move:
        move.require(policy.Right.MANAGE_ACCOUNTS)
        move.require_startable("1.4")
        accounts = move.integration.accounts
        for name, new in (("test_account_id", test_account_id), ("production_account_id", production_account_id)):
            old = getattr(accounts, name)
            if old != new:
                move.update(accounts, **{name: new})
                move.log(EventKind.ACCOUNT_RECORDED, name, old=old, new=new)


def enable_production(integration: Integration, *, by: User) -> None:
    """Open production sending. Raises GateClosed before milestone 2 is approved and 3.2 met."""
    with door(integration, by) as move:
        move.require(policy.Right.OPEN_PRODUCTION)
        move.require_active()
        move.require_startable("3.3")
        move.require_open(gates.gate(2, move.facts))
        accounts = move.integration.accounts
        if accounts.production_enabled:
            raise stale()
        move.update(accounts, production_enabled_at=move.now, production_enabled_by=by)
        move.log(EventKind.PRODUCTION_ENABLED, "3.3", new=accounts.production_account_id)


def close_production(integration: Integration, *, by: User, reason: str) -> None:
    """Close production sending at once, whatever the phase; 3.3 is unmet from now on."""
    with door(integration, by) as move:
        move.require(policy.Right.OPEN_PRODUCTION)
        if not move.integration.accounts.production_enabled:
            raise stale()
        disable_production(move, reason)


def pass_details(integration: Integration, *, by: User, details: str) -> None:
    """Pass the environment and account details to the sender, who reads them on the production page."""
    with door(integration, by) as move:
        move.require(policy.Right.OPEN_PRODUCTION)
        move.require_startable("3.3")
        move.update(move.integration.accounts, details=details, details_passed_at=move.now, details_passed_by=by)
        move.log(EventKind.DETAILS_PASSED, "3.3")
