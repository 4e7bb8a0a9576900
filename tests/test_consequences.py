"""What follows from what: lapses, withdrawals, reopening, exceptions, own items."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from milestones import gates, policy, snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import CatalogueScenario, Event
from milestones.process import REQUIREMENTS, Accord, Environment, Outcome, Role
from tests.cast import Cast, facts_now, fresh, reasons


def test_a_fact_that_goes_closes_later_gates_and_shows_on_approved_milestones(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2_facts()
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.staff, reason="Signert av feil person")
    with pytest.raises(workflow.GateClosed):
        workflow.submit(journey.integration, 2, by=cast.manager)
    steps = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/").context["here"].steps
    assert [step["milestone"].number for step in steps if step["lapsed"]] == [1]
    assert {unmet.code for unmet in gates.next_moves(facts_now(journey.integration))} == {"1.1"}


def test_a_failing_run_withdraws_the_approval_for_good(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    workflow.record_verification(journey.integration, by=cast.staff)
    scenario = journey.integration.scenarios.current()[0]
    for outcome in (Outcome.FAILED, Outcome.PASSED):
        workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=outcome)
    verification = fresh(journey.integration).verification
    assert not verification.stands
    assert scenario.code in verification.withdrawn_because
    assert reasons(journey.integration, "3.2") == ["approval_missing"]
    assert Event.objects.filter(kind="verification_withdrawn").count() == 1


def test_a_new_required_scenario_withdraws_the_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3_facts()
    workflow.add_scenario(
        journey.integration, by=cast.lead, environment=Environment.TEST, code="E01", title="Ny", passes_when="Virker"
    )
    assert not fresh(journey.integration).verification.stands
    assert "not_agreed" in reasons(journey.integration, "3.1")


@pytest.mark.parametrize(("number", "stays_open"), [(1, False), (3, False), (4, True)])
def test_reopening_puts_later_milestones_off_and_closes_production_up_to_3(
    cast: Cast, journey: Journey, number: int, stays_open: bool
) -> None:
    journey.to_operations()
    workflow.reopen(journey.integration, number, by=cast.staff, reason="Avtalen må fornyes")
    integration = fresh(journey.integration)
    states = list(integration.milestones.values_list("state", flat=True))
    assert states == ["approved"] * (number - 1) + ["in_progress"] + ["upcoming"] * (5 - number)
    assert integration.phase == f"milestone_{number}"
    assert integration.accounts.production_enabled is stays_open
    assert integration.milestones.get(number=number).returned_because == "Avtalen må fornyes"


def test_what_both_sides_agreed_lapses_when_it_is_changed(cast: Cast, journey: Journey) -> None:
    journey.plan()
    accord = journey.integration.accords.get(subject=Accord.PLAN)
    assert accord.complete
    baseline = journey.integration.milestones.get(number=5).baseline_on
    assert baseline is not None
    later = {5: baseline + datetime.timedelta(days=30)}
    workflow.propose_dates(journey.integration, by=cast.manager, dates=later, version=accord.version)
    assert not journey.integration.accords.get(subject=Accord.PLAN).complete
    assert "not_agreed" in reasons(journey.integration, "2.2")
    journey.agree(Accord.PLAN)
    milestone = journey.integration.milestones.get(number=5)
    assert (milestone.target_on, milestone.baseline_on) == (later[5], baseline)


def test_an_agreed_set_keeps_its_wording_and_is_judged_by_the_catalogue_of_its_day(
    cast: Cast, journey: Journey
) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3_facts()
    before = list(journey.integration.scenarios.values_list("title", flat=True))
    entry = CatalogueScenario.objects.in_force().get(code="T03")
    edited: dict[str, Any] = {"passes_when": "x", "interface": "both", "condition": "always"}
    workflow.edit_catalogue(by=cast.staff, code="T03", title="Annen tekst", expected_id=entry.pk, **edited)
    workflow.edit_catalogue(by=cast.staff, code="T27", title="Nytt", expected_id=None, **edited)
    assert list(journey.integration.scenarios.values_list("title", flat=True)) == before
    assert reasons(journey.integration, "3.1") == []
    assert not [one for one, differs in snapshots.differences() if differs]


def test_a_set_that_is_not_agreed_follows_the_catalogue(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    journey.runs()
    entry = CatalogueScenario.objects.in_force().get(code="T03")
    words: dict[str, Any] = {"title": entry.title, "passes_when": "Noe annet", "interface": "both"}
    workflow.edit_catalogue(by=cast.staff, code="T03", expected_id=entry.pk, condition="always", **words)
    assert "scenario_reworded" in reasons(journey.integration, "3.1")
    version = journey.integration.accords.get(subject=Accord.SCENARIOS).version
    with pytest.raises(workflow.GateClosed):
        workflow.agree(journey.integration, Accord.SCENARIOS, by=cast.staff, version=version)
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    assert journey.integration.scenarios.current().get(code="T03").passes_when == "Noe annet"
    assert set(reasons(journey.integration, "3.1")) == {"not_agreed", "scenario_not_run"}


@pytest.mark.parametrize("code", [c for c, r in REQUIREMENTS.items() if not r.exception_allowed])
def test_no_exception_from_what_bears_none(cast: Cast, journey: Journey, code: str) -> None:
    with pytest.raises(ValidationError):
        workflow.grant_exception(journey.integration, code, by=cast.staff, reason="Haster")


def test_an_exception_ends_after_its_last_day_and_the_nightly_task_sees_it(cast: Cast, journey: Journey) -> None:
    journey.roles()
    journey.agreement()
    journey.accounts()
    last = today()
    workflow.grant_exception(journey.integration, "1.3", by=cast.staff, reason="Avklares i mai", until=last)
    assert [unmet.reason for unmet in gates.next_moves(facts_now(journey.integration))] == ["ready_to_submit"]
    with time_machine.travel(last + datetime.timedelta(days=1, hours=12)):
        assert [one.reference for one, differs in snapshots.differences() if differs]
        assert tasks.refresh_snapshots() == 1
        assert not [one for one, differs in snapshots.differences() if differs]
        assert "services_undecided" in {unmet.reason for unmet in gates.next_moves(facts_now(journey.integration))}


def test_an_own_item_closes_its_gate_until_whom_it_stands_on_checks_it_off(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    item = workflow.add_item(
        journey.integration,
        by=cast.manager,
        milestone=1,
        title="Databehandleravtale",
        description="",
        required=True,
        stands_on=Role.ONBOARDING,
    )
    with pytest.raises(workflow.GateClosed):
        workflow.submit(journey.integration, 1, by=cast.manager)
    with pytest.raises(policy.Forbidden):
        workflow.confirm(journey.integration, item.key, by=cast.manager, confirmed_on=today())
    workflow.confirm(journey.integration, item.key, by=cast.staff, confirmed_on=today())
    workflow.submit(journey.integration, 1, by=cast.manager)


def test_no_item_is_added_to_an_approved_milestone(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    with pytest.raises(ValidationError):
        workflow.add_item(
            journey.integration,
            by=cast.staff,
            milestone=1,
            title="For sent",
            description="",
            required=True,
            stands_on=Role.PROJECT_MANAGER,
        )


def test_notices_are_signed_by_each_reader(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[member.pk], shared_mailbox="")
    workflow.send_notice([journey.integration], by=cast.staff, kind="downtime", title="Nede", body="Lørdag")
    (receipt,) = journey.integration.notice_receipts.all()
    assert "notice_unread" in reasons(journey.integration, "D.2")
    with pytest.raises(policy.Forbidden):
        workflow.read_notice(journey.integration, receipt.pk, by=cast.manager)
    workflow.read_notice(journey.integration, receipt.pk, by=cast.lead)
    assert reasons(journey.integration, "D.2") == []


def test_another_first_sending_must_be_confirmed_anew(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3()
    journey.milestone_4()
    journey.milestone_5_facts()
    assert reasons(journey.integration, "5.2") == []
    workflow.record_first_sending(journey.integration, by=cast.manager, first_sending_on=today(), documents_sent=7)
    assert reasons(journey.integration, "5.2") == ["launch_unconfirmed", "launch_unconfirmed"]
