"""1.4 the organisation account and 3.3 the opening of production."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import gates, policy
from ..models import EventKind, Integration, User
from .door import door
from .move import Move, asks, stale

_UNACKNOWLEDGED: dict[str, Any] = {"details_acknowledged_at": None, "details_acknowledged_by": None}


@asks(policy.Right.MANAGE_ACCOUNTS)
def record_accounts(integration: Integration, *, by: User, test_account_id: str, production_account_id: str) -> None:
    """Record the account ids that Digipost gave. Another production account must be opened, and passed on, anew.

    Raises GateClosed before 1.1 is met, ValidationError (by field) for an organisation number or the same id twice.
    """
    with door(integration, by) as move:
        move.ask(record_accounts)
        move.require_unblocked("1.4")
        wanted = {"test_account_id": test_account_id, "production_account_id": production_account_id}
        _require_account_ids(move.integration, wanted)
        accounts = move.integration.accounts
        other_account = accounts.production_account_id not in ("", production_account_id)
        for name, new in wanted.items():
            old = getattr(accounts, name)
            if old != new:
                move.update(accounts, **{name: new})
                move.log(EventKind.ACCOUNT_RECORDED, name, old=old, new=new)
        if other_account:
            close_sending(move, "")
            move.update(accounts, details_passed_at=None, details_passed_by=None, **_UNACKNOWLEDGED)


def _require_account_ids(integration: Integration, wanted: dict[str, str]) -> None:
    number = integration.organisation.number
    wrong = {
        name: _("This is the organisation number, not the account id.")
        for name, value in wanted.items()
        if value == number
    }
    if wanted["test_account_id"] and wanted["test_account_id"] == wanted["production_account_id"]:
        wrong["production_account_id"] = _("The test account has this id. The two accounts have an id each.")
    if wrong:
        raise ValidationError(wrong)


@asks(policy.Right.OPEN_PRODUCTION)
def open_production(integration: Integration, *, by: User, seen: str | None = None, details: str = "") -> None:
    """Open production sending, and pass on `details` that are new. Raises GateClosed before milestone 2 is approved
    and 3.2 met.

    `seen` is the integration's version that the page showed; Stale if anything was recorded meanwhile.
    """
    with door(integration, by) as move:
        move.ask(open_production)
        move.require_active()
        move.require_unblocked("3.3")
        missing = gates.unmet_of("3.3", move.facts)
        move.require_nothing_unmet([one for one in missing if one.reason == "account_missing"])
        move.require_seen(seen)
        accounts = move.integration.accounts
        if accounts.production_enabled:
            raise stale()
        move.update(accounts, production_enabled_at=move.now, production_enabled_by=by)
        move.log(EventKind.PRODUCTION_ENABLED, "3.3", new=accounts.production_account_id)
        if details and (details != accounts.details or accounts.details_passed_at is None):
            _pass_on(move, details)


@asks(policy.Right.OPEN_PRODUCTION)
def close_production(integration: Integration, *, by: User, reason: str) -> None:
    """Close production sending at once, whatever the phase; 3.3 is unmet from now on."""
    with door(integration, by) as move:
        move.ask(close_production)
        if not move.integration.accounts.production_enabled:
            raise stale()
        close_sending(move, reason)


def close_sending(move: Move, reason: str) -> None:
    """Close production sending if it is open; part of reopening and of closing."""
    accounts = move.integration.accounts
    if accounts.production_enabled:
        move.update(accounts, production_enabled_at=None, production_enabled_by=None)
        move.log(EventKind.PRODUCTION_DISABLED, "3.3", reason=reason)


@asks(policy.Right.OPEN_PRODUCTION)
def pass_details(integration: Integration, *, by: User, details: str) -> None:
    """Pass the environment and account details to the sender, who reads them on the production page."""
    with door(integration, by) as move:
        move.ask(pass_details)
        move.require_active()
        move.require_unblocked("3.3")
        _pass_on(move, details)


def _pass_on(move: Move, details: str) -> None:
    accounts = move.integration.accounts
    move.log(EventKind.DETAILS_PASSED, "3.3", old=accounts.details, new=details)
    passed = {"details": details, "details_passed_at": move.now, "details_passed_by": move.by}
    move.update(accounts, **passed, **_UNACKNOWLEDGED)


def acknowledge_details(integration: Integration, *, by: User, seen: str | None = None) -> None:
    """The sender has the details. Stale if none are passed on, or somebody acknowledged them before.

    `seen` names the details that the page showed (`Accounts.passing`); Stale if others were passed on meanwhile.
    Forbidden for who passed them on, for Digipost.
    """
    with door(integration, by) as move:
        move.require(policy.Right.ACKNOWLEDGE_DETAILS)
        accounts = move.integration.accounts
        if accounts.details_passed_at is None or accounts.details_acknowledged_at is not None:
            raise stale()
        if seen not in (None, accounts.passing):
            raise stale()
        move.require_someone_else(accounts.details_passed_by_id)
        move.update(accounts, details_acknowledged_at=move.now, details_acknowledged_by=by)
        move.log(EventKind.DETAILS_ACKNOWLEDGED, "3.3")
