"""Chromium: keys that lead through a page, for whoever is here all day."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import Person
from tests.cast import build_cast

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = "document.activeElement.textContent.trim().split(/\\s/)[0]"


@pytest.fixture
def page(browser: Browser, site: str) -> Page:
    """The integrations, three of them."""
    cast = build_cast()
    for name in ("Brev", "Faktura", "Varsel"):
        cast.journey(name)
    kari = Person(browser, site)
    kari.come_in(cast.manager)
    kari.go("/integrations/?sort=reference")
    return kari.page


def rows(page: Page) -> list[str]:
    return [text.strip().split()[0] for text in page.locator("main table tbody th a").all_inner_texts()]


def test_j_and_k_lead_through_the_rows_and_enter_is_the_links_own(page: Page) -> None:
    first, second, third = rows(page)
    walked = []
    for key in ("j", "j", "j", "j", "k", "k", "k"):
        page.keyboard.press(key)
        walked.append(page.evaluate(FOCUSED))
    assert walked == [first, second, third, third, second, first, first]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/i/{first}/")


def test_a_slash_leads_to_the_search_field_and_is_typed_there(page: Page) -> None:
    field = page.locator("#find")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("j/k?")
    expect(field).to_be_focused()
    expect(field).to_have_value("j/k?")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_a_question_mark_shows_the_keys_and_nothing_else_happens_meanwhile(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("j")
    assert page.locator("main table tbody th a:focus").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_with_control_they_are_the_browsers_own(page: Page) -> None:
    page.keyboard.press("Control+j")
    assert page.locator("main table tbody th a:focus").count() == 0


def test_who_filters_keeps_the_focus_and_hears_how_many_are_left(page: Page) -> None:
    field = page.get_by_label("Organisation or integration")
    field.focus()
    with page.expect_response(lambda answer: "q=Faktura" in answer.url):
        page.keyboard.type("Faktura")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\s*1 integration\s*$"))
    expect(field).to_be_focused()
    assert len(rows(page)) == 1


def test_who_turns_the_keys_off_is_left_alone_on_every_page(page: Page) -> None:
    switch = page.locator("#keys-switch")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.locator("main table tbody th a:focus").count() == 0
    expect(page.locator("dialog#keys")).to_be_hidden()
    switch.click()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()


def test_a_slash_opens_the_menu_where_the_field_is_in_it(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()


def test_a_menu_closes_by_escape_and_by_a_press_elsewhere(page: Page) -> None:
    menu = page.locator("details.account")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.locator("h1").click()):
        menu.locator("summary").click()
        expect(menu).to_have_attribute("open", "")
        close()
        expect(menu).not_to_have_attribute("open", "")
