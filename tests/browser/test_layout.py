"""Chromium: where the frame and the timeline put things, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize

from tests.browser.person import DESK, PHONE, Person
from tests.cast import build_cast

pytestmark = pytest.mark.django_db(transaction=True)

ROOM_ABOVE = 120
"""Pixels that may stand above the first heading on a phone."""


def signed_in(browser: Browser, site: str, window: ViewportSize) -> tuple[Page, list[str]]:
    """The project manager's browser, and pages to look at."""
    cast = build_cast()
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    kari = Person(browser, site, window)
    kari.come_in(cast.manager)
    home = f"/i/{journey.integration.reference}/"
    return kari.page, [site + path for path in ("/", "/integrations/", home, f"{home}milestones/3/", f"{home}plan/")]


def edges(page: Page, selector: str) -> FloatRect:
    found = page.locator(selector).first.bounding_box()
    assert found
    return found


def test_on_a_desk_every_page_begins_where_the_header_does(browser: Browser, site: str) -> None:
    page, addresses = signed_in(browser, site, DESK)
    for address in addresses:
        page.goto(address)
        assert edges(page, "h1")["x"] == edges(page, ".site-name")["x"], address


def test_on_a_phone_the_first_heading_is_near_the_top(browser: Browser, site: str) -> None:
    page, addresses = signed_in(browser, site, PHONE)
    for address in addresses:
        page.goto(address)
        assert edges(page, "h1")["y"] < ROOM_ABOVE, address


def test_on_a_phone_the_timeline_begins_with_today(browser: Browser, site: str) -> None:
    page, _addresses = signed_in(browser, site, PHONE)
    page.goto(f"{site}/integrations/?as=timeline")
    names, window = edges(page, ".timeline tbody th"), edges(page, ".scroll")
    today = edges(page, ".timeline .lane .today")["x"]
    assert names["x"] + names["width"] < today < window["x"] + window["width"]
