"""Paused, closed, or gone from an integration: what can no longer be done, and what is still seen."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Event, User
from milestones.process import Role
from tests.cast import Cast, fresh


def test_paused_nothing_is_submitted_or_approved(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Venter på anbud")
    assert fresh(journey.integration).waits_on == ""
    with pytest.raises(TransitionNotAllowed):
        workflow.approve(journey.integration, 1, by=cast.staff)
    workflow.resume_integration(journey.integration, by=cast.staff)
    workflow.approve(journey.integration, 1, by=cast.staff)


def test_closed_nothing_changes_any_more_and_production_is_shut(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    workflow.close_integration(journey.integration, by=cast.staff, reason="Flyttet til partner")
    assert not fresh(journey.integration).accounts.production_enabled
    before = Event.objects.count()
    with pytest.raises(workflow.Stale):
        workflow.add_follow_up(journey.integration, by=cast.manager, title="x", description="")
    assert Event.objects.count() == before


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
    workflow.remove_member(journey.integration, journey.integration.members.get(user=cast.lead).pk, by=cast.manager)
    assert browser.get(f"/i/{journey.integration.reference}/").status_code == 302
    browser.force_login(User.objects.get(pk=cast.lead.pk))
    assert browser.get(f"/i/{journey.integration.reference}/").status_code == 404
