"""What a requirement is judged by stands where it is judged: on its milestone's page."""

from __future__ import annotations

import re

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.process import REQUIREMENTS
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
        (5, ["Første reelle utsendelse", "Bekreftet av avsenderen", "Lanseringsdatoen er"]),
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
