"""1.3: a decision on each service, one by one or the rest in one go."""

from __future__ import annotations

import pytest
from django.test import Client

from milestones import workflow
from milestones.demo import Journey
from milestones.process import Service, ServiceChoice
from tests.cast import Cast


@pytest.fixture
def owner(cast: Cast, journey: Journey) -> Client:
    journey.roles()
    return cast.client(cast.owner)


def at(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/services/"


def decided(journey: Journey) -> dict[str, str]:
    return dict(journey.integration.service_decisions.values_list("service", "choice"))


def notes() -> dict[str, str]:
    return {f"{service.value}_note": "Til alle" for service in Service if service != Service.PRINT}


def test_the_rest_is_used_if_that_is_said(owner: Client, journey: Journey) -> None:
    answer = owner.post(at(journey), {Service.PRINT.value: "skip", "rest_used": "on", **notes()})
    assert answer.status_code == 302
    used = {service.value: "use" for service in Service}
    assert decided(journey) == used | {Service.PRINT.value: "skip"}


def test_what_is_left_open_is_undecided_if_it_is_not(owner: Client, journey: Journey) -> None:
    assert owner.post(at(journey), {Service.PRINT.value: "skip"}).status_code == 302
    assert decided(journey) == {Service.PRINT.value: "skip"}


def test_it_still_asks_how_each_is_used(owner: Client, journey: Journey) -> None:
    answer = owner.post(at(journey), {Service.PRINT.value: "skip", "rest_used": "on"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(notes())
    marked = {one.value: answer.context["form"][one.value].value() for one in Service}
    assert marked == {one.value: "use" for one in Service} | {Service.PRINT.value: "skip"}
    assert decided(journey) == {}


def test_the_rest_is_nothing_that_is_decided_already(cast: Cast, owner: Client, journey: Journey) -> None:
    """Whoever sends again what an old page showed overturns no decision by it."""
    sms = {Service.SMS.value: (ServiceChoice.SKIP, "")}
    workflow.decide_services(journey.integration, by=cast.owner, decisions=sms)
    assert owner.post(at(journey), {Service.PRINT.value: "skip", "rest_used": "on", **notes()}).status_code == 422
    assert decided(journey) == {Service.SMS.value: "skip"}


def test_it_is_not_asked_where_each_is_decided(owner: Client, journey: Journey) -> None:
    assert "rest_used" in owner.get(at(journey)).context["form"].fields
    journey.services()
    assert "rest_used" not in owner.get(at(journey)).context["form"].fields
