"""Whoever acts on an old page acts on nothing that it did not show: refused, and told what has changed."""

from __future__ import annotations

import datetime

import pytest
from django.http import Http404
from django.test import Client

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, User
from milestones.process import Service, ServiceChoice
from tests.cast import Cast, fresh

ONE_DAY = datetime.timedelta(days=1)


def test_an_approver_approves_what_the_page_showed(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2_facts()
    workflow.submit(journey.integration, 2, by=cast.manager)
    seen = workflow.version_of(journey.integration)
    meeting = journey.integration.meetings.get()
    workflow.record_meeting(
        journey.integration, by=cast.lead, kind="kickoff", held_on=today(), sender_people="Kari",
        digipost_people="Ingrid", minutes=".", meeting_id=meeting.pk,
    )  # fmt: skip
    with pytest.raises(workflow.Stale):
        workflow.approve(journey.integration, 2, by=cast.staff, seen=seen)
    changed = Event.objects.filter(kind=EventKind.MEETING_CHANGED).order_by("pk")
    assert [(event.subject.split()[-1], event.from_value, event.to_value) for event in changed] == [
        ("sender_people", meeting.sender_people, "Kari"),
        ("digipost_people", meeting.digipost_people, "Ingrid"),
        ("minutes", meeting.minutes, "."),
    ]


def test_an_approver_who_is_late_learns_what_has_gone(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    address = f"/i/{journey.integration.reference}/milestones/1/"
    seen = {"seen": workflow.version_of(journey.integration)}
    lead = journey.integration.members.get(user=cast.lead)
    workflow.remove_member(journey.integration, lead.pk, by=cast.manager)
    answer = cast.client(cast.staff).post(f"{address}approve/", seen)
    assert answer.status_code == 409
    assert [unmet.reason for unmet in answer.context["unmet"]] == ["role_vacant"]
    assert answer.content.decode().count(f'href="{address}"') == 2  # in the stepper, and to go on to


def test_late_for_the_tests_and_for_production_too(cast: Cast, journey: Journey) -> None:
    for number in (1, 2):
        getattr(journey, f"milestone_{number}")()
    seen = workflow.version_of(journey.integration)
    for action in (workflow.record_verification, workflow.open_production):
        workflow.add_follow_up(journey.integration, by=cast.manager, title="Nytt", description="")
        with pytest.raises(workflow.GateClosed):
            action(journey.integration, by=cast.staff, seen=seen)


def test_an_old_page_does_not_open_what_a_colleague_closed(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    seen = workflow.version_of(journey.integration)
    workflow.close_production(journey.integration, by=cast.other_staff, reason="Feil mottakere.")
    with pytest.raises(workflow.Stale):
        workflow.open_production(journey.integration, by=cast.staff, seen=seen)
    workflow.withdraw_verification(journey.integration, by=cast.other_staff, reason="Feil.")
    with pytest.raises(workflow.Stale):
        workflow.record_verification(journey.integration, by=cast.staff, seen=seen)


def test_who_lost_their_rights_meanwhile_cannot_use_them(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    before = User.objects.get(pk=cast.staff.pk)
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)
    with pytest.raises(Http404):
        workflow.approve(journey.integration, 1, by=before)
    User.objects.filter(pk=cast.staff.pk).update(is_staff=True, is_active=False)
    with pytest.raises(Http404):
        workflow.approve(journey.integration, 1, by=before)
    assert journey.integration.milestones.get(number=1).state == "submitted"


def test_an_old_page_does_not_confirm_another_date_than_was_proposed_since(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    address = f"/i/{journey.integration.reference}/launch/"
    owner = cast.client(cast.owner)
    was = owner.get(address).context["date"]["was"].value()
    workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=today() + 30 * ONE_DAY)
    answer = owner.post(f"{address}date/", {"launch_on": str(today()), "was": was})
    assert answer.status_code == 422
    assert not fresh(journey.integration).launch.date_confirmed_by


def test_an_old_form_does_not_undo_what_was_decided_since(cast: Cast, journey: Journey) -> None:
    journey.roles()
    owner = cast.client(cast.owner)
    address = f"/i/{journey.integration.reference}/services/"
    was = owner.get(address).context["form"]["was"].value()
    journey.services(sms=ServiceChoice.SKIP)
    old = {service.value: "use" for service in Service} | {f"{service.value}_note": "Ja" for service in Service}
    answer = owner.post(address, {**old, "was": was})
    assert answer.status_code == 422
    assert journey.integration.service_decisions.get(service="sms").choice == "skip"
    now = answer.context["form"]["was"].value()
    assert owner.post(address, {**old, "was": now}).status_code == 302


def test_a_form_from_before_signing_out_gives_back_what_was_typed(cast: Cast, journey: Journey) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.manager)
    answer = strict.post(f"/i/{journey.integration.reference}/follow-ups/", {"title": "Langt og omhyggelig skrevet"})
    assert answer.status_code == 403
    assert "Langt og omhyggelig skrevet" in answer.content.decode()
