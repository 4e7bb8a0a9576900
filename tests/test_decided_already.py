"""What is decided, opened or confirmed already is not decided anew, and says who was first."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from milestones import gates, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.facts import facts_of
from milestones.process import Environment
from milestones.workflow import Stale, version_of
from tests.cast import Cast, fresh
from tests.made_once import made_once


@made_once
def in_production(cast: Cast) -> Journey:
    """In its fourth milestone, with a scope that both sides agreed on."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3()
    return journey


def test_production_is_opened_once(cast: Cast, in_production: Journey) -> None:
    with pytest.raises(Stale):
        workflow.open_production(in_production.integration, by=cast.staff)


def test_tests_are_approved_once(cast: Cast, in_production: Journey) -> None:
    with pytest.raises(Stale):
        workflow.record_verification(in_production.integration, by=cast.staff)


def test_each_side_confirms_a_launch_once(cast: Cast, in_production: Journey) -> None:
    in_production.milestone_4()
    in_production.first_sending()
    workflow.confirm_launch(in_production.integration, by=cast.manager)
    with pytest.raises(Stale):
        workflow.confirm_launch(in_production.integration, by=cast.manager)


def test_nobody_checks_off_what_is_computed(cast: Cast, in_production: Journey) -> None:
    with pytest.raises(Stale, match="oppfylles av det som er registrert"):
        workflow.confirm(in_production.integration, "1.1", by=cast.manager, confirmed_on=today())


def test_a_run_of_what_the_catalogue_does_not_ask_grows_no_older(in_production: Journey) -> None:
    facts = facts_of(fresh(in_production.integration))
    assert not gates.grows_old("X99", Environment.TEST, today(), facts)


def test_of_several_that_are_approved_at_once_each_says_why_it_cannot_be(cast: Cast) -> None:
    approved, incomplete = cast.journey("Godkjent"), cast.journey("Ufullstendig")
    for journey in (approved, incomplete):
        journey.milestone_1_facts()
        journey.submit(1)
    approved.approve(1)
    agreement = incomplete.integration.agreements.current().get()
    workflow.withdraw_agreement(incomplete.integration, agreement.pk, by=cast.staff, reason="Feil part")
    seen = {one.integration: version_of(one.integration) for one in (approved, incomplete)}
    with pytest.raises(ValidationError) as refused:
        workflow.approve_many(seen, by=cast.other_staff)
    told = refused.value.message_dict["integrations"]
    assert [one.partition(":")[0] for one in told] == [
        approved.integration.reference,
        incomplete.integration.reference,
    ]
    assert cast.staff.name in told[0]
    assert told[1].partition(": ")[2] == gates.gate(1, facts_of(fresh(incomplete.integration)))[0].text
