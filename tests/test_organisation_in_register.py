"""What the register of entities says of an organisation is stored, shown, and told in each integration's history."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from milestones import workflow
from milestones.demo import Journey
from milestones.entity_register import Outcome, Standing
from milestones.event_words import formatter_of
from milestones.models import Event, EventKind, Integration, Organisation, User
from milestones.process import SenderKind
from tests.cast import Cast, fresh
from tests.register import FJORDVIK, IS_BANKRUPT, IS_FOUND, says


def told(integration: Integration) -> list[tuple[str, str, str]]:
    """The events from the register, oldest first."""
    events = integration.events.filter(kind=EventKind.ORGANISATION_CHANGED).order_by("pk")
    return list(events.values_list("subject", "from_value", "to_value"))


def taken_in(cast: Cast, organisation: str) -> Integration:
    """By its project manager: staff have not accepted it."""
    return workflow.create_integration(
        by=cast.manager, number=FJORDVIK, organisation=organisation, name="Nytt", sender_kind=SenderKind.SENDER,
        manager_name=cast.manager.name, manager_email=cast.manager.email,
    )  # fmt: skip


def owner(journey: Journey) -> Organisation:
    return fresh(journey.integration).organisation


def test_the_first_answer_is_filled_in_and_no_news(journey: Journey) -> None:
    assert says(**IS_FOUND) == 0
    row = owner(journey)
    assert (row.registered_name, row.legal_form_code, row.legal_form) == ("FJORDVIK KOMMUNE", "KOMM", "Kommune")
    assert (row.address, row.municipality) == ("Torget 1\n5801 FJORDVIK", "FJORDVIK")
    assert (row.standing, row.standing_since) == ("normal", None)
    assert row.checked_at
    assert told(journey.integration) == []


def test_bad_news_is_news_at_the_first_answer_too(journey: Journey) -> None:
    assert says(**IS_BANKRUPT) == 1
    assert told(journey.integration) == [("standing", "", "bankrupt 2026-02-03")]
    event = Event.objects.get(kind=EventKind.ORGANISATION_CHANGED)
    assert event.actor is None
    assert owner(journey).is_bad_news


def test_each_thing_that_changes_is_an_event(journey: Journey) -> None:
    says(**IS_FOUND)
    moved = IS_BANKRUPT | {"name": "NYVIK KOMMUNE", "address": "Kaien 2\n5802 NYVIK", "municipality": "NYVIK"}
    assert says(later=1, **moved) == 1
    assert told(journey.integration) == [
        ("standing", "normal", "bankrupt 2026-02-03"),
        ("registered_name", "FJORDVIK KOMMUNE", "NYVIK KOMMUNE"),
        ("address", "Torget 1, 5801 FJORDVIK", "Kaien 2, 5802 NYVIK"),
        ("municipality", "FJORDVIK", "NYVIK"),
    ]
    assert says(later=2, **moved) == 0
    assert says(later=3, **moved | {"standing": Standing.NORMAL, "since": None}) == 1
    assert told(journey.integration)[-1] == ("standing", "bankrupt", "normal")


def test_what_is_gone_keeps_what_was_known(journey: Journey) -> None:
    says(**IS_FOUND)
    assert says(later=1, outcome=Outcome.DELETED, standing=Standing.DELETED) == 1
    row = owner(journey)
    assert (row.standing, row.registered_name, row.legal_form) == ("deleted", "FJORDVIK KOMMUNE", "Kommune")
    assert says(later=2, outcome=Outcome.NOT_FOUND) == 1
    assert told(journey.integration)[-1] == ("standing", "deleted", "unknown")
    assert owner(journey).address


def test_no_answer_and_an_older_one_change_nothing(journey: Journey) -> None:
    says(**IS_BANKRUPT)
    assert says(later=1, outcome=Outcome.NO_ANSWER) == 0
    assert says(later=-1, **IS_FOUND) == 0
    assert owner(journey).standing == "bankrupt"


def test_it_holds_for_every_name_and_every_open_integration(cast: Cast, journey: Journey) -> None:
    other = cast.journey("Faktura").integration
    closed = cast.journey("Lukket").integration
    workflow.close_integration(closed, by=cast.staff, reason="Stanset.")
    third = taken_in(cast, "Fjordvik")
    neighbour = cast.neighbour().integration
    assert says(**IS_BANKRUPT) == 3
    assert all(told(one) for one in (journey.integration, other, third))
    assert told(closed) == told(neighbour) == []
    assert set(Organisation.objects.filter(standing="bankrupt").values_list("name", flat=True)) == {
        "Fjordvik kommune",
        "Fjordvik",
    }


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_its_sentences_read(journey: Journey, language: str) -> None:
    says(**IS_FOUND)
    says(later=1, **IS_BANKRUPT | {"municipality": "NYVIK"})
    says(later=2, outcome=Outcome.NOT_FOUND)
    with override(language):
        events = Event.objects.filter(kind=EventKind.ORGANISATION_CHANGED).order_by("pk")
        sentences = [formatter_of(one.kind).sentence(one, "Systemet") for one in events]
        assert str(Standing.BANKRUPT.label) in sentences[0]
        assert "NYVIK" in sentences[1]
        assert str(Standing.UNKNOWN.label) in sentences[2]


# --- Where it is shown


def page(cast: Cast, who: User, address: str) -> str:
    User.objects.filter(pk=who.pk).update(language="en")
    return cast.client(who).get(address).content.decode()


def test_the_overview_shows_it_to_everybody_on_it(cast: Cast, journey: Journey) -> None:
    address = f"/i/{journey.integration.reference}/"
    assert "In the register of entities" not in page(cast, cast.manager, address)
    says(**IS_BANKRUPT | {"name": "FJORDVIK OG OMEGN"})
    for who in (cast.manager, cast.staff):
        text = page(cast, who, address)
        for shown in ("Bankrupt", "FJORDVIK OG OMEGN", "Kommune (KOMM)", "Torget 1<br>5801 FJORDVIK", "NLOD"):
            assert shown in text


def test_a_name_in_capitals_is_the_same_name(cast: Cast, journey: Journey) -> None:
    says(**IS_FOUND)
    assert not owner(journey).is_registered_otherwise
    text = page(cast, cast.manager, f"/i/{journey.integration.reference}/")
    assert "Active" in text
    assert "Registered under another name" not in text


def test_a_number_that_the_register_lacks_is_said_to_be_so(cast: Cast, journey: Journey) -> None:
    says(outcome=Outcome.NOT_FOUND)
    text = page(cast, cast.manager, f"/i/{journey.integration.reference}/")
    assert "No organisation has this number there." in text


@pytest.mark.parametrize("address", ["/integrations/", "/integrations/?as=board", "/approvals/"])
def test_lists_show_bad_news_alone(cast: Cast, journey: Journey, address: str) -> None:
    waiting = taken_in(cast, "Fjordvik kommune")
    says(**IS_FOUND)
    assert "Active" not in page(cast, cast.staff, address)
    says(later=1, **IS_BANKRUPT)
    text = page(cast, cast.staff, address)
    assert waiting.reference in text
    assert '<span class="ds-tag" data-color="danger">Bankrupt</span>' in text


def test_a_submission_shows_it_in_the_queue_and_in_its_review(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    journey.submit(1)
    says(outcome=Outcome.DELETED, standing=Standing.DELETED)
    for address in ("/approvals/", f"/approvals/{journey.integration.reference}/1/"):
        assert "Deleted from the register" in page(cast, cast.staff, address)
