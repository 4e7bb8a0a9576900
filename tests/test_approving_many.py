"""Milestone 1 of several at once: only what was opened, as it was shown, after it was said which; all or none."""

from __future__ import annotations

from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Integration
from milestones.process import MilestoneState, Role
from tests.cast import Cast
from tests.confirming import post_and_confirm
from tests.made_once import made_once

pytestmark = pytest.mark.django_db
AT = "/approvals/approve/"


@made_once
def submitted(cast: Cast) -> list[Journey]:
    journeys = [cast.journey(name) for name in ("Brev", "Faktura", "Lønn")]
    for journey in journeys:
        journey.milestone_1_facts()
        journey.submit(1)
    return journeys


def opens(cast: Cast, *journeys: Journey, who: str = "staff") -> None:
    for journey in journeys:
        page = cast.client(getattr(cast, who)).get(f"/approvals/{journey.integration.reference}/1/")
        assert page.status_code == 200


def marked(*journeys: Journey) -> dict[str, list[int]]:
    return {"integrations": [journey.integration.pk for journey in journeys]}


def add_own_item(cast: Cast, journey: Journey) -> None:
    own: dict[str, Any] = {"title": "Eget", "description": "", "required": False, "stands_on": Role.ONBOARDING}
    workflow.add_item(journey.integration, by=cast.staff, milestone=2, **own)


def approved(*journeys: Journey) -> list[bool]:
    found = Integration.objects.in_bulk([journey.integration.pk for journey in journeys])
    return [
        found[journey.integration.pk].milestones.get(number=1).state == MilestoneState.APPROVED for journey in journeys
    ]


def test_what_was_opened_is_approved_together(cast: Cast, submitted: list[Journey]) -> None:
    opens(cast, *submitted)
    client = cast.client(cast.staff)
    assert "Godkjenn de markerte" in client.get("/approvals/").content.decode()
    asked = client.post(AT, marked(*submitted[:2])).content.decode()
    for journey in submitted[:2]:
        assert journey.integration.reference in asked
    assert approved(*submitted) == [False, False, False]
    assert post_and_confirm(client, AT, marked(*submitted[:2])).status_code == 302
    assert approved(*submitted) == [True, True, False]
    assert [one.integration.milestones.get(number=1).approved_by for one in submitted[:2]] == [cast.staff] * 2


def test_what_was_not_opened_stops_all_of_them(cast: Cast, submitted: list[Journey]) -> None:
    """Nor counts what a colleague opened, or an opening in another session."""
    opens(cast, submitted[0])
    opens(cast, submitted[1], who="other_staff")
    answer = cast.client(cast.staff).post(AT, marked(*submitted[:2]))
    assert answer.status_code == 422
    assert submitted[1].integration.reference in answer.content.decode()
    assert approved(*submitted) == [False, False, False]


def test_what_has_changed_since_it_was_opened_stops_all_of_them(cast: Cast, submitted: list[Journey]) -> None:
    opens(cast, *submitted)
    add_own_item(cast, submitted[1])
    answer = post_and_confirm(cast.client(cast.staff), AT, marked(*submitted))
    assert answer.status_code == 422
    assert f"{submitted[1].integration.reference}:" in answer.content.decode()
    assert approved(*submitted) == [False, False, False]


def test_it_is_about_milestone_1_alone(cast: Cast, submitted: list[Journey]) -> None:
    """Later milestones rest on tests, production and launch: each is decided by itself."""
    first = submitted[0]
    first.approve(1)
    first.milestone_2_facts()
    first.submit(2)
    cast.client(cast.staff).get(f"/approvals/{first.integration.reference}/2/")
    assert cast.client(cast.staff).post(AT, marked(first)).status_code == 422
    opens(cast, first)
    assert cast.client(cast.staff).post(AT, marked(first)).status_code == 422
    assert first.integration.milestones.get(number=2).state == MilestoneState.SUBMITTED


def test_one_alone_is_approved_at_once(cast: Cast, submitted: list[Journey]) -> None:
    opens(cast, submitted[0])
    assert cast.client(cast.staff).post(AT, marked(submitted[0])).status_code == 302
    assert approved(submitted[0]) == [True]


@pytest.mark.parametrize("who", ["manager", "stranger"])
def test_it_is_for_staff(cast: Cast, submitted: list[Journey], who: str) -> None:
    assert cast.client(getattr(cast, who)).post(AT, marked(*submitted)).status_code == 403
    assert approved(*submitted) == [False, False, False]


def test_whoever_goes_back_from_the_question_approves_nothing(cast: Cast, submitted: list[Journey]) -> None:
    """Also by a forged press: the page has no such button, since nothing was written."""
    opens(cast, *submitted)
    client = cast.client(cast.staff)
    asked = client.post(AT, marked(*submitted[:2]))
    assert 'name="change"' not in asked.content.decode()
    assert str([str(one.integration.pk) for one in submitted[:2]]) not in asked.content.decode()
    answer = client.post(AT, marked(*submitted[:2]) | {"confirmed": asked.context["confirmed"], "change": "1"})
    assert answer.context["marked"] == [str(one.integration.pk) for one in submitted[:2]]
    assert approved(*submitted) == [False, False, False]


def test_what_waits_with_a_later_milestone_is_not_to_be_opened_first(cast: Cast, submitted: list[Journey]) -> None:
    first = submitted[0]
    first.approve(1)
    told = cast.client(cast.staff).post(AT, marked(first)).content.decode()
    assert f"Milepæl 1 venter ikke i disse: {first.integration.reference}." in told
    assert told.count("Åpne disse først") == 0


def test_what_was_opened_is_marked_until_it_changes(cast: Cast, submitted: list[Journey]) -> None:
    """Who its contact is changes nothing that anybody decides on."""
    client = cast.client(cast.staff)
    opens(cast, submitted[0], submitted[1])
    client.head(f"/approvals/{submitted[2].integration.reference}/1/")
    workflow.set_contact(submitted[0].integration, by=cast.staff, contact=cast.other_staff)
    assert client.get("/approvals/").context["together"] == {one.integration.pk for one in submitted[:2]}
    add_own_item(cast, submitted[1])
    assert client.get("/approvals/").context["together"] == {submitted[0].integration.pk}
    told = post_and_confirm(client, AT, marked(*submitted[:2])).content.decode()
    assert f"{submitted[1].integration.reference}: Saken er endret siden du åpnet den. Åpne den igjen." in told


def test_with_nothing_marked_it_is_said_once(cast: Cast, submitted: list[Journey]) -> None:
    opens(cast, submitted[0])
    answer = cast.client(cast.staff).post(AT, {})
    assert answer.context["assign"].errors == {"integrations": ["Marker minst én i listen."]}
    assert "(valgfritt)" not in answer.content.decode()
