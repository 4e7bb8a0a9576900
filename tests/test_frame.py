"""What stands around every page: the part of the product one is in, an integration's areas, light and dark."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from milestones.demo import Journey
from milestones.views.areas import AREAS, LABELS, UNDER, areas_of
from tests.addresses.table import FILES, READABLE
from tests.cast import Cast

CURRENT = re.compile(r'aria-current="(\w+)"[^>]*>(?:\s|<[^>]*>)*([^<\s][^<]*?)\s*<')
OVERVIEW = {"integration", "milestone", "confirmation", "exception", "report", "comments", "one_comment"}


def test_every_page_of_an_integration_is_in_an_area() -> None:
    in_areas = {page for _label, pages in AREAS for page in pages}
    assert in_areas | set(UNDER) | OVERVIEW == READABLE - FILES | {"mail"}
    assert set(LABELS) == {page for _label, pages in AREAS if len(pages) > 1 for page in pages}
    assert set(UNDER.values()) <= in_areas


@pytest.mark.parametrize(
    ("page", "tab", "beside"),
    [("integration", "Oversikt", None), ("milestone", "Oversikt", None), ("scenario", "Tester", "Testscenarier")],
)
def test_the_open_tab(page: str, tab: str, beside: str | None) -> None:
    areas = areas_of("BOFA-482", page)
    assert [str(one.label) for one in areas.tabs if one.is_open] == [tab]
    assert [str(one.label) for one in areas.pages if one.is_open] == ([beside] if beside else [])


def test_where_one_is_is_marked(cast: Cast, journey: Journey) -> None:
    staff = cast.client(cast.staff)
    for address, marked in {
        reverse("approvals"): [("true", "Godkjenninger")],
        reverse("reminders"): [("true", "Administrasjon")],
        f"/i/{journey.integration.reference}/scenarios/": [
            ("true", "Integrasjoner"),
            ("page", "Tester"),
            ("page", "Testscenarier"),
        ],
    }.items():
        found = CURRENT.findall(staff.get(address).content.decode())
        assert found[: len(marked)] == marked, address


@pytest.mark.parametrize("signed_in", [True, False])
def test_light_or_dark_is_chosen_for_this_browser(cast: Cast, signed_in: bool) -> None:
    browser = Client()
    if signed_in:
        browser.force_login(cast.lead)
    page = reverse("privacy")
    assert 'data-color-scheme="auto"' in browser.get(page).content.decode()
    answer = browser.post(reverse("set_appearance"), {"appearance": "dark", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert 'data-color-scheme="dark"' in browser.get(page).content.decode()
    assert browser.get(reverse("set_appearance")).status_code == 405
    for odd in ("", "pink", "dark; x=1"):
        browser.post(reverse("set_appearance"), {"appearance": odd, "next": page})
        assert 'data-color-scheme="dark"' in browser.get(page).content.decode()


def test_choosing_leads_nowhere_else(cast: Cast) -> None:
    for to in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "foo", "integration"):
        answer = Client().post(reverse("set_appearance"), {"appearance": "dark", "next": to})
        assert answer["Location"] in (
            reverse("my_work"),
            to if to.isalpha() else "",
        )  # a word is a page beside this one
