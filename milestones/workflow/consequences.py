"""What follows from a change, whoever made it: the way out of the door, in the change's own transaction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from .. import clock, gates, outbox, snapshots, teams, webhooks
from ..facts import facts_of, integration_now
from ..mails import announcing
from ..models import CarriedOver, DeclaredChange, Event, EventKind, Integration, Verification
from ..models.teams import TELLS_OF
from ..models.webhooks import TELLS_OF as WEBHOOKS_TELL_OF
from .move import Move

_together: ContextVar[list[Move] | None] = ContextVar("together", default=None)

ONLY_INVITED = frozenset({EventKind.MEMBER_INVITED})
"""What is told of what an import does: the rest happened before, and nobody is to hear of it as news."""


@contextmanager
def drawn_together(told: frozenset[EventKind] | None = None) -> Iterator[None]:
    """The consequences of all moves inside, on one integration, are drawn once, at the end and in one transaction.

    For what has happened before, and is recorded by the hundred: a story of the past, or an import, of which only the
    kinds `told` are mailed. What each move asks of the gates is judged as always.
    Raises RuntimeError at the present time without `told`, or for a second integration.
    """
    if told is None and not clock.moved():
        raise RuntimeError("Only what has happened before is drawn together.")
    moves: list[Move] = []
    token = _together.set(moves)
    try:
        with transaction.atomic():
            yield
            if moves:
                _draw(moves, told)
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


def _draw(moves: list[Move], told: frozenset[EventKind] | None = None) -> None:
    move = moves[-1]
    integration = integration_now(move.integration.pk)
    facts = facts_of(integration)
    if facts.carried and _end_carried_over(moves, facts):
        facts = facts_of(integration)
    if because := _withdrawn_approval(integration.verification, facts, move.now):
        move.log(EventKind.VERIFICATION_WITHDRAWN, "3.2", reason=because, by_system=True)
        facts = facts_of(integration)
    for change in _complete_changes(facts, move.now):
        move.log(EventKind.CHANGE_COMPLETED, change.kind, new=scenarios_of(change), by_system=True)
    lapsed = snapshots.refresh(integration, facts).lapsed
    if lapsed and move.was_active:  # what lapsed during a pause is old news when it ends
        announcing.record_lapses(integration, facts, lapsed, by=move.by, at=move.now)
    for one in moves:
        for event, concerned in one.events:
            if told is None or event.kind in told:
                announcing.announce(facts, event, concerned)
    outbox.hint_to_send()
    kinds = {event.kind for one in moves for event, _concerned in one.events}
    for task, tells_of in ((teams.POSTS, TELLS_OF), (webhooks.DELIVERIES, WEBHOOKS_TELL_OF)):
        if lapsed or not kinds.isdisjoint(tells_of):
            outbox.hint_to_send(task)


def draw_of_the_date(integration: Integration, facts: gates.Facts, lapsed: tuple[gates.Unmet, ...]) -> None:
    """Nightly, under its lock: what falls because a day has passed; it is told of what has `lapsed`.

    A change is completed too, where the catalogue has come to ask less.
    """
    now = clock.now()
    if because := _withdrawn_approval(integration.verification, facts, now):
        kind = EventKind.VERIFICATION_WITHDRAWN
        Event.objects.create(integration=integration, at=now, kind=kind, subject="3.2", reason=because)
    for change in _complete_changes(facts, now):
        said = {"subject": change.kind, "to_value": scenarios_of(change)}
        event = Event.objects.create(integration=integration, at=now, kind=EventKind.CHANGE_COMPLETED, **said)
        announcing.announce(facts, event)
    announcing.tell_of_lapses(integration, facts, lapsed)


def _complete_changes(facts: gates.Facts, now: datetime.datetime) -> tuple[gates.ChangeFact, ...]:
    """Complete the declared changes after which nothing is left to retest; returns them."""
    done = gates.retested(facts)
    if done:
        DeclaredChange.objects.filter(pk__in=[one.pk for one in done]).update(completed_at=now)
    return done


def scenarios_of(change: gates.ChangeFact) -> str:
    """The ids of the scenarios that a change touches, as events have them."""
    return ", ".join(one.code for one in change.retests)


def _withdrawn_approval(verification: Verification, facts: gates.Facts, now: datetime.datetime) -> str:
    """Withdraw 3.2 where what it rests on is no longer so; returns why, and nothing where it stands, or stood not."""
    broken = gates.unmet_of("3.1", facts) if verification.stands else []
    if not broken:
        return ""
    with override(settings.LANGUAGE_CODE):  # everybody reads it: not in the language of whoever caused it
        because = broken[0].text
    verification.approved_by, verification.approved_at = None, None
    verification.withdrawn_at, verification.withdrawn_because = now, because
    verification.save(update_fields=["approved_by", "approved_at", "withdrawn_at", "withdrawn_because"])
    return because


def _end_carried_over(moves: list[Move], facts: gates.Facts) -> bool:
    """End what was carried over and is contradicted, or was withdrawn here since. Returns whether anything was."""
    move, withdrawn = moves[-1], _withdrawn(event for one in moves for event, _concerned in one.events)
    fallen = False
    for fact in CarriedOver.objects.current().filter(integration=move.integration):
        broken = gates.unmet_of(fact.code, facts)
        if not broken and fact.code not in withdrawn:
            continue
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            because = broken[0].text if broken else withdrawn[fact.code].get_kind_display()
        move.update(fact, ended_at=move.now, ended_because=because)
        move.log(EventKind.CARRIED_OVER_ENDED, fact.code, old=fact.on, reason=because, by_system=True)
        fallen = True
    return fallen


_WITHDRAWS = {
    EventKind.AGREEMENT_WITHDRAWN: "1.1",
    EventKind.DATES_PROPOSED: "2.2",  # but for milestone 1, see `_withdrawn`
    EventKind.VERIFICATION_WITHDRAWN: "3.2",
    EventKind.PRODUCTION_DISABLED: "3.3",
    EventKind.READERS_NAMED: "D.2",  # from then on it says who reads, and who does no longer
}
"""Which requirement an event takes back, so that what was carried over for it no longer counts. The plan is agreed by
both sides: whoever proposes other dates asks for that anew. A check that is withdrawn names its requirement."""


def _withdrawn(events: Iterable[Event]) -> dict[str, Event]:
    """Requirements that were taken back by these events, in their order, and not carried over again after that."""
    found: dict[str, Event] = {}
    for event in events:
        if event.kind == EventKind.CARRIED_OVER:
            found.pop(event.subject, None)
        elif event.kind == EventKind.CONFIRMATION_WITHDRAWN:
            found[event.subject] = event
        elif event.kind in _WITHDRAWS and (event.kind, event.subject) != (EventKind.DATES_PROPOSED, "1"):
            found[_WITHDRAWS[EventKind(event.kind)]] = event
    return found
