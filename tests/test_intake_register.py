"""At intake the register of entities fills in the name and tells bad news; without its answer all goes on as typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from milestones import entity_register
from milestones.models import EventKind, Integration, Organisation, User
from tests.cast import Cast
from tests.loopback import Misbehave, drips, hangs, hangs_up
from tests.register import BANKRUPT, FJORDVIK, GONE, Register

ADDRESS = "/integrations/new/"
TYPED = {
    "route": "direct",
    "number": "984 661 185",
    "organisation": "",
    "sender_kind": "sender",
    "name": "Årsoppgaver",
    "filled_in": "",
}
LOOK_UP = {"look_up": "1"}


@pytest.fixture
def manager(cast: Cast) -> Client:
    User.objects.filter(pk=cast.manager.pk).update(language="en")
    return cast.client(cast.manager)


def values(answer: Any) -> dict[str, str]:
    form = answer.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_the_button_fills_in_the_name_and_loses_nothing(manager: Client, register: Register) -> None:
    register.knows()
    answer = manager.post(ADDRESS, TYPED | LOOK_UP)
    assert answer.status_code == 200
    assert values(answer) == TYPED | {"organisation": "FJORDVIK KOMMUNE", "filled_in": "FJORDVIK KOMMUNE"}
    text = answer.content.decode()
    for shown in ("FJORDVIK KOMMUNE, Kommune", "Rådhuset<br>Torget 1<br>5801 FJORDVIK", "Municipality: FJORDVIK"):
        assert shown in text
    assert "ds-error-summary" not in text
    assert not Integration.objects.exists()


def test_nothing_else_is_judged_yet(manager: Client, register: Register) -> None:
    register.knows()
    answer = manager.post(ADDRESS, {"number": FJORDVIK} | LOOK_UP)
    assert answer.status_code == 200
    assert not answer.context["form"].errors


@pytest.mark.parametrize("number", ["", "12", "984661186"])
def test_a_number_that_is_none_is_told_and_not_looked_up(manager: Client, register: Register, number: str) -> None:
    answer = manager.post(ADDRESS, TYPED | LOOK_UP | {"number": number})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"number"}
    assert register.asked == []


def test_another_number_brings_another_name(manager: Client, register: Register) -> None:
    register.knows()
    register.knows("974760673", navn="NABOVIK AS")
    first = values(manager.post(ADDRESS, TYPED | LOOK_UP))
    second = values(manager.post(ADDRESS, first | LOOK_UP | {"number": "974760673"}))
    assert second["organisation"] == "NABOVIK AS"
    own = values(manager.post(ADDRESS, second | LOOK_UP | {"organisation": "Nabovik", "number": FJORDVIK}))
    assert own["organisation"] == "Nabovik"  # typed by hand: theirs


def test_a_name_that_was_filled_in_does_not_stay_with_another_number(manager: Client, register: Register) -> None:
    register.knows()
    first = values(manager.post(ADDRESS, TYPED | LOOK_UP))
    unknown = values(manager.post(ADDRESS, first | LOOK_UP | {"number": "974760673"}))
    assert (unknown["organisation"], unknown["filled_in"]) == ("", "")


def test_through_a_partner_the_button_still_looks_up(manager: Client, register: Register) -> None:
    register.knows()
    answer = manager.post(ADDRESS, TYPED | LOOK_UP | {"route": "partner"})
    assert values(answer)["organisation"] == "FJORDVIK KOMMUNE"


def test_sent_at_once_without_a_name_it_is_filled_in(manager: Client, register: Register) -> None:
    register.knows()
    assert manager.post(ADDRESS, TYPED).status_code == 302
    organisation = Integration.objects.get().organisation
    assert (organisation.name, organisation.legal_form) == ("FJORDVIK KOMMUNE", "Kommune")
    assert (organisation.municipality, organisation.standing) == ("FJORDVIK", "normal")
    assert len(register.asked) == 1


def test_a_name_of_ones_own_is_kept_and_what_the_register_says_is_stored(manager: Client, register: Register) -> None:
    register.knows(navn="FJORDVIK OG OMEGN")
    answer = manager.post(ADDRESS, TYPED | {"organisation": "Fjordvik kommune"}, follow=True)
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.registered_name) == ("Fjordvik kommune", "FJORDVIK OG OMEGN")
    assert "Registered under another name" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "words", "standing"),
    [
        (BANKRUPT, "Bankrupt", "bankrupt"),
        ({"underAvvikling": True}, "Being wound up", "winding_up"),
        (GONE, "Deleted from the register", "deleted"),
    ],
)
def test_bad_news_is_told_and_stops_nobody(
    cast: Cast, manager: Client, register: Register, said: dict[str, Any], words: str, standing: str
) -> None:
    register.knows(**said)
    looked_up = manager.post(ADDRESS, TYPED | LOOK_UP)
    text = looked_up.content.decode()
    number = text.index('name="number"')
    assert words in text[number : text.index('name="organisation"')]  # next to the number
    assert "You can go on: Digipost decides" in text
    created = manager.post(ADDRESS, values(looked_up), follow=True)
    assert f"The register of entities says of the organisation: {words}." in created.content.decode()
    integration = Integration.objects.get()
    assert integration.organisation.standing == standing
    assert integration.events.filter(kind=EventKind.ORGANISATION_CHANGED, subject="standing").count() == 1
    User.objects.filter(pk=cast.staff.pk).update(language="en")
    assert words in cast.client(cast.staff).get("/approvals/").content.decode()


def test_a_number_that_the_register_lacks_is_told_and_stops_nobody(manager: Client, register: Register) -> None:
    answer = manager.post(ADDRESS, TYPED | LOOK_UP | {"organisation": "Fjordvik"})
    assert "has no organisation with this number" in answer.content.decode()
    assert manager.post(ADDRESS, TYPED | {"organisation": "Fjordvik"}).status_code == 302
    assert Organisation.objects.get().checked_at


def test_without_a_name_anywhere_it_is_asked_for(manager: Client, register: Register) -> None:
    answer = manager.post(ADDRESS, TYPED)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"organisation"}


@pytest.mark.parametrize("status", [302, 429, 500])
def test_an_intake_goes_on_without_an_answer(manager: Client, register: Register, status: int) -> None:
    register.status = status
    answer = manager.post(ADDRESS, TYPED | LOOK_UP | {"organisation": "Fjordvik"})
    assert answer.status_code == 200
    assert "The register of entities does not answer now." in answer.content.decode()
    assert manager.post(ADDRESS, TYPED | {"organisation": "Fjordvik"}).status_code == 302
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.checked_at) == ("Fjordvik", None)


@pytest.mark.parametrize("misbehave", [hangs, hangs_up, drips])
def test_nor_does_one_that_hangs_hold_it_up(
    manager: Client, register: Register, monkeypatch: pytest.MonkeyPatch, misbehave: Misbehave
) -> None:
    monkeypatch.setattr(entity_register, "SECONDS", 0.3)
    register.misbehave = misbehave
    assert manager.post(ADDRESS, TYPED | {"organisation": "Fjordvik"}).status_code == 302


def test_a_name_that_leads_somewhere_is_judged_as_a_typed_one(manager: Client, register: Register) -> None:
    register.knows(navn="https://vik.example/ AS")
    answer = manager.post(ADDRESS, TYPED)
    assert answer.status_code == 422
    assert values(answer)["organisation"] == "https://vik.example/ AS"


def test_staff_who_look_a_number_up_are_offered_what_the_register_says(cast: Cast, register: Register) -> None:
    register.knows(**BANKRUPT)
    User.objects.filter(pk=cast.staff.pk).update(language="en")
    answer = cast.client(cast.staff).get(ADDRESS, {"number": FJORDVIK})
    assert answer.context["form"].initial["organisation"] == "FJORDVIK KOMMUNE"
    assert "Bankrupt" in answer.content.decode()


def test_staff_keep_the_name_that_they_know_it_by(cast: Cast, register: Register) -> None:
    cast.journey()
    register.knows(navn="FJORDVIK OG OMEGN")
    answer = cast.client(cast.staff).get(ADDRESS, {"number": FJORDVIK})
    assert answer.context["form"].initial["organisation"] == "Fjordvik kommune"


def test_others_learn_nothing_of_who_is_here(cast: Cast, manager: Client, register: Register) -> None:
    """What is stored of an organisation is not what the form shows: that is the register's, or nothing."""
    cast.journey()
    register.status = 500
    answer = manager.post(ADDRESS, TYPED | LOOK_UP)
    assert "Fjordvik" not in re.sub(r"Kari Prosjekt", "", answer.content.decode())
    assert manager.get(ADDRESS, {"number": FJORDVIK}).context["form"].initial == {}


def test_enter_sends_the_form_and_does_not_look_up(manager: Client, register: Register) -> None:
    text = manager.get(ADDRESS).content.decode()
    form = text[text.index(f'action="{ADDRESS}"') :]
    first, second = re.findall(r"<button[^>]*>", form)[:2]
    assert "hidden" in first
    assert "look_up" not in first
    assert 'name="look_up"' in second


def test_without_a_register_there_is_no_button(manager: Client) -> None:
    assert "look_up" not in manager.get(ADDRESS).content.decode()
    assert manager.post(ADDRESS, TYPED | LOOK_UP).status_code == 422  # an ordinary post
    assert manager.post(ADDRESS, TYPED | LOOK_UP | {"organisation": "Fjordvik"}).status_code == 302
    assert Organisation.objects.get().checked_at is None
