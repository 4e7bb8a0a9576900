"""What follows from what: lapses, withdrawals, reopening, exceptions, stale pages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from milestones import gates, policy, snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import CatalogueScenario, Event, Milestone, User
from milestones.process import REQUIREMENTS, Accord, Environment, Interface, Outcome, Role, ServiceChoice
from tests.cast import Cast, facts_now, fresh, reasons


@pytest.fixture
def journey(cast: Cast) -> Journey:
    return cast.journey()


def test_the_approver_is_never_the_submitter_by_policy(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    cast.manager.is_staff = True  # changed sides after submitting
    cast.manager.save()
    with pytest.raises(policy.Forbidden):
        workflow.approve(journey.integration, 1, by=cast.manager)


def test_the_approver_is_never_the_submitter_by_the_database(cast: Cast, journey: Journey) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(integration=journey.integration, number=2).update(
            submitted_by=cast.staff, approved_by=cast.staff
        )


def test_the_gate_is_judged_again_at_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    lead = journey.integration.members.get(user=cast.lead)
    workflow.remove(journey.integration, lead.pk, by=cast.manager)
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.approve(journey.integration, 1, by=cast.staff)
    assert [(unmet.code, unmet.reason) for unmet in refused.value.unmet] == [("1.2", "role_vacant")]


def test_a_fact_that_goes_closes_later_gates_and_shows_on_approved_milestones(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2_facts()
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.staff, reason="Signert av feil person")
    with pytest.raises(workflow.GateClosed):
        workflow.submit(journey.integration, 2, by=cast.manager)
    steps = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/").context["here"].steps
    assert [step["number"] for step in steps if step["lapsed"]] == [1]
    assert {unmet.code for unmet in gates.next_moves(facts_now(journey.integration))} == {"1.1"}


def test_accounts_wait_for_the_agreement(cast: Cast, journey: Journey) -> None:
    with pytest.raises(workflow.GateClosed):
        journey.accounts()


def test_production_waits_for_the_approval_of_the_tests(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.enable_production(journey.integration, by=cast.staff)
    assert "3.2" in {unmet.code for unmet in refused.value.unmet}


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


def test_no_run_in_production_before_milestone_3_is_approved(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3_facts()
    journey.production_scope()
    with pytest.raises(workflow.GateClosed):
        journey.runs(Environment.PRODUCTION)
    journey.pass_milestone(3)
    journey.runs(Environment.PRODUCTION)


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
    assert integration.milestones.get(number=number).sent_back_because == "Avtalen må fornyes"


def test_the_reason_of_a_return_stays_until_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.send_back(journey.integration, 1, by=cast.staff, reason="Feil signatur")
    workflow.submit(journey.integration, 1, by=cast.lead)
    assert journey.integration.milestones.get(number=1).sent_back_because == "Feil signatur"
    workflow.approve(journey.integration, 1, by=cast.other_staff)
    assert journey.integration.milestones.get(number=1).sent_back_because == ""


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


def test_nobody_agrees_to_what_changed_after_the_page_was_shown(cast: Cast, journey: Journey) -> None:
    journey.plan()
    seen = journey.integration.accords.get(subject=Accord.PLAN).version
    moved = {2: today() + datetime.timedelta(days=1)}
    workflow.propose_dates(journey.integration, by=cast.staff, dates=moved, version=seen)
    with pytest.raises(workflow.Stale):
        workflow.agree(journey.integration, Accord.PLAN, by=cast.manager, version=seen)


def test_an_agreed_set_keeps_its_wording_and_is_judged_by_the_catalogue_of_its_day(
    cast: Cast, journey: Journey
) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3_facts()
    before = list(journey.integration.scenarios.values_list("title", flat=True))
    entry = CatalogueScenario.objects.in_force().get(code="T03")
    edited = {"passes_when": "x", "interface": "both", "condition": "always"}
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
    words = {"title": entry.title, "passes_when": "Noe annet", "interface": "both", "condition": "always"}
    workflow.edit_catalogue(by=cast.staff, code="T03", expected_id=entry.pk, **words)
    assert "scenario_reworded" in reasons(journey.integration, "3.1")
    version = journey.integration.accords.get(subject=Accord.SCENARIOS).version
    with pytest.raises(workflow.GateClosed):
        workflow.agree(journey.integration, Accord.SCENARIOS, by=cast.lead, version=version)
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
        assert "service_undecided" in {unmet.reason for unmet in gates.next_moves(facts_now(journey.integration))}


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


def test_paused_nothing_is_submitted_or_approved(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.pause(journey.integration, by=cast.staff, reason="Venter på anbud")
    assert fresh(journey.integration).waits_on == ""
    with pytest.raises(TransitionNotAllowed):
        workflow.approve(journey.integration, 1, by=cast.staff)
    workflow.resume(journey.integration, by=cast.staff)
    workflow.approve(journey.integration, 1, by=cast.staff)


def test_closed_nothing_changes_any_more_and_production_is_shut(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    workflow.close(journey.integration, by=cast.staff, reason="Flyttet til partner")
    assert not fresh(journey.integration).accounts.production_enabled
    before = Event.objects.count()
    with pytest.raises(workflow.Stale):
        workflow.add_follow_up(journey.integration, by=cast.manager, title="x", description="")
    assert Event.objects.count() == before


def test_a_deferral_takes_effect_when_digipost_accepts_it(cast: Cast, journey: Journey) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=cast.manager, title="Reservasjoner", description="")
    terms: dict[str, Any] = {"deferred_to": "Terje", "deferred_until": today()}
    workflow.propose_deferral(journey.integration, item.pk, by=cast.manager, **terms)
    assert reasons(journey.integration, "5.1") == ["follow_up_open"]
    with pytest.raises(policy.Forbidden):
        workflow.accept_deferral(journey.integration, item.pk, by=cast.manager, **terms)
    with pytest.raises(workflow.Stale):
        workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **{**terms, "deferred_to": "Kari"})
    workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **terms)
    assert reasons(journey.integration, "5.1") == []


@pytest.mark.parametrize(("later", "offered"), [(1, True), (8, False)])
def test_an_invitation_is_withdrawn_while_it_can_be_accepted(
    cast: Cast, journey: Journey, later: int, offered: bool
) -> None:
    workflow.invite(journey.integration, by=cast.manager, name="Ny", email="ny@x.example", roles=[])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=later)):
        browser = Client()
        browser.force_login(cast.manager)
        page = browser.get(f"/i/{journey.integration.reference}/people/").content.decode()
    assert ("/invitation/withdraw/" in page) is offered
    assert "/invitation/" in page


def test_staff_are_never_members(cast: Cast, journey: Journey) -> None:
    with pytest.raises(ValidationError):
        workflow.invite(
            journey.integration, by=cast.manager, name="Ingrid", email="INGRID@digipost.example", roles=[Role.OBSERVER]
        )
    cast.manager.is_staff = True
    with pytest.raises(ValidationError):
        cast.manager.full_clean()


def test_who_left_sees_nothing_at_the_next_request(cast: Cast, journey: Journey) -> None:
    journey.roles()
    browser = cast.client(cast.lead)
    assert browser.get(f"/i/{journey.integration.reference}/").status_code == 200
    workflow.remove(journey.integration, journey.integration.members.get(user=cast.lead).pk, by=cast.manager)
    assert browser.get(f"/i/{journey.integration.reference}/").status_code == 302
    browser.force_login(User.objects.get(pk=cast.lead.pk))
    assert browser.get(f"/i/{journey.integration.reference}/").status_code == 404


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


def test_batch_asks_for_a_decision_on_manual_approval(cast: Cast, journey: Journey) -> None:
    journey.roles()
    journey.solution(interface=Interface.BATCH)
    assert "manual_approval_undecided" in reasons(journey.integration, "5.2")
    workflow.decide_manual_approval(journey.integration, by=cast.lead, manual_approval=True, note="De tre første")
    assert "manual_approval_undecided" not in reasons(journey.integration, "5.2")


def test_print_asks_for_its_agreement(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    journey.services(print=ServiceChoice.USE)
    assert reasons(journey.integration, "1.1") == ["agreement_missing"]
