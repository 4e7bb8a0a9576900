"""Chromium: a task leads to the very field, which has the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from milestones import workflow
from tests.browser.person import DESK, PHONE, Person
from tests.cast import build_cast

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = "document.activeElement.id"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_task_in_my_work_leads_to_its_field(browser: Browser, site: str, viewport: object) -> None:
    cast = build_cast()
    journey = cast.journey()
    journey.milestone_1()
    kari = Person(browser, site, viewport)  # type: ignore[arg-type]
    kari.come_in(cast.manager)
    for task, place in (
        ("Describe the solution: 5 fields left", "form-recipient_identification"),
        ("Set target dates: 4 left", "form-milestone_2"),
        ("No kickoff has been held", "form-held_on"),
    ):
        kari.go("/")
        kari.page.get_by_role("link", name=task).click()
        kari.check()
        assert kari.page.evaluate(FOCUSED) == place


def test_what_waits_for_staff_leads_to_the_button(browser: Browser, site: str) -> None:
    cast = build_cast()
    journey = cast.journey()
    journey.roles()
    journey.agreement(verify=False)
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    ingrid = Person(browser, site)
    ingrid.come_in(cast.staff)
    ingrid.go("/?tab=agreements")
    ingrid.page.get_by_role("link", name="Digipost has not verified the signed agreement").click()
    ingrid.check()
    assert ingrid.page.evaluate(FOCUSED) == "verify-agreement"
