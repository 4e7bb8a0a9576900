"""Each task leads to the very place where it is done, which is there and takes focus."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from lxml import html

from milestones import gates, workflow
from milestones.addresses import PLACES, path_to
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Heartbeat, Integration, User
from milestones.process import Accord, DocumentType, Environment, Interface, Outcome
from tests.cast import Cast, facts_now

TAKES_FOCUS = {"input", "select", "textarea", "button", "a"}


def test_each_reason_has_its_place() -> None:
    told_in_mails = {"certificate_expires"}
    assert set(PLACES) == set(gates.REASONS) | told_in_mails


def _milestone_1(journey: Journey) -> Iterator[None]:
    yield
    journey.roles()
    journey.agreement(verify=False)
    yield
    workflow.verify_agreement(journey.integration, journey.integration.agreements.get().pk, by=journey.cast.staff)
    journey.services()
    yield
    journey.accounts()
    yield
    journey.pass_milestone(1)


def _milestone_2(journey: Journey) -> Iterator[None]:
    yield
    workflow.record_meeting(
        journey.integration, by=journey.cast.manager, kind="kickoff", held_on=today(), sender_people="",
        digipost_people="Ingrid", minutes="",
    )  # fmt: skip
    journey.target_dates(35, 12, 5, 8)
    workflow.describe_solution(
        journey.integration, by=journey.cast.lead, recipient_identification="", sending="I kø",
        interface=Interface.BOTH, internal_systems="", document_types=[DocumentType.LETTER.value],
    )  # fmt: skip
    yield
    journey.milestone_2()


def _milestone_3(journey: Journey) -> Iterator[None]:
    yield
    workflow.add_basic_scenarios(journey.integration, by=journey.cast.lead)
    yield
    journey.agree(Accord.SCENARIOS)
    first = journey.integration.scenarios.current()[0]
    workflow.record_run(
        journey.integration, first.pk, by=journey.cast.lead, ran_on=today(), outcome=Outcome.FAILED, note="Feil"
    )
    yield
    journey.runs()
    yield
    workflow.record_verification(journey.integration, by=journey.cast.staff)
    yield
    workflow.open_production(journey.integration, by=journey.cast.staff)
    workflow.pass_details(journey.integration, by=journey.cast.staff, details="Kontoen er åpnet.")
    yield
    workflow.submit(journey.integration, 3, by=journey.cast.manager)
    yield
    workflow.approve(journey.integration, 3, by=journey.cast.staff)


def _milestones_4_and_5(journey: Journey) -> Iterator[None]:
    yield
    journey.production_scope()
    yield
    journey.runs(Environment.PRODUCTION)
    journey.pass_milestone(4)
    workflow.add_follow_up(journey.integration, by=journey.cast.manager, title="Rutine", description="")
    yield
    journey.first_sending()
    yield


def in_operations(journey: Journey) -> Iterator[None]:
    """Just launched, where nothing of operations is recorded; and after its certificate has expired."""
    journey.to_operations()
    yield
    workflow.record_certificate(journey.integration, by=journey.cast.lead, expires_on=today())
    workflow.open_deviation(
        journey.integration, by=journey.cast.lead, title="Treg", description="", handler="Terje", opened_on=today()
    )
    yield
    workflow.make_heartbeat(journey.integration, by=journey.cast.lead, period=5, grace=5)
    Heartbeat.objects.update(last_beat_at=timezone.now() - datetime.timedelta(hours=1))
    workflow.watch_heartbeats()
    yield


def on_the_way(journey: Journey) -> Iterator[None]:
    """From intake to the launch, stopping wherever something else waits."""
    for milestone in (_milestone_1, _milestone_2, _milestone_3, _milestones_4_and_5):
        yield from milestone(journey)


def _can_take_focus(page: html.HtmlElement, place: str) -> bool:
    return any(found.tag in TAKES_FOCUS or found.get("tabindex") for found in page.xpath(f"//*[@id='{place}']"))


BESIDE_THE_BUTTON = {"form-note"}
"""Places that are the form's only field, and may be left empty: 3.2 asks for its button."""


def _is_called_optional(page: html.HtmlElement, place: str) -> bool:
    labels = page.xpath(f"//label[@for='{place}'] | //fieldset[@id='{place}']/legend")
    return place not in BESIDE_THE_BUTTON and any("valgfritt" in label.text_content() for label in labels)


def _lost(cast: Cast, integration: Integration, move: gates.Unmet) -> list[str]:
    """Whom of those that must act the task leads astray, or to what is called optional, with where to."""
    address = path_to(move, integration.reference)
    path, _hash, place = address.partition("#")
    people = User.objects.filter(pk__in=[person.user_id for person in move.people])
    pages = ((one, html.fromstring(cast.client(one).get(path).content)) for one in people)
    return [
        f"{one.name}: {move.reason}: {address}"
        for one, page in pages
        if not _can_take_focus(page, place) or _is_called_optional(page, place)
    ]


Stops = Callable[[Journey], Iterator[None]]


@pytest.mark.parametrize(("stops", "reasons"), [(on_the_way, 20), (in_operations, 5)])
def test_who_must_act_is_led_to_a_place_that_takes_focus(cast: Cast, stops: Stops, reasons: int) -> None:
    journey = cast.journey()
    seen = set()
    for _stop in stops(journey):
        for move in gates.next_moves(facts_now(journey.integration)):
            assert _lost(cast, journey.integration, move) == []
            seen.add(move.reason)
    assert len(seen) >= reasons
