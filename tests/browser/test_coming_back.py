"""Chromium: whoever comes back to a page sees how things stand now, and loses nothing that they had begun."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from milestones import workflow
from milestones.demo import Journey
from milestones.models import User
from tests.browser.person import COME_BACK, Person
from tests.cast import Cast, build_cast

pytestmark = pytest.mark.django_db(transaction=True)

CHANGED = "Something has changed since you were here"


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """All of milestone 1 is there, but for Digipost's part of the agreement."""
    journey = cast.journey()
    journey.milestone_1_facts()
    journey.agreement(verify=False)
    return journey


def at(browser: Browser, site: str, user: User, path: str) -> Any:
    """A page of somebody's."""
    person = Person(browser, site)
    person.come_in(user)
    person.go(path)
    return person.page


def leave_and_come_back(page: Any) -> None:
    page.evaluate(COME_BACK)


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def test_what_others_did_meanwhile_is_shown(browser: Browser, site: str, cast: Cast, journey: Journey) -> None:
    page = at(browser, site, cast.manager, f"{home(journey)}milestones/1/")
    submit = page.get_by_role("button", name="Submit for approval")
    assert not submit.count()
    journey.verify_agreements()
    leave_and_come_back(page)
    expect(submit).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(CHANGED)
    with page.expect_navigation():
        submit.click()
    assert journey.integration.milestones.get(number=1).state == "submitted"


def test_where_nothing_changed_nothing_is_said(browser: Browser, site: str, cast: Cast, journey: Journey) -> None:
    page = at(browser, site, cast.manager, f"{home(journey)}milestones/1/")
    page.evaluate("document.querySelector('#main').dataset.seen = 'yes'")
    leave_and_come_back(page)
    assert page.locator("#main[data-seen]").count() == 1
    assert CHANGED not in page.locator("#main").inner_text()


PAGES = ("", "milestones/1/", "people/", "agreement/", "scenarios/", "history/", "operations/")


def test_no_page_says_another_thing_each_time_it_is_read(
    browser: Browser, site: str, cast: Cast, journey: Journey
) -> None:
    page = at(browser, site, cast.staff, "/")
    for path in ("/", "/integrations/", "/approvals/", *(home(journey) + one for one in PAGES)):
        page.goto(site + path)
        page.evaluate("document.querySelector('#main').dataset.seen = 'yes'")
        leave_and_come_back(page)
        assert page.locator("#main[data-seen]").count() == 1, path


def test_what_a_browser_filled_in_by_itself_stays(browser: Browser, site: str, cast: Cast, journey: Journey) -> None:
    """As on going back: no key was pressed."""
    page = at(browser, site, cast.manager, f"{home(journey)}people/")
    field = page.get_by_label("Name", exact=True).first
    field.evaluate("(field) => { field.value = 'Nina Ny' }")
    workflow.remove_member(journey.integration, journey.integration.members.get(user=cast.lead).pk, by=cast.manager)
    leave_and_come_back(page)
    assert field.input_value() == "Nina Ny"


@pytest.mark.parametrize("typed", ["Nina Ny", ""])
def test_what_was_typed_stays_and_so_does_the_focus(
    browser: Browser, site: str, cast: Cast, journey: Journey, typed: str
) -> None:
    page = at(browser, site, cast.manager, f"{home(journey)}people/")
    field = page.get_by_label("Name", exact=True).first
    field.focus()
    place = page.evaluate("document.activeElement.id")
    if typed:
        field.fill(typed)
    lead = journey.integration.members.get(user=cast.lead)
    workflow.remove_member(journey.integration, lead.pk, by=cast.manager)
    leave_and_come_back(page)
    assert field.input_value() == typed
    assert place
    assert page.evaluate("document.activeElement.id") == place
    assert (CHANGED in page.locator("#main").inner_text()) == (not typed)
