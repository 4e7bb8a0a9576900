"""Each requirement: met, and every way in which it is not. Pure: no database.

`complete()` is an integration in operations in which everything is met; each case changes one thing of it.
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import translation

from milestones import gates
from milestones.gates import (
    AccordFact,
    AgreementFact,
    BasicScenarioFact,
    ChangeFact,
    ConfirmationFact,
    FollowUpFact,
    MeetingFact,
    MilestoneFact,
    Person,
    ScenarioFact,
)
from milestones.process import (
    MILESTONE_NUMBERS,
    REQUIREMENTS,
    Accord,
    AgreementKind,
    Environment,
    MilestoneState,
    Role,
    Rung,
    Service,
)
from tests.complete import (
    AGREED,
    CHANGE,
    DECIDED,
    DEFERRED,
    KICKOFF,
    LEAD,
    LETTER,
    MANAGER,
    PEOPLE,
    RETESTED,
    STAFF,
    TERMS,
    TODAY,
    TOMORROW,
    TRIAL,
    complete,
    solution,
)

PRINT = dataclasses.replace(TERMS, kind=AgreementKind.PRINT)
T07 = BasicScenarioFact("T07", "Letter to a Digipost user", "both", "always")
STRICT = dataclasses.replace(T07, least_rung=Rung.DOCUMENT)
FRESH = dataclasses.replace(T07, max_age_days=30)
SHOWN = dataclasses.replace(LETTER, rung=Rung.DOCUMENT)
OLD = dataclasses.replace(LETTER, ran_on=TODAY - datetime.timedelta(days=31))
IN_PRODUCTION = dataclasses.replace(LETTER, environment=Environment.PRODUCTION)
OLD_IN_PRODUCTION = dataclasses.replace(OLD, environment=Environment.PRODUCTION)
OWN = ScenarioFact("E01", "Egen", Environment.TEST, latest="passed")


@dataclass(frozen=True)
class Case:
    """One way in which `code` is not met: what is changed, the reason that must come, who must act and where."""

    code: str
    reason: str
    changes: dict[str, Any]
    role: Role
    where: str


def case(code: str, reason: str, role: Role | None = None, where: str = "", **changes: Any) -> Case:
    requirement = REQUIREMENTS[code]
    return Case(code, reason, changes, role or requirement.stands_on, where or requirement.page)


def without(role: Role) -> dict[Role, tuple[Person, ...]]:
    return {held: people for held, people in PEOPLE.items() if held is not role}


def agreed_by(subject: Accord, *, sender: bool, digipost: bool) -> dict[str, AccordFact]:
    return dict.fromkeys(Accord.values, AGREED) | {subject.value: AccordFact(sender, digipost)}


def agreements(**changes: Any) -> tuple[AgreementFact, ...]:
    return (dataclasses.replace(TERMS, **changes),)


def meetings(**changes: Any) -> tuple[MeetingFact, ...]:
    return (dataclasses.replace(KICKOFF, **changes),)


def change(**changes: Any) -> ChangeFact:
    """A declared change with one scenario, of whose retest something is otherwise."""
    return dataclasses.replace(CHANGE, retests=(dataclasses.replace(RETESTED, **changes),))


SET_NOT_AGREED = agreed_by(Accord.SCENARIOS, sender=True, digipost=False)
WITH_PRINT: dict[str, Any] = {"services": DECIDED | {"print": "use"}, "agreements": (TERMS, PRINT)}
NOT_ACCEPTED = dataclasses.replace(DEFERRED, accepted=False)
PROPOSED = dataclasses.replace(NOT_ACCEPTED, state="open")
UNDATED = {n: MilestoneFact(MilestoneState.APPROVED, None if n == 4 else TODAY) for n in MILESTONE_NUMBERS}
CASES = [
    case("1.1", "agreement_missing", agreements=()),
    case("1.1", "agreement_missing", services=DECIDED | {"print": "use"}),
    case("1.1", "agreement_unsigned", agreements=agreements(signatory="")),
    case("1.1", "agreement_in_future", agreements=agreements(signed_on=TOMORROW)),
    case("1.1", "agreement_without_document", agreements=agreements(has_document=False)),
    case("1.1", "agreement_unverified", STAFF, "one_agreement", agreements=agreements(verified=False)),
    case("1.2", "role_vacant", people=without(Role.CONTRACT_MANAGER)),
    case("1.2", "role_vacant", people=without(Role.BUSINESS_OWNER)),
    case("1.2", "role_vacant", people=without(Role.TECHNICAL_LEAD)),
    *[
        case("1.3", "service_undecided", services={k: v for k, v in DECIDED.items() if k != service})
        for service in Service.values
    ],
    case("1.4", "account_missing", test_account_id=""),
    case("1.4", "account_missing", production_account_id=""),
    case("2.1", "not_confirmed", confirmed={"2.3": ConfirmationFact("Terje", TODAY)}),
    case("2.2", "kickoff_missing", meetings=()),
    case("2.2", "kickoff_missing", meetings=meetings(is_kickoff=False)),
    case("2.2", "kickoff_in_future", where="meeting", meetings=meetings(held_on=TOMORROW)),
    case("2.2", "kickoff_one_sided", where="meeting", meetings=meetings(sender_people="")),
    case("2.2", "kickoff_one_sided", where="meeting", meetings=meetings(digipost_people="")),
    case("2.2", "kickoff_without_minutes", where="meeting", meetings=meetings(has_minutes=False)),
    case("2.2", "solution_incomplete", where="solution", solution=solution(recipient_identification="")),
    case("2.2", "solution_incomplete", where="solution", solution=solution(sending="")),
    case("2.2", "solution_incomplete", where="solution", solution=solution(interface="")),
    case("2.2", "solution_incomplete", where="solution", solution=solution(internal_systems="")),
    case("2.2", "solution_incomplete", where="solution", solution=solution(document_types=())),
    case("2.2", "date_missing", where="plan", milestones=UNDATED),
    case("2.2", "not_agreed", where="plan", accords=agreed_by(Accord.PLAN, sender=False, digipost=True)),
    case("2.2", "not_agreed", STAFF, "plan", accords=agreed_by(Accord.PLAN, sender=True, digipost=False)),
    case("2.3", "not_confirmed", confirmed={"2.1": ConfirmationFact("Terje", TODAY)}),
    case("3.1", "scenario_set_empty", scenarios=(TRIAL,), catalogue=()),
    case("3.1", "scenario_missing", catalogue=(BasicScenarioFact("T16", "Repeated message id", "api", "always"),)),
    case("3.1", "scenario_missing", scenarios=(dataclasses.replace(LETTER, required=False), OWN, TRIAL)),
    case("3.1", "scenario_reworded", scenarios=(dataclasses.replace(LETTER, passes_when="Alltid"), TRIAL)),
    case("3.1", "solution_incomplete", MANAGER, where="solution", solution=solution(interface="")),
    case("3.1", "not_agreed", accords=agreed_by(Accord.SCENARIOS, sender=False, digipost=True)),
    case("3.1", "not_agreed", STAFF, accords=agreed_by(Accord.SCENARIOS, sender=True, digipost=False)),
    case("3.1", "scenario_not_run", scenarios=(dataclasses.replace(LETTER, latest=""), TRIAL)),
    case("3.1", "scenario_failed", scenarios=(dataclasses.replace(LETTER, latest="failed"), TRIAL)),
    case("3.1", "scenario_below_rung", catalogue=(STRICT,)),
    case("3.1", "scenario_too_old", catalogue=(FRESH,), scenarios=(OLD, TRIAL)),
    case("3.2", "approval_missing", approval_recorded=False),
    case("3.2", "approval_missing", scenarios=(dataclasses.replace(LETTER, latest="failed"), TRIAL)),
    case("3.3", "production_closed", production_enabled=False),
    case("3.3", "details_not_passed", details_passed=False),
    case("4.1", "scope_undecided", scope_mode=""),
    case("4.1", "scope_without_reason", scope_mode="not_needed"),
    case("4.1", "production_scenarios_missing", scenarios=(LETTER,)),
    case("4.1", "print_trial_missing", **WITH_PRINT),
    case("4.1", "not_agreed", accords=agreed_by(Accord.SCOPE, sender=False, digipost=True)),
    case("4.1", "not_agreed", STAFF, accords=agreed_by(Accord.SCOPE, sender=True, digipost=False)),
    case("4.1", "scenario_not_run", scenarios=(LETTER, dataclasses.replace(TRIAL, latest=""))),
    case("4.1", "scenario_failed", scenarios=(LETTER, dataclasses.replace(TRIAL, latest="failed"))),
    case("4.1", "scenario_below_rung", catalogue=(STRICT,), scenarios=(SHOWN, IN_PRODUCTION)),
    case("4.1", "scenario_too_old", catalogue=(FRESH,), scenarios=(LETTER, OLD_IN_PRODUCTION)),
    case("5.0", "launch_date_missing", launch_on=None),
    case("5.0", "launch_date_unconfirmed", launch_confirmed=False),
    case("5.1", "follow_up_open", where="follow_up", follow_ups=(FollowUpFact("Åpent", "open"),)),
    case("5.1", "deferral_incomplete", where="follow_up", follow_ups=(dataclasses.replace(DEFERRED, owner=""),)),
    case("5.1", "deferral_incomplete", where="follow_up", follow_ups=(dataclasses.replace(DEFERRED, due_on=None),)),
    case("5.1", "deferral_not_accepted", STAFF, "follow_up", follow_ups=(PROPOSED,)),
    case("5.1", "deferral_not_accepted", STAFF, "follow_up", follow_ups=(NOT_ACCEPTED,)),
    case("5.2", "first_sending_missing", first_sending_on=None),
    case("5.2", "first_sending_missing", documents_sent=None),
    case("5.2", "first_sending_in_future", first_sending_on=TOMORROW),
    case("5.2", "launch_unconfirmed", sender_confirmed=False),
    case("5.2", "launch_unconfirmed", STAFF, digipost_confirmed=False),
    case("5.2", "manual_approval_undecided", solution=solution(interface="batch")),
    case("5.2", "manual_approval_undecided", solution=solution(interface="both")),
    case("D.1", "monitoring_missing", monitoring=""),
    case("D.1", "deviations_told_to_nobody", deviations_told_to=""),
    case("D.1", "monitoring_silent", monitoring_beats=True, monitoring_silent=True),
    case("D.1", "monitoring_silent", monitoring="", monitoring_beats=True, monitoring_silent=True),
    case("D.2", "reader_missing", notice_readers=0),
    case("D.2", "notice_unread", unread_by=PEOPLE[Role.PROJECT_MANAGER]),
    case("D.3", "certificate_expired", certificate_expires_on=TODAY),
    case("D.4", "retest_not_run", changes=(change(latest=""),)),
    case("D.4", "retest_not_run", changes=(CHANGE, change(latest=""))),
    case("D.4", "retest_not_run", changes=(change(in_set=False),), accords=SET_NOT_AGREED),
    case("D.4", "retest_failed", changes=(change(latest="failed"),)),
    case("D.4", "retest_below_rung", catalogue=(STRICT,), changes=(CHANGE,)),
]


@pytest.mark.parametrize("code", REQUIREMENTS)
def test_met(code: str) -> None:
    assert gates.unmet_of(code, complete()) == []


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.code}-{one.reason}-{'-'.join(one.changes)}")
def test_not_met(one: Case) -> None:
    found = gates.unmet_of(one.code, complete(**one.changes))
    (unmet,) = {unmet.reason: unmet for unmet in found}.values()
    assert (unmet.code, unmet.reason, unmet.role, unmet.where) == (one.code, one.reason, one.role, one.where)
    assert unmet.people == complete(**one.changes).people.get(one.role, ())
    with translation.override("en"):
        assert unmet.text
        assert "%(" not in unmet.text


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.code}-{one.reason}-{'-'.join(one.changes)}")
def test_the_gates_from_its_milestone_on_are_closed(one: Case) -> None:
    milestone = REQUIREMENTS[one.code].milestone or 6
    facts = complete(**one.changes)
    closed = [number for number in MILESTONE_NUMBERS if any(u.code == one.code for u in gates.gate(number, facts))]
    assert closed == list(range(milestone, 6))


def test_every_reason_is_given_somewhere() -> None:
    elsewhere = {"item_not_done", "milestone_not_approved", "ready_to_submit", "awaiting_approval", "deviation_open"}
    elsewhere |= {"ready_to_resubmit", "details_unacknowledged", "confirmation_without_document"}
    elsewhere |= {"scenario_ages"}  # ahead of time: test_rungs
    elsewhere |= {"intake_not_accepted", *gates.WHOLE_OF.values()}
    assert {one.reason for one in CASES} | elsewhere == set(gates.REASONS)


@pytest.mark.parametrize(("document", "missing"), [(None, ["confirmation_without_document"]), (7, [])])
def test_a_check_that_needs_a_document_is_none_without(
    monkeypatch: pytest.MonkeyPatch, document: int | None, missing: list[str]
) -> None:
    monkeypatch.setitem(REQUIREMENTS, "2.1", dataclasses.replace(REQUIREMENTS["2.1"], needs_document=True))
    facts = complete(confirmed=complete().confirmed | {"2.1": ConfirmationFact("Terje", TODAY, "", document)})  # type: ignore[operator]
    assert [unmet.reason for unmet in gates.unmet_of("2.1", facts)] == missing
    assert [unmet.reason for unmet in gates.gate(2, facts)] == missing


def test_each_computed_requirement_has_a_rule_and_no_confirmed_one() -> None:
    assert set(gates.RULES) == {code for code, requirement in REQUIREMENTS.items() if not requirement.confirmed}


def test_ways_in_which_a_requirement_is_met_all_the_same() -> None:
    batch = solution(interface="batch")
    met = {
        "1.1": complete(**WITH_PRINT),
        "2.2": complete(meetings=(KICKOFF, dataclasses.replace(KICKOFF, has_minutes=False))),
        "3.1": complete(scenarios=(LETTER, TRIAL, ScenarioFact("E1", "x", Environment.TEST, required=False))),
        "4.1": complete(scope_mode="not_needed", scope_reason="Bare ny avtale", scenarios=(LETTER,)),
        "5.1": complete(follow_ups=()),
        "5.2": complete(solution=batch, manual_approval_decided=True),
        "D.1": complete(open_deviations=3),
        "D.2": complete(notice_readers=0, shared_mailbox="post@example.no"),
        "D.3": complete(certificate_expires_on=None),
        "D.4": complete(changes=(change(in_set=False, latest=""), dataclasses.replace(CHANGE, retests=()))),
    }
    assert {code: gates.unmet_of(code, facts) for code, facts in met.items()} == {code: [] for code in met}


def test_a_notice_waits_for_who_can_sign_that_it_is_read() -> None:
    (lead,), (manager,) = PEOPLE[LEAD], PEOPLE[MANAGER]
    mailbox, nobodys = Person("post@example.no", "post@example.no"), Person("Rolf", "rolf@example.no", 9)
    waits = gates.unmet_of("D.2", complete(unread_by=(lead, lead, mailbox, nobodys)))
    assert [(one.role, one.people, dict(one.params)["count"]) for one in waits] == [
        (LEAD, (lead,), "2"),
        (MANAGER, (manager, lead, nobodys), "2"),
    ]


@pytest.mark.parametrize("explained", [True, False])
def test_a_print_trial_is_planned_or_explained_away(explained: bool) -> None:
    trial = dataclasses.replace(TRIAL, print_trial=not explained)
    facts = complete(**WITH_PRINT, scenarios=(LETTER, trial), no_print_trial_reason="Prøvd før" if explained else "")
    assert gates.unmet_of("4.1", facts) == []
