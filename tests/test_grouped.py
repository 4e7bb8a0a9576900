"""What one form fills is one task, however much of it is left. Pure: no database."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.utils import translation

from milestones import gates
from milestones.gates import BasicScenarioFact, MilestoneFact, SolutionFact
from milestones.process import MILESTONE_NUMBERS, MilestoneState, Role, Rung, Service
from tests.complete import CHANGE, KICKOFF, LEAD, LETTER, MANAGER, PEOPLE, RETESTED, TRIAL, complete, solution

NOBODY = {role: people for role, people in PEOPLE.items() if role in (Role.PROJECT_MANAGER, Role.ONBOARDING)}
UNDATED = {n: MilestoneFact(MilestoneState.APPROVED) for n in MILESTONE_NUMBERS}
EIGHTEEN = tuple(BasicScenarioFact(f"T{n:02}", "Letter", "both", "always") for n in range(1, 19))
HALF_A_KICKOFF = dataclasses.replace(KICKOFF, sender_people="", has_minutes=False)
FAILED, NOT_RUN = dataclasses.replace(TRIAL, latest="failed"), dataclasses.replace(TRIAL, code="P02", latest="")
STRICT = tuple(BasicScenarioFact(code, "Letter", "both", "always", least_rung=Rung.SIGNED) for code in ("P01", "P02"))
PASSED = dataclasses.replace(TRIAL, code="P02")
AGAIN = dataclasses.replace(RETESTED, latest="")
UNTESTED = dataclasses.replace(CHANGE, retests=(AGAIN, dataclasses.replace(RETESTED, latest="failed")))
WHOLES: list[tuple[str, str, int, dict[str, Any]]] = [
    ("1.2", "roles_vacant", 3, {"people": NOBODY}),
    ("1.3", "services_undecided", len(Service), {"services": {}}),
    ("1.4", "accounts_missing", 2, {"test_account_id": "", "production_account_id": ""}),
    ("2.2", "kickoff_incomplete", 2, {"meetings": (HALF_A_KICKOFF,)}),
    ("2.2", "solution_undescribed", 5, {"solution": SolutionFact()}),
    ("2.2", "dates_missing", 4, {"milestones": UNDATED}),
    ("3.1", "scenarios_missing", 18, {"scenarios": (TRIAL,), "catalogue": EIGHTEEN}),
    ("4.1", "scenarios_not_passed", 2, {"scenarios": (LETTER, FAILED, NOT_RUN)}),
    ("4.1", "scenarios_below_rung", 2, {"scenarios": (LETTER, TRIAL, PASSED), "catalogue": STRICT}),
    ("D.1", "monitoring_unrecorded", 2, {"monitoring": "", "deviations_told_to": ""}),
    ("D.4", "retests_left", 2, {"changes": (UNTESTED,)}),
]


@pytest.mark.parametrize(("code", "reason", "count", "changes"), WHOLES, ids=[whole[1] for whole in WHOLES])
def test_one_line_with_a_count(code: str, reason: str, count: int, changes: dict[str, Any]) -> None:
    (whole,) = gates.unmet_of(code, complete(**changes))
    assert (whole.reason, dict(whole.params)["count"], len(whole.parts)) == (reason, str(count), count)
    assert {(part.role, part.where) for part in whole.parts} == {(whole.role, whole.where)}
    with translation.override("en"):
        assert str(count) in whole.text


def test_a_gate_says_it_once_too() -> None:
    assert [one.reason for one in gates.gate(2, complete(solution=SolutionFact()))] == ["solution_undescribed"]


def test_a_whole_for_each_form_is_tried_here() -> None:
    ahead_of_time = {"scenarios_age"}  # nothing is unmet yet: test_counts_fall
    assert {reason for _code, reason, _count, _changes in WHOLES} | ahead_of_time == set(gates.WHOLE_OF.values())


def test_what_is_left_alone_says_what_it_is() -> None:
    (left,) = gates.unmet_of("2.2", complete(solution=solution(sending="")))
    assert (left.reason, left.parts, left.each) == ("solution_incomplete", (), (left,))


def test_each_form_of_a_requirement_is_a_task_of_its_own() -> None:
    facts = complete(solution=SolutionFact(), milestones=UNDATED, meetings=())
    assert [one.reason for one in gates.unmet_of("2.2", facts)] == [
        "kickoff_missing",
        "solution_undescribed",
        "dates_missing",
    ]


def test_what_failed_is_said_of_the_runs_that_are_left() -> None:
    (whole,) = gates.unmet_of("4.1", complete(scenarios=(LETTER, FAILED, NOT_RUN)))
    assert dict(whole.params)["failed"] == "1"


def test_what_passed_is_not_to_be_run_but_to_be_shown_better() -> None:
    never_run = dataclasses.replace(TRIAL, code="P03", latest="")
    facts = complete(scenarios=(LETTER, TRIAL, PASSED, never_run), catalogue=STRICT)
    better, run = gates.unmet_of("4.1", facts)
    assert run.reason == "scenario_not_run"
    with translation.override("en"):
        assert better.text == "Scenarios to be shown better: 2"


def test_each_change_is_a_task_of_its_own_and_says_what_failed() -> None:
    facts = complete(changes=(UNTESTED, dataclasses.replace(UNTESTED, pk=2)))
    found = [dict(one.params) for one in gates.unmet_of("D.4", facts)]
    assert [(one["change"], one["count"], one["failed"]) for one in found] == [("1", "2", "1"), ("2", "2", "1")]


def test_what_stands_on_different_people_is_no_one_task() -> None:
    """3.1 lacks scenarios, which the lead sets up, and the interface, which the project manager describes."""
    facts = complete(solution=solution(interface=""), scenarios=(TRIAL,), catalogue=EIGHTEEN)
    assert [(one.reason, one.role) for one in gates.unmet_of("3.1", facts)] == [
        ("scenario_set_empty", LEAD),
        ("solution_incomplete", MANAGER),
    ]
