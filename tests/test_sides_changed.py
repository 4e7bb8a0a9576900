"""Changing sides in between opens no way around the other side's part; nor does a role that nobody can act in."""

from __future__ import annotations

from typing import Any

import pytest

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import User
from milestones.policy import Forbidden
from milestones.process import Accord, Role
from tests.cast import Cast, reasons


@pytest.mark.parametrize("lost", [{"is_active": False}, {"is_staff": True}])
def test_a_role_is_not_held_by_who_cannot_act(cast: Cast, journey: Journey, lost: dict[str, bool]) -> None:
    journey.milestone_1_facts()
    User.objects.filter(pk__in=[cast.contract.pk, cast.owner.pk, cast.lead.pk]).update(**lost)
    assert reasons(journey.integration, "1.2") == ["role_vacant"] * 3


def test_nobody_acts_for_both_sides_by_changing_sides(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.solution()
    journey.agreement(verify=False)
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    accord = journey.integration.accords.get(subject=Accord.SCENARIOS)
    version = accord.version
    assert accord.sender_by == cast.lead  # by proposing
    for turncoat in (cast.contract, cast.lead):
        member = journey.integration.members.current().get(user=turncoat)
        workflow.remove_member(journey.integration, member.pk, by=cast.manager)
        User.objects.filter(pk=turncoat.pk).update(is_staff=True)
    agreement = journey.integration.agreements.current().get()
    with pytest.raises(Forbidden):
        workflow.verify_agreement(journey.integration, agreement.pk, by=cast.contract)
    with pytest.raises(Forbidden):
        workflow.agree(journey.integration, Accord.SCENARIOS, by=cast.lead, version=version)


def changes_sides(turncoat: User, journey: Journey) -> None:
    member = journey.integration.members.current().get(user=turncoat)
    workflow.remove_member(journey.integration, member.pk, by=journey.cast.manager)
    User.objects.filter(pk=turncoat.pk).update(is_staff=True)


def test_who_ran_the_tests_does_not_approve_them_after_changing_sides(cast: Cast, journey: Journey) -> None:
    for number in (1, 2):
        getattr(journey, f"milestone_{number}")()
    journey.scenario_set()
    journey.runs()
    demo.bring_in(journey.integration, cast.stranger, [Role.TECHNICAL_LEAD], by=cast.manager)
    changes_sides(cast.lead, journey)
    assert reasons(journey.integration, "3.1") == []
    with pytest.raises(Forbidden):
        workflow.record_verification(journey.integration, by=cast.lead)
    workflow.record_verification(journey.integration, by=cast.staff)


def test_who_proposed_a_deferral_does_not_accept_it_after_changing_sides(cast: Cast, journey: Journey) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=cast.lead, title="Reservasjoner", description="")
    terms: dict[str, Any] = {"deferred_to": "Terje", "deferred_until": today()}
    workflow.propose_deferral(journey.integration, item.pk, by=cast.lead, **terms)
    changes_sides(cast.lead, journey)
    for action in (workflow.accept_deferral, workflow.propose_deferral):
        with pytest.raises(Forbidden):
            action(journey.integration, item.pk, by=cast.lead, **terms)
    workflow.accept_deferral(journey.integration, item.pk, by=cast.staff, **terms)
