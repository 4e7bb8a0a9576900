"""The page of the heartbeat: its address is shown once; who may make it, and what the others see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from milestones import workflow
from milestones.demo import Journey
from milestones.models import EventKind, Heartbeat, User
from tests.cast import Cast
from tests.evidence.beating import call, last_beat_was, made_for, row_of
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    User.objects.update(language="en")
    return journey


def page_of(user: User, journey: Journey, name: str = "heartbeat") -> str:
    answer = browser(user).get(reverse(name, args=[journey.integration.reference]))
    return " ".join(answer.content.decode().split())


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(user: User, journey: Journey, name: str = "heartbeat", **data: object) -> Any:
    return browser(user).post(reverse(name, args=[journey.integration.reference]), data)


ADDRESS = re.compile(r"/api/v1/beat/[A-Za-z0-9_-]{43}")


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_the_address_is_shown_once(cast: Cast, journey: Journey, who: str) -> None:
    user = getattr(cast, who)
    answer = post(user, journey, period=3, grace=2)
    (address,) = set(ADDRESS.findall(answer.content.decode()))
    assert f"curl -fsS -m 10 --retry 3 http://localhost:8000{address}" in answer.content.decode()
    assert (call(address).status_code, row_of(journey).minutes) == (204, (3, 2))
    for reader in (cast.manager, cast.lead, cast.staff, cast.owner):
        page = page_of(reader, journey)
        assert not ADDRESS.search(page)
        assert "every 3 min, at most 2 min late" in page
        assert ">Heard<" in page
    assert journey.integration.events.latest("pk").kind == EventKind.HEARTBEAT_MADE


def test_another_one_is_shown_when_it_is_replaced(cast: Cast, journey: Journey) -> None:
    before = made_for(journey)
    (address,) = set(ADDRESS.findall(post(cast.lead, journey, "replace_heartbeat").content.decode()))
    assert address != before
    assert (call(before).status_code, call(address).status_code) == (404, 204)


def test_a_second_press_shows_an_address_that_answers(cast: Cast, journey: Journey) -> None:
    made_for(journey)
    pressed = [post(cast.lead, journey, "replace_heartbeat", form_key="1") for _press in range(2)]
    first, second = (set(ADDRESS.findall(answer.content.decode())).pop() for answer in pressed)
    assert (call(first).status_code, call(second).status_code) == (404, 204)


def test_a_second_one_is_refused(cast: Cast, journey: Journey) -> None:
    made_for(journey)
    with pytest.raises(workflow.Stale):
        workflow.make_heartbeat(journey.integration, by=cast.manager, period=5, grace=5)
    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize("who", ["staff", "owner", "contract"])
def test_the_others_see_that_there_is_one(cast: Cast, journey: Journey, who: str) -> None:
    user = getattr(cast, who)
    assert "There is no address yet." in page_of(user, journey)
    made_for(journey)
    page = page_of(user, journey)
    assert "Not heard yet" in page
    assert "<button" not in page.partition("<main")[2].partition("</main")[0]
    for name in ("heartbeat", "replace_heartbeat", "revoke_heartbeat"):
        assert post(user, journey, name, period=5, grace=5).status_code == 403


@pytest.mark.parametrize(
    ("period", "grace"), [("0", "5"), ("1441", "5"), ("5", "0"), ("5", "1441"), ("x", ""), ("-1", "1")]
)
def test_what_makes_no_sense_is_told_by_its_field(cast: Cast, journey: Journey, period: str, grace: str) -> None:
    answer = post(cast.lead, journey, period=period, grace=grace)
    assert answer.status_code == 422
    assert not Heartbeat.objects.exists()


def test_what_is_expected_is_changed(cast: Cast, journey: Journey) -> None:
    made_for(journey)
    assert post(cast.manager, journey, period=60, grace=10).status_code == 302
    assert row_of(journey).minutes == (60, 10)
    event = journey.integration.events.latest("pk")
    assert (event.from_value, event.to_value) == ("5 + 5 min", "60 + 10 min")


def test_revoked(cast: Cast, journey: Journey) -> None:
    made_for(journey)
    assert post(cast.lead, journey, "revoke_heartbeat").status_code == 302
    assert not Heartbeat.objects.exists()
    assert post(cast.lead, journey, "revoke_heartbeat").status_code == 409


def test_an_intake_that_waits_has_none(cast: Cast, journey: Journey) -> None:
    journey.integration.accepted_at = journey.integration.accepted_by = None
    journey.integration.save()
    assert post(cast.manager, journey, period=5, grace=5).status_code == 409
    assert not Heartbeat.objects.exists()


def test_the_page_of_operations_says_it(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    workflow.record_monitoring(journey.integration, by=cast.lead, monitoring="Måling", deviations_told_to="Vakta")
    before = page_of(cast.lead, journey, "operations")
    assert "no address is made" in before
    assert "said: in words" in before
    made_for(journey)
    assert "said: in words" in page_of(cast.staff, journey, "operations"), "it has not beaten"
    last_beat_was(journey, 60)
    assert "reported by the monitoring itself" in page_of(cast.staff, journey, "operations")
    workflow.watch_heartbeats()
    for reader in (cast.lead, cast.staff):
        page = page_of(reader, journey, "operations")
        assert ">Silent<" in page
        assert "last beat" in page
    number = journey.integration.deviations.get().pk
    deviation = browser(cast.staff).get(f"/i/{journey.integration.reference}/deviations/{number}/")
    assert "the system" in deviation.content.decode()
