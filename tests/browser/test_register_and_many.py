"""Chromium: a number is looked up and many are invited, with and without scripts; each page passes axe and fits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from milestones.demo import Journey
from milestones.models import Integration, Organisation
from tests.browser.person import Person
from tests.cast import Cast
from tests.register import BANKRUPT, IS_BANKRUPT, Register, says

pytestmark = pytest.mark.django_db(transaction=True)

LOOK_UP = "Look up in the register of entities"


@pytest.fixture
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def arrives(browser: Browser, live_server: Any, cast: Cast, *, scripts: bool = True) -> Person:
    """The project manager, signed in, before any page."""
    person = Person(browser, live_server.url, scripts=scripts)
    person.come_in(cast.manager)
    return person


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_number_is_looked_up(
    browser: Browser, live_server: Any, cast: Cast, register: Register, scripts: bool
) -> None:
    register.knows(**BANKRUPT)
    kari = arrives(browser, live_server, cast, scripts=scripts)
    kari.go("/integrations/new/")
    kari.fill("Organisation number", "984 661 185")
    kari.fill("What shall we call the integration?", "Årsoppgaver")
    kari.press(LOOK_UP)
    kari.sees("Bankrupt (")
    assert kari.value_of("The organisation's name") == "FJORDVIK KOMMUNE"
    assert kari.value_of("What shall we call the integration?") == "Årsoppgaver"
    if scripts:
        expect(kari.page.get_by_role("status")).to_be_focused()
    kari.choose("Directly, from our own system", "A sender: sends its own documents")
    kari.page.get_by_label("What shall we call the integration?").press("Enter")
    kari.sees("Digipost looks at it first")
    assert Integration.objects.get().organisation.standing == "bankrupt"
    kari.check()


def test_many_are_invited(browser: Browser, live_server: Any, cast: Cast, journey: Journey) -> None:
    kari = arrives(browser, live_server, cast)
    kari.go(f"/i/{journey.integration.reference}/people/")
    kari.open("Invite many at once")
    kari.fill("People, one a line", f"Terje\t{cast.lead.email}\tobserver\nOla Ny;ola@fjordvik.example;sjef")
    kari.press("Look through them", status=422)
    kari.sees("Line 1: This person is already a member.")
    kari.sees("Line 2: “sjef” is no role.")
    kari.fill("People, one a line", "Ola Ny;ola@fjordvik.example;observer\nÅse Ny;aase@fjordvik.example;Observatør")
    kari.press("Look through them")
    kari.sees("2 people are invited:")
    kari.press("Change what you wrote")
    assert "Åse Ny" in kari.value_of("People, one a line")
    kari.press("Look through them")
    kari.press("Send the invitations")
    kari.sees("2 invitations are sent.")


def test_what_the_register_says_is_read_everywhere(
    browser: Browser, live_server: Any, cast: Cast, journey: Journey
) -> None:
    says(**IS_BANKRUPT | {"name": "FJORDVIK OG OMEGN SAMARBEIDENDE KOMMUNER " * 4})
    Organisation.objects.update(name="Fjordvik og omegn samarbeidende kommuner " * 4)
    kari = arrives(browser, live_server, cast)
    for address in (f"/i/{journey.integration.reference}/", "/integrations/", "/integrations/?as=board"):
        kari.go(address)
        kari.sees("Bankrupt")
