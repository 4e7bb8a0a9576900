"""What a requirement is judged by stands where it is judged: on its milestone's page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.demo.journey import a_pdf
from milestones.models import User
from milestones.process import REQUIREMENTS, Role
from milestones.views.evidence import READINGS
from tests.cast import Cast

SHOWN = "Det som er registrert"


def submitted(journey: Journey, number: int) -> None:
    """Everything in place, and sent to Digipost."""
    for earlier in range(1, number):
        getattr(journey, f"milestone_{earlier}")()
    getattr(journey, f"milestone_{number}_facts")()
    workflow.submit(journey.integration, number, by=journey.cast.manager)


def page(cast: Cast, journey: Journey, number: int, *, who: str = "staff") -> str:
    """The main part of a milestone's page, spaces as one."""
    client = cast.client(getattr(cast, who))
    text = client.get(f"/i/{journey.integration.reference}/milestones/{number}/").content.decode()
    return re.sub(r"\s+", " ", text.partition("<main")[2])


def test_each_requirement_of_a_milestone_has_its_evidence() -> None:
    of_milestones = {code for code, one in REQUIREMENTS.items() if one.milestone and not one.confirmed}
    assert set(READINGS) == of_milestones
    assert all(get_template(part) for part, _reading in READINGS.values())


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (
            1,
            [
                "Kirsten Kontrakt",
                "avtale.pdf",
                "Kontraktsansvarlig",
                "siden ",
                "Åpningskvittering",
                "500123",
                "700456",
            ],
        ),
        (2, ["Jeg har lest", "Oppstartsmøte", "Ingrid Onboarding", "Hvordan mottakere identifiseres", "Frister"]),
        (
            3,
            [
                "T01 Signert tilkobling",
                "Bestått",
                "Terje Teknisk",
                "Testene ble godkjent",
                "Produksjonskontoen er åpnet",
            ],
        ),
        (4, ["Brev til en Digipost-bruker", "Bestått"]),
        (5, ["Første reelle utsending", "Bekreftet av avsenderen", "Lanseringsdatoen er"]),
    ],
)
def test_an_approver_sees_what_is_approved(cast: Cast, journey: Journey, number: int, told: list[str]) -> None:
    submitted(journey, number)
    text = page(cast, journey, number)
    assert text.count(f"open> <summary>{SHOWN}") == text.count(SHOWN) > 0
    missing = [one for one in told if one not in text]
    assert not missing, text


def test_others_unfold_it(cast: Cast, journey: Journey) -> None:
    submitted(journey, 1)
    text = page(cast, journey, 1, who="manager")
    assert f"open> <summary>{SHOWN}" not in text
    assert text.count(SHOWN) == 4


def test_what_is_not_recorded_is_not_unfolded(cast: Cast, journey: Journey) -> None:
    assert page(cast, journey, 5).count(SHOWN) == 0


def test_the_reason_of_a_withdrawn_approval_is_in_sight(cast: Cast, journey: Journey) -> None:
    submitted(journey, 3)
    workflow.withdraw_verification(journey.integration, by=cast.staff, reason="Feil testsett")
    assert "Feil testsett" in page(cast, journey, 3)


def own_item(journey: Journey, title: str, *, document: File[Any] | None = None) -> None:
    """An item of milestone 2 that the technical lead has checked off."""
    item = workflow.add_item(
        journey.integration, by=journey.cast.manager, milestone=2, title=title, description="", required=False,
        stands_on=Role.TECHNICAL_LEAD,
    )  # fmt: skip
    workflow.confirm(
        journey.integration, f"item-{item.pk}", by=journey.cast.lead, confirmed_on=today(), note="Sett på",
        document=document,
    )  # fmt: skip


def test_an_item_without_statement_or_document_has_nothing_to_unfold(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    own_item(journey, "Bare en merknad")
    text = page(cast, journey, 2)
    assert "Sett på" in text
    assert SHOWN not in text
    own_item(journey, "Med vedlegg", document=ContentFile(a_pdf(), name="vedlegg.pdf"))
    text = page(cast, journey, 2)
    assert text.count(SHOWN) == 1
    assert "vedlegg.pdf" in text.partition(SHOWN)[2]


def confirmations_read(cast: Cast, journey: Journey) -> int:
    """How many queries the page of milestone 2 asks for what is checked off."""
    with CaptureQueriesContext(connection) as queries:
        page(cast, journey, 2)
    return sum('FROM "milestones_confirmation"' in query["sql"] for query in queries)


def test_all_that_is_checked_off_is_read_at_once(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.confirm("2.1")
    for_one = confirmations_read(cast, journey)
    journey.confirm("2.3")
    for number in range(3):
        own_item(journey, f"Punkt {number}")
    assert confirmations_read(cast, journey) == for_one


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": True}])
def test_who_may_not_act_is_not_shown_to_hold_a_role(cast: Cast, journey: Journey, change: dict[str, bool]) -> None:
    journey.milestone_1_facts()
    assert cast.lead.name in page(cast, journey, 1).partition(SHOWN)[2]
    User.objects.filter(pk=cast.lead.pk).update(**change)
    text = page(cast, journey, 1)
    assert cast.owner.name in text.partition(SHOWN)[2]
    offered = re.compile(r"<label\b.*?</label>", re.DOTALL)  # such as whom a comment is told to: staff are, too
    assert cast.lead.name not in offered.sub("", text)


def test_who_has_not_come_in_yet_is_shown_as_invited(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    workflow.invite(
        journey.integration, by=cast.manager, name="Nils Ny", email="nils@fjordvik.example",
        roles=[Role.TECHNICAL_LEAD],
    )  # fmt: skip
    assert re.search(r"Nils Ny <span[^>]*> siden [^<·]*· invitert", page(cast, journey, 1))


@pytest.mark.parametrize("field", ["recipient_identification", "sending", "internal_systems"])
def test_a_description_that_is_begun_shows_what_is_there_and_what_is_not(
    cast: Cast, journey: Journey, field: str
) -> None:
    journey.milestone_1()
    empty = {"recipient_identification": "", "sending": "", "interface": "", "internal_systems": ""}
    begun = {**empty, field: "Det vi vet så langt"}
    workflow.describe_solution(journey.integration, by=cast.lead, document_types=[], **begun)
    shown = page(cast, journey, 2).partition(SHOWN)[2]
    assert "<dd>Det vi vet så langt</dd>" in shown
    assert shown.partition("</details>")[0].count("<dd>–</dd>") == len(empty)


def test_who_opened_production_is_said_alike_on_both_pages(cast: Cast, journey: Journey) -> None:
    submitted(journey, 3)
    told = re.compile(r"Sending i produksjon ble åpnet av Ingrid Onboarding [^<]*\d{4}\.")
    own = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/production/").content.decode()
    there, here = told.findall(own), told.findall(page(cast, journey, 3))
    assert there == here
    assert len(here) == 1
