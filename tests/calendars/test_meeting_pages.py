"""The pages on which meetings are planned, changed and called off."""

from __future__ import annotations

import re
from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Meeting
from tests.calendars.planning import call_off, in_days, plan
from tests.cast import Cast
from tests.made_once import made_once

SENT: dict[str, Any] = {
    "kind": "kickoff",
    "starts_at": "10:00",
    "ends_at": "11:30",
    "place": "Hos oss",
    "agenda": "Alt",
}


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    return journey


def at(journey: Journey, more: str = "") -> str:
    return f"/i/{journey.integration.reference}/meetings/{more}"


def test_a_meeting_is_planned_with_those_who_are_ticked(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    offered = dict(client.get(at(journey)).context["plan"].fields["invited"].choices)
    team = (cast.manager, cast.lead, cast.contract, cast.owner, cast.staff)
    assert set(offered) == {str(one.pk) for one in team}
    assert offered[str(cast.manager.pk)].startswith(f"{cast.manager.name} (")
    sent = SENT | {"held_on": str(in_days(7)), "invited": [str(cast.lead.pk), str(cast.staff.pk)]}
    assert client.post(at(journey, "plan/"), sent)["Location"] == at(journey)
    meeting = Meeting.objects.get()
    assert (meeting.is_planned, meeting.hours, meeting.place) == (True, "10:00–11:30", "Hos oss")
    assert {one.user for one in meeting.invitees.all()} == {cast.lead, cast.staff}
    for who in (cast.lead, cast.contract):
        page = cast.client(who).get(at(journey, f"{meeting.pk}/")).content.decode()
        assert "10:00–11:30" in page
        assert cast.staff.name in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("held_on", "2020-01-01"), ("held_on", ""), ("starts_at", ""), ("ends_at", "09:00"), ("ends_at", "25:00"),
     ("invited", "999999"), ("place", "x" * 301), ("kind", "party")],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field(cast: Cast, journey: Journey, field: str, value: str) -> None:
    meeting = plan(journey, cast.lead)
    sent = SENT | {"held_on": str(in_days(7)), "invited": [str(cast.lead.pk)]} | {field: value}
    for address in (at(journey, "plan/"), at(journey, f"{meeting.pk}/plan/")):
        answer = cast.client(cast.lead).post(address, sent)
        assert answer.status_code == 422
        assert list(answer.context["plan"].errors) == [field]
        assert re.search(r'<details class="ds-details" open>', answer.content.decode())
    assert Meeting.objects.count() == 1


def test_an_old_page_undoes_no_newer_plan(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    address = at(journey, f"{meeting.pk}/")
    page = cast.client(cast.lead).get(address)
    was = page.context["plan"]["was"].value()
    sent = SENT | {"held_on": str(in_days(7)), "invited": [str(cast.lead.pk)], "was": was}
    assert cast.client(cast.manager).post(f"{address}plan/", sent)["Location"] == address
    assert cast.client(cast.lead).post(f"{address}plan/", sent | {"place": "Et annet sted"}).status_code == 422
    assert Meeting.objects.get().place == "Hos oss"


def test_it_is_called_off_with_a_reason(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    address, client = at(journey, f"{meeting.pk}/"), cast.client(cast.manager)
    assert client.post(f"{address}call-off/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}call-off/", {"reason": "Ingen kunne"})["Location"] == at(journey)
    page = client.get(address)
    assert "form" not in page.context
    assert "meeting.ics" not in page.content.decode()
    assert client.post(f"{address}call-off/", {"reason": "Igjen"}).status_code == 409
    assert client.get(f"{address}meeting.ics").status_code == 404


def test_who_has_not_the_right_reads_and_no_more(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    for who in (cast.contract, cast.owner):
        page = cast.client(who).get(at(journey)).content.decode()
        assert at(journey, "plan/") not in page
        assert "Hos oss" not in page
        page = cast.client(who).get(at(journey, f"{meeting.pk}/")).content.decode()
        assert "call-off" not in page
    call_off(journey, meeting)
    assert cast.client(cast.contract).get(at(journey, f"{meeting.pk}/")).status_code == 200


def test_a_held_meeting_has_no_plan_to_change(cast: Cast, journey: Journey) -> None:
    journey.kickoff()
    meeting = Meeting.objects.get()
    page = cast.client(cast.lead).get(at(journey, f"{meeting.pk}/"))
    assert "plan" not in page.context
    sent = SENT | {"held_on": str(in_days(7)), "invited": []}
    assert cast.client(cast.lead).post(at(journey, f"{meeting.pk}/plan/"), sent).status_code == 409
    assert cast.client(cast.lead).post(at(journey, f"{meeting.pk}/call-off/"), {"reason": "Nei"}).status_code == 409
