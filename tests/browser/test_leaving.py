"""Chromium with its back/forward cache on: after somebody has left, Back shows nothing of what they saw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from milestones.middleware.traces import TracesMiddleware
from milestones.models import User
from tests.browser.person import Person, sign_out
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

KEEPS_MORE = "--enable-features=CacheControlNoStoreEnterBackForwardCache"
"""Pages with no-store too, as Chromium has begun to do."""


@pytest.fixture(scope="module")
def keeping(
    browser: Browser, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """Playwright turns the cache off; this browser has it, as everybody's has."""
    wanted = browser_type_launch_args | {"args": [*browser_type_launch_args["args"], KEEPS_MORE]}
    launched = browser_type.launch(**wanted, ignore_default_args=["--disable-back-forward-cache"])
    yield launched
    launched.close()


@pytest.fixture
def manager(keeping: Browser, site: str, cast: Cast) -> Person:
    """The project manager, who came by other pages to that of the people."""
    reference = cast.journey().integration.reference
    person = Person(keeping, site)
    person.come_in(cast.manager)
    for path in ("/", f"/i/{reference}/"):
        person.page.goto(site + path)
    person.go(f"/i/{reference}/people/")
    person.sees(cast.manager.email)
    return person


def back(person: Person) -> None:
    """A page that comes out of the cache is loaded no more: it is there at once."""
    person.page.go_back(wait_until="commit")


def shows_nothing_of_it(person: Person, cast: Cast, pages: int = 3) -> None:
    for _page in range(pages):
        back(person)
        expect(person.page).to_have_url(re.compile("/sign-in/"))
        assert cast.manager.email not in person.page.content()


def test_the_cache_is_on(keeping: Browser, site: str) -> None:
    """A page that is not kept from it comes back as it was left."""
    person = Person(keeping, site)
    person.page.goto(f"{site}/privacy/")
    person.page.evaluate("window.left = 'as it was'")
    person.page.goto(f"{site}/static/icon.svg")
    back(person)
    assert person.page.evaluate("window.left") == "as it was"


def test_without_what_is_tested_back_shows_the_people(
    manager: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TracesMiddleware, "__call__", lambda self, request: self.get_response(request))
    manager.page.reload()
    sign_out(manager.page)
    expect(manager.page).to_have_url(re.compile("/sign-in/"))
    back(manager)
    manager.sees(cast.manager.email)


def test_after_signing_out(manager: Person, cast: Cast) -> None:
    sign_out(manager.page)
    expect(manager.page).to_have_url(re.compile("/sign-in/"))
    shows_nothing_of_it(manager, cast)


def test_after_signing_out_everywhere(manager: Person, cast: Cast) -> None:
    manager.go("/me/security/")
    manager.press("Sign out everywhere")
    shows_nothing_of_it(manager, cast)


def test_after_somebody_else_ended_the_session(manager: Person, cast: Cast) -> None:
    User.objects.end_sessions(cast.manager.pk)
    manager.go("/mail/")
    shows_nothing_of_it(manager, cast)


def test_in_another_window_of_the_same_browser(manager: Person, cast: Cast) -> None:
    """Signed out there, Back here."""
    manager.go("/privacy/")
    other = manager.page.context.new_page()
    other.goto(f"{manager.address}/privacy/")
    sign_out(other)
    expect(other).to_have_url(re.compile("/sign-in/"))
    shows_nothing_of_it(manager, cast, pages=1)
