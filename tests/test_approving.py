"""An approval: never by the submitter, judged again by the gate; and what waits for it."""

from __future__ import annotations

import datetime
import functools
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from milestones import policy, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Milestone
from milestones.process import Accord, Environment, Interface, ServiceChoice
from tests.cast import Cast, reasons


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
    workflow.remove_member(journey.integration, lead.pk, by=cast.manager)
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.approve(journey.integration, 1, by=cast.staff)
    assert [(unmet.code, unmet.reason) for unmet in refused.value.unmet] == [("1.2", "role_vacant")]


def test_accounts_wait_for_the_agreement(cast: Cast, journey: Journey) -> None:
    with pytest.raises(workflow.GateClosed):
        journey.accounts()


def test_production_waits_for_the_approval_of_the_tests(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.open_production(journey.integration, by=cast.staff)
    assert "3.2" in {unmet.code for unmet in refused.value.unmet}


def test_no_run_in_production_before_milestone_3_is_approved(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3_facts()
    journey.production_scope()
    with pytest.raises(workflow.GateClosed):
        journey.runs(Environment.PRODUCTION)
    journey.pass_milestone(3)
    journey.runs(Environment.PRODUCTION)


def test_the_reason_of_a_return_stays_until_approval(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.return_milestone(journey.integration, 1, by=cast.staff, reason="Feil signatur")
    workflow.submit(journey.integration, 1, by=cast.lead, answer="Ny signatur")
    assert journey.integration.milestones.get(number=1).returned_because == "Feil signatur"
    workflow.approve(journey.integration, 1, by=cast.other_staff)
    assert journey.integration.milestones.get(number=1).returned_because == ""


def test_nobody_agrees_to_what_changed_after_the_page_was_shown(cast: Cast, journey: Journey) -> None:
    journey.plan()
    seen = journey.integration.accords.get(subject=Accord.PLAN).version
    moved = {2: today() + datetime.timedelta(days=1)}
    workflow.propose_dates(journey.integration, by=cast.staff, dates=moved, version=seen)
    with pytest.raises(workflow.Stale):
        workflow.agree(journey.integration, Accord.PLAN, by=cast.manager, version=seen)


def test_a_deferral_takes_effect_when_digipost_accepts_it(cast: Cast, journey: Journey) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=cast.manager, title="Reservasjoner", description="")
    terms: dict[str, Any] = {"deferred_to": "Terje", "deferred_until": today()}
    workflow.propose_deferral(journey.integration, item.pk, by=cast.manager, **terms)
    assert reasons(journey.integration, "5.1") == ["deferral_not_accepted"]
    with pytest.raises(policy.Forbidden):
        workflow.accept_deferral(journey.integration, item.pk, by=cast.manager, **terms)
    with pytest.raises(workflow.Stale):
        workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **{**terms, "deferred_to": "Kari"})
    workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **terms)
    assert reasons(journey.integration, "5.1") == []


def test_an_item_is_added_and_deferred_in_one_go(cast: Cast, journey: Journey) -> None:
    journey.roles()
    add = functools.partial(workflow.add_follow_up, journey.integration, title="Reservasjoner", description="")
    for half in ({"deferred_to": "Terje"}, {"deferred_until": today()}):
        with pytest.raises(ValidationError, match="begge deler"):
            add(by=cast.manager, **half)
    assert not journey.integration.follow_ups.exists()
    item = add(by=cast.manager, deferred_to="Terje", deferred_until=today())
    assert reasons(journey.integration, "5.1") == ["deferral_not_accepted"]
    with pytest.raises(policy.Forbidden):
        workflow.accept_deferral(
            journey.integration, item.pk, by=cast.manager, deferred_to="Terje", deferred_until=today()
        )
    add(by=cast.staff, deferred_to="Terje", deferred_until=today())  # at once, by whoever accepts
    assert reasons(journey.integration, "5.1") == ["deferral_not_accepted"]


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
