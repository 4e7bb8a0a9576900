"""3.2 Digipost's approval of the tests. It is withdrawn in `door._settle` when 3.1 is no longer met."""

from __future__ import annotations

from .. import policy
from ..models import EventKind, Integration, User
from .door import door, stale


def record_verification(integration: Integration, *, by: User, note: str = "", seen: str | None = None) -> None:
    """Record that Digipost approves the tests. Raises GateClosed before milestone 2 is approved and 3.1 met.

    `seen` is the integration's version that the page showed; Stale if anything was recorded meanwhile.
    """
    with door(integration, by) as move:
        move.require(policy.Right.VERIFY)
        move.require_active()
        move.require_seen(seen)
        move.require_startable("3.2")
        verification = move.integration.verification
        if verification.stands:
            raise stale()
        move.update(
            verification, approved_by=by, approved_at=move.now, note=note, withdrawn_at=None, withdrawn_because=""
        )
        move.log(EventKind.VERIFICATION_RECORDED, "3.2", reason=note)


def withdraw_verification(integration: Integration, *, by: User, reason: str) -> None:
    """Digipost takes its approval back."""
    with door(integration, by) as move:
        move.require(policy.Right.VERIFY)
        verification = move.integration.verification
        if not verification.stands:
            raise stale()
        move.update(verification, approved_by=None, approved_at=None, withdrawn_at=move.now, withdrawn_because=reason)
        move.log(EventKind.VERIFICATION_WITHDRAWN, "3.2", reason=reason)
