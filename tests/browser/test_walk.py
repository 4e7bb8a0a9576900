"""Chromium: three people take one integration from intake to operations, with a return and a failed scenario."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from milestones.models import Integration, User
from tests.browser.person import Person
from tests.browser.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen() -> set[tuple[str, str]]:
    return set()


def test_three_people_take_an_integration_from_intake_to_operations(
    browser: Browser, site: str, seen: set[tuple[str, str]]
) -> None:
    User.objects.create_user("ingrid@digipost.example", "Ingrid Onboarding", is_staff=True)
    staff, manager, lead = (Person(browser, site, seen) for _ in range(3))
    walk = Walk(staff, manager, lead)
    walk.intake()
    walk.milestone_1()
    walk.milestone_2_with_a_return()
    walk.milestone_3_with_a_failed_scenario()
    walk.milestone_4()
    walk.milestone_5()
    walk.operations()
    assert Integration.objects.get().phase == "operations"
    for person in (staff, manager, lead):
        walk.everything_is_fit_to_be_seen_by(person)
