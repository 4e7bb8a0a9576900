"""What was carried over stands in for records that nobody has made; whatever is recorded otherwise makes it fall."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from milestones.gates import (
    CARRIED,
    CarriedFact,
    Facts,
    FollowUpFact,
    MilestoneFact,
    Person,
    ScenarioFact,
    carried_up_to,
    gate,
    unmet_of,
)
from milestones.process import (
    MILESTONE_NUMBERS,
    REQUIREMENTS,
    Environment,
    MilestoneState,
    Role,
    ScopeMode,
    Service,
)
from tests.complete import TODAY, TOMORROW

BEFORE = CarriedFact(TODAY - datetime.timedelta(days=400), "Regneark", "Jonas")
ALL = dict.fromkeys(CARRIED, BEFORE)
NOT_RUN = ScenarioFact("T07", "Letter", Environment.TEST)
FAILED = ScenarioFact("T07", "Letter", Environment.TEST, latest="failed")
PASSED = ScenarioFact("T07", "Letter", Environment.TEST, latest="passed")


def carried(**changes: Any) -> Facts:
    """Nothing but what was carried over, and that production is open."""
    return dataclasses.replace(
        Facts(today=TODAY, carried=ALL, production_enabled=True, production_account_id="2"), **changes
    )


def reasons(code: str, facts: Facts) -> list[str]:
    return [part.reason for unmet in unmet_of(code, facts) for part in unmet.each]


@pytest.mark.parametrize("code", CARRIED)
def test_what_is_carried_over_is_met(code: str) -> None:
    assert unmet_of(code, carried()) == []
    assert unmet_of(code, Facts(today=TODAY)) != []


def test_what_cannot_be_carried_over_is_met_while_nothing_says_otherwise() -> None:
    assert {code for code in REQUIREMENTS if code not in CARRIED} == {"5.1", "D.3", "D.4"}
    assert gate(5, carried()) == []


@pytest.mark.parametrize("code", CARRIED)
def test_each_fact_is_about_its_own_requirement_alone(code: str) -> None:
    without = carried(carried={key: fact for key, fact in ALL.items() if key != code})
    unmet = {one for one in REQUIREMENTS if unmet_of(one, without)}
    assert unmet == {code} | ({"3.2"} if code == "3.1" else set())


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("1.1", {"services": {Service.PRINT: "use"}}, "agreement_missing"),
        ("1.2", {"vacated": frozenset({Role.BUSINESS_OWNER})}, "role_vacant"),
        ("3.1", {"scenarios": (FAILED,)}, "scenario_failed"),
        ("3.1", {"scenarios": (NOT_RUN,)}, "scenario_not_run"),
        ("3.2", {"scenarios": (FAILED,)}, "approval_missing"),
        ("3.3", {"production_enabled": False}, "production_closed"),
        ("4.1", {"scope_mode": ScopeMode.NOT_NEEDED}, "not_agreed"),
        ("5.0", {"launch_on": TOMORROW}, "launch_date_unconfirmed"),
        ("5.2", {"first_sending_on": TOMORROW, "documents_sent": 1}, "first_sending_in_future"),
        ("D.2", {"shared_mailbox": "post@a.no", "unread_by": (Person("post@a.no", "post@a.no"),)}, "notice_unread"),
    ],
)
def test_what_contradicts_it_is_missing(code: str, changes: dict[str, Any], reason: str) -> None:
    assert reason in reasons(code, carried(**changes))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("1.2", {"people": {Role.CONTRACT_MANAGER: (Person("Kari", "kari@a.no", 1),)}}),
        ("3.1", {"scenarios": (PASSED,)}),
        ("3.2", {"scenarios": (PASSED,)}),
        ("1.3", {"services": {Service.SMS: "use"}}),
    ],
)
def test_what_is_recorded_and_agrees_with_it_does_not(code: str, changes: dict[str, Any]) -> None:
    assert unmet_of(code, carried(**changes)) == []


def test_a_follow_up_item_closes_the_gate_all_the_same() -> None:
    facts = carried(follow_ups=(FollowUpFact("Punkt", "open", pk=1),))
    assert [unmet.code for unmet in gate(5, facts)] == ["5.1"]


@pytest.mark.parametrize("number", MILESTONE_NUMBERS)
def test_a_milestone_is_taken_on_when_all_up_to_it_is_carried_over(number: int) -> None:
    codes = [code for code in CARRIED if (REQUIREMENTS[code].milestone or 9) <= number]
    facts = carried(carried=dict.fromkeys(codes, BEFORE))
    assert carried_up_to(facts) == number
    assert carried_up_to(dataclasses.replace(facts, accepted=False)) == 0


@pytest.mark.parametrize(
    "milestone",
    [
        MilestoneFact(MilestoneState.SUBMITTED, submitted_by_id=1),
        MilestoneFact(MilestoneState.IN_PROGRESS, returned_because="Mangler referat"),
    ],
    ids=["submitted", "returned"],
)
def test_what_people_have_submitted_or_returned_is_left_to_them(milestone: MilestoneFact) -> None:
    approved = MilestoneFact(MilestoneState.APPROVED)
    assert carried_up_to(carried(milestones={1: approved, 2: milestone})) == 1


def test_what_rests_on_nothing_carried_over_is_left_to_people() -> None:
    people = dict.fromkeys((Role.CONTRACT_MANAGER, Role.BUSINESS_OWNER, Role.TECHNICAL_LEAD), (Person("A", "a@a.no"),))
    only_second = {code: fact for code, fact in ALL.items() if code.startswith("2")}
    assert carried_up_to(carried(carried=only_second, people=people)) == 0
