"""What both sides agree on: the plan, the scenario set, the scope of production tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .. import gates, policy
from ..facts import ACCORDS
from ..models import EventKind, Integration, MutualAccord, User
from ..process import PLANNED_MILESTONES, Accord, Party
from .door import door
from .move import Move, stale

_RULE = {Accord.PLAN: "2.2", Accord.SCENARIOS: "3.1", Accord.SCOPE: "4.1"}
_NOT_YET_AGREEABLE = {
    Accord.PLAN: {"date_missing"},
    Accord.SCENARIOS: {"scenario_set_empty", "scenario_missing", "scenario_reworded", "solution_incomplete"},
    Accord.SCOPE: {"scope_undecided", "scope_without_reason", "production_scenarios_missing", "print_trial_missing"},
}
"""What must not be missing of a thing before anybody can agree to it, by reason."""


def agree(integration: Integration, subject: Accord, *, by: User, version: int) -> None:
    """Agree for one's own side to `subject` as it stands at `version`.

    Raises Stale if it changed since the page was shown, GateClosed while it is not complete enough to agree on.
    """
    with door(integration, by) as move:
        move.require(policy.AGREE[subject])
        accord = _get(move, subject)
        if accord.version != version or accord.agreed_by(move.actor.party):
            raise stale()
        move.require_someone_else(_agreed_for_the_other_side(accord, move.actor.party))
        move.require_nothing_unmet(not_yet_agreeable(move.facts, subject))
        _record(move, accord)


@contextmanager
def proposing(move: Move, subject: Accord, seen: int | None = None) -> Iterator[None]:
    """What is changed inside is proposed: if it is complete, the proposer's own side has agreed to it.

    `seen` is the version that the page showed, None asks nothing: nobody agrees to what others changed since.
    """
    as_seen = seen in (None, _get(move, subject).version)
    yield
    accord = _get(move, subject)
    if as_seen and _may_agree(move, accord) and not not_yet_agreeable(move.facts_after(), subject):
        _record(move, accord)


def _may_agree(move: Move, accord: MutualAccord) -> bool:
    """Whether the actor's side has not agreed, and the actor may do it: as `agree` asks it, without refusing."""
    party = move.actor.party
    has_the_right = policy.may(move.actor, policy.AGREE[Accord(accord.subject)])
    return has_the_right and not accord.agreed_by(party) and _agreed_for_the_other_side(accord, party) != move.by.pk


def _agreed_for_the_other_side(accord: MutualAccord, party: Party) -> int | None:
    return accord.sender_by_id if party is Party.DIGIPOST else accord.digipost_by_id


def _record(move: Move, accord: MutualAccord) -> None:
    """The actor's side has agreed."""
    move.lapsed.discard(Accord(accord.subject))
    party = move.actor.party
    move.update(accord, **{f"{party.value}_by": move.by, f"{party.value}_at": move.now})
    move.log(EventKind.AGREED, accord.subject, new=party)
    if accord.subject == Accord.PLAN and accord.complete:
        _freeze_baseline(move)


def lapse(move: Move, subject: Accord) -> None:
    """What was agreed on was changed: a new version, and what either side agreed lapses, visibly; once a move."""
    if subject in move.lapsed:
        return
    move.lapsed.add(subject)
    accord = _get(move, subject)
    lapsed = accord.sender_at or accord.digipost_at
    move.update(
        accord,
        version=accord.version + 1,
        changed_by=move.by,
        lapsed_at=move.now if lapsed else accord.lapsed_at,
        sender_by=None,
        sender_at=None,
        digipost_by=None,
        digipost_at=None,
    )
    if lapsed:
        move.log(EventKind.ACCORD_LAPSED, subject)


def _get(move: Move, subject: Accord) -> MutualAccord:
    accord: MutualAccord
    [accord] = [row for row in ACCORDS.of([move.integration.pk]) if row.subject == subject]
    return accord


def not_yet_agreeable(facts: gates.Facts, subject: Accord) -> list[gates.Unmet]:
    """What `subject` lacks before anybody can agree to it."""
    missing = gates.unmet_of(_RULE[subject], facts)
    return [one for one in missing if any(part.reason in _NOT_YET_AGREEABLE[subject] for part in one.each)]


def _freeze_baseline(move: Move) -> None:
    """The dates that were first agreed stay as the baseline: a later change shows as a slip."""
    milestones = move.integration.milestones.filter(number__in=PLANNED_MILESTONES, baseline_on__isnull=True)
    for milestone in milestones:
        move.update(milestone, baseline_on=milestone.target_on)
        move.log(EventKind.BASELINE_SET, milestone.number, new=milestone.target_on or "")
