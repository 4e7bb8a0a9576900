"""What comes before what: what cannot start yet, exceptions, own items, and whose the next move is."""

from __future__ import annotations

import datetime

import pytest

from milestones import gates
from milestones.gates import ConfirmationFact, ExceptionFact, Facts, ItemFact
from milestones.process import MILESTONE_NUMBERS, REQUIREMENTS, MilestoneState, Role, Status
from tests.complete import TODAY, TRIAL, at, complete


@pytest.mark.parametrize(
    ("code", "facts", "first"),
    [
        ("1.4", complete(agreements=()), ["1.1"]),
        ("3.2", at(2), ["M2"]),
        ("3.2", complete(scenarios=(TRIAL,)), ["3.1"]),
        ("3.3", at(2), ["M2"]),
        ("3.3", complete(approval_recorded=False), ["3.2"]),
        ("5.0", at(4), ["M4"]),
        ("5.2", at(4), ["M4"]),
    ],
)
def test_cannot_start_yet(code: str, facts: Facts, first: list[str]) -> None:
    assert sorted({unmet.code for unmet in gates.blockers(code, facts)}) == first
    assert gates.blockers(code, complete()) == []


def test_only_these_bear_an_exception() -> None:
    bearing = {code for code, requirement in REQUIREMENTS.items() if requirement.exception_allowed}
    assert bearing == {"1.3", "2.1", "2.3", "4.1"}


@pytest.mark.parametrize(("until", "open_"), [(None, True), (TODAY, True), (TODAY - datetime.timedelta(1), False)])
def test_an_exception_holds_through_its_last_day(until: datetime.date | None, open_: bool) -> None:
    facts = complete(services={}, exceptions={"1.3": ExceptionFact("Avklares", "Ingrid", until)})
    assert (gates.gate(5, facts) == []) is open_
    finding = next(finding for finding in gates.findings(1, facts) if finding.key == "1.3")
    assert not finding.met  # it shows, and only does not count
    assert (finding.exception is not None) is open_


@pytest.mark.parametrize(
    ("required", "confirmed", "open_"), [(True, False, False), (True, True, True), (False, False, True)]
)
def test_own_items_count_when_required(required: bool, confirmed: bool, open_: bool) -> None:
    item = ItemFact("item-7", 2, "Databehandleravtale", required, Role.ONBOARDING)
    done = complete().confirmed | ({"item-7": ConfirmationFact("Ingrid", TODAY)} if confirmed else {})  # type: ignore[operator]
    facts = complete(items=(item,), confirmed=done)
    assert (gates.gate(2, facts) == []) is open_
    assert gates.gate(1, facts) == []


def test_next_moves_name_what_can_be_started_only() -> None:
    facts = at(1, agreements=(), test_account_id="")
    assert {unmet.code for unmet in gates.next_moves(facts)} == {"1.1"}


@pytest.mark.parametrize("number", MILESTONE_NUMBERS)
def test_next_move_with_an_open_gate_is_submitting_and_then_approving(number: int) -> None:
    (submit,) = gates.next_moves(at(number))
    assert (submit.code, submit.reason, submit.role) == (f"M{number}", "ready_to_submit", Role.PROJECT_MANAGER)
    (approve,) = gates.next_moves(at(number, MilestoneState.SUBMITTED))
    assert (approve.reason, approve.role) == ("awaiting_approval", Role.ONBOARDING)


def test_next_moves_in_operations() -> None:
    assert gates.next_moves(complete()) == []
    assert [move.reason for move in gates.next_moves(complete(open_deviations=1))] == ["deviation_open"]
    assert [move.code for move in gates.next_moves(complete(agreements=()))] == ["1.1"]


def test_an_intake_waits_for_digipost_and_closes_every_gate() -> None:
    (move,) = gates.next_moves(at(1, accepted=False, agreements=()))
    assert (move.reason, move.role) == ("intake_not_accepted", Role.ONBOARDING)
    assert all(gates.gate(number, complete(accepted=False)) == [move] for number in MILESTONE_NUMBERS)


@pytest.mark.parametrize("status", [Status.PAUSED, Status.CLOSED])
def test_nobody_has_a_next_move_when_it_rests(status: Status) -> None:
    assert gates.next_moves(at(1, status=status, agreements=())) == []
