"""What follows from a change, whoever made it: the way out of the door, in the change's own transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from .. import clock, gates, outbox, snapshots
from ..facts import facts_of
from ..mails import announcing
from ..models import EventKind, Integration
from .move import Move

_together: ContextVar[list[Move] | None] = ContextVar("together", default=None)


@contextmanager
def drawn_together() -> Iterator[None]:
    """The consequences of all moves inside, on one integration, are drawn once, at the end and in one transaction.

    For a story of the past, which is told by the hundred; what each move asks of the gates is judged as always.
    Raises RuntimeError at the present time, or for a second integration.
    """
    if not clock.moved():
        raise RuntimeError("Only what is told of the past is drawn together.")
    moves: list[Move] = []
    token = _together.set(moves)
    try:
        with transaction.atomic():
            yield
            if moves:
                _draw(moves)
    finally:
        _together.reset(token)


def draw_consequences(move: Move) -> None:
    """Draw the consequences of what was recorded, store what lists show, and queue what is to be told."""
    moves = _together.get()
    if moves is None:
        _draw([move])
    elif moves and moves[0].integration.pk != move.integration.pk:
        raise RuntimeError("What is drawn together is drawn on one integration.")
    else:
        moves.append(move)


def _draw(moves: list[Move]) -> None:
    move = moves[-1]
    integration = Integration.objects.with_records().get(pk=move.integration.pk)
    facts = facts_of(integration)
    verification = integration.verification
    if verification.stands and (broken := gates.unmet_of("3.1", facts)):
        with override(settings.LANGUAGE_CODE):  # everybody reads it: not in the language of whoever caused it
            because = broken[0].text
        move.update(verification, approved_by=None, approved_at=None, withdrawn_at=move.now, withdrawn_because=because)
        move.log(EventKind.VERIFICATION_WITHDRAWN, "3.2", reason=because, by_system=True)
        facts = facts_of(integration)
    lapsed = snapshots.refresh(integration, facts).lapsed
    if lapsed and move.was_active:  # what lapsed during a pause is old news when it ends
        announcing.record_lapses(integration, facts, lapsed, by=move.by, at=move.now)
    for one in moves:
        for event, concerned in one.events:
            announcing.announce(facts, event, concerned)
    outbox.hint_to_send()
