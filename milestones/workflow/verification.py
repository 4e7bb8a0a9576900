"""3.2 Digipost's approval of the tests. It falls, in `draw_consequences`, when 3.1 is no longer met."""

from __future__ import annotations

from .. import policy
from ..models import EventKind, Integration, ScenarioRun, User
from ..process import Environment
from .door import door
from .move import Move, asks, stale


@asks(policy.Right.VERIFY)
def record_verification(integration: Integration, *, by: User, note: str = "", seen: str | None = None) -> None:
    """Record that Digipost approves the tests. Raises GateClosed before milestone 2 is approved and 3.1 met,
    Forbidden for who recorded a run of the set.

    `seen` is the integration's version that the page showed; Stale if anything was recorded meanwhile.
    """
    with door(integration, by) as move:
        move.ask(record_verification)
        move.require_active()
        move.require_unblocked("3.2")
        move.require_seen(seen)
        _require_others_tests(move)
        verification = move.integration.verification
        if verification.stands:
            raise stale()
        move.update(
            verification, approved_by=by, approved_at=move.now, note=note, withdrawn_at=None, withdrawn_because=""
        )
        move.log(EventKind.VERIFICATION_RECORDED, "3.2", reason=note)


def _require_others_tests(move: Move) -> None:
    """Nobody approves what they tested themselves, before they changed sides."""
    scenarios = move.integration.scenarios.current().filter(environment=Environment.TEST)
    runs = ScenarioRun.objects.filter(scenario__in=scenarios)
    move.require_someone_else(*runs.values_list("recorded_by", flat=True).order_by().distinct())


@asks(policy.Right.VERIFY)
def withdraw_verification(integration: Integration, *, by: User, reason: str) -> None:
    """Digipost takes its approval back."""
    with door(integration, by) as move:
        move.ask(withdraw_verification)
        verification = move.integration.verification
        if not verification.stands:
            raise stale()
        move.update(verification, approved_by=None, approved_at=None, withdrawn_at=move.now, withdrawn_because=reason)
        move.log(EventKind.VERIFICATION_WITHDRAWN, "3.2", reason=reason)
