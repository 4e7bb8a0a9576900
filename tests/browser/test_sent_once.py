"""Chromium: Back and send again records once, whatever Back brings; what was typed survives the end of a session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Playwright, Route, expect

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Meeting, ScenarioRun, User
from tests.browser.person import Person
from tests.cast import Cast
from tests.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Vi gikk gjennom løsningen, planen og testene. " * 40


@pytest.fixture(params=["kept as it was", "fetched again"])
def back(request: pytest.FixtureRequest, playwright: Playwright, browser: Browser) -> Iterator[Browser]:
    """A browser with its back/forward cache, which Playwright turns off, and one without."""
    if request.param == "fetched again":
        yield browser
        return
    with_cache = playwright.chromium.launch(
        executable_path=CHROMIUM, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield with_cache
    with_cache.close()
    connections.close_all()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def no_store(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, headers=answer.headers | {"cache-control": "private, no-store"})


def at_meetings(browser: Browser, live_server: Any, journey: Journey) -> Person:
    kari = Person(browser, live_server.url)
    kari.come_in(journey.cast.manager)
    kari.go(f"/i/{journey.integration.reference}/meetings/")
    return kari


def write_minutes(kari: Person) -> None:
    kari.choose("Kickoff")
    kari.fill("Date", "2026-01-02")
    kari.fill("Minutes", LONG)


@pytest.mark.parametrize("stored", [True, False])
def test_back_and_send_again_records_a_meeting_once(
    back: Browser, live_server: Any, journey: Journey, stored: bool
) -> None:
    kari = at_meetings(back, live_server, journey)
    if not stored:
        kari.page.route("**/meetings/", no_store)
        kari.go(f"/i/{journey.integration.reference}/meetings/")
    write_minutes(kari)
    kari.press("Record the meeting")
    kari.page.go_back(wait_until="commit")
    if kari.value_of("Minutes") != LONG:
        write_minutes(kari)  # the browser brought back an empty form: they type, or paste, the same again
    kari.press("Record the meeting", status=409)
    kari.sees("You sent this already")
    assert Meeting.objects.count() == 1


def test_back_to_a_page_that_led_elsewhere(back: Browser, live_server: Any, journey: Journey) -> None:
    """Chromium may keep such a page whole: the form then comes back with its old key, and otherwise with a new one."""
    journey.solution()
    workflow.add_basic_scenarios(journey.integration, by=journey.cast.lead)
    scenario = journey.integration.scenarios.earliest("pk")
    terje = Person(back, live_server.url)
    terje.come_in(journey.cast.lead)
    terje.go(f"/i/{journey.integration.reference}/scenarios/{scenario.pk}/")
    terje.choose("Passed")
    terje.press("Record the run")
    terje.page.go_back(wait_until="commit")
    expect(terje.page).to_have_url(re.compile(f"/scenarios/{scenario.pk}/$"))
    terje.choose("Passed")
    terje.press("Record the run", status=409)
    assert ScenarioRun.objects.filter(scenario=scenario).count() == 1


def test_a_long_text_survives_the_end_of_the_session(browser: Browser, live_server: Any, journey: Journey) -> None:
    kari = at_meetings(browser, live_server, journey)
    write_minutes(kari)
    User.objects.end_sessions(journey.cast.manager.pk)
    kari.press("Record the meeting")
    expect(kari.page).to_have_url(re.compile("/sign-in/"))
    assert not Meeting.objects.exists()
    kari.fill("E-mail address", journey.cast.manager.email)
    kari.press("Send me a code")
    kari.enter_code(journey.cast.manager.email)
    expect(kari.page).to_have_url(re.compile("/meetings/$"))
    kari.sees("look through it, and send it again")
    assert kari.value_of("Minutes").strip() == LONG.strip()
    kari.press("Record the meeting")
    assert Meeting.objects.get().minutes == LONG.strip()
    assert "look through it" not in kari.text()


def test_with_a_passkey_too(browser: Browser, live_server: Any, journey: Journey) -> None:
    kari = Person(browser, live_server.url)
    kari.use_virtual_authenticator()
    kari.sign_in(journey.cast.manager.email)
    kari.go("/me/security/passkeys/add/")
    kari.fill("What you call it", "Mobilen")
    kari.press("Add the passkey")
    kari.go(f"/i/{journey.integration.reference}/meetings/")
    write_minutes(kari)
    User.objects.end_sessions(journey.cast.manager.pk)
    kari.press("Record the meeting")
    kari.press("Sign in with a passkey")
    expect(kari.page).to_have_url(re.compile("/meetings/$"))
    assert kari.value_of("Minutes").strip() == LONG.strip()
