"""Chromium: three people take one integration from intake to operations, with a return and a failed scenario.

With a mouse, with the keyboard alone, and where no script runs.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from milestones.models import Integration, User
from tests.amounts import IN_FULL
from tests.browser.person import Person, Typist
from tests.browser.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def to_operations(staff: Person, manager: Person, lead: Person) -> Walk:
    User.objects.create_user("ingrid@digipost.example", "Ingrid Onboarding", is_staff=True)
    walk = Walk(staff, manager, lead)
    walk.intake()
    walk.milestone_1()
    walk.milestone_2_with_a_return()
    walk.milestone_3_with_a_failed_scenario()
    walk.milestone_4()
    walk.milestone_5()
    walk.operations()
    assert Integration.objects.get().phase == "operations"
    return walk


def test_three_people_take_an_integration_from_intake_to_operations(browser: Browser, site: str) -> None:
    people = [Person(browser, site) for _ in range(3)]
    walk = to_operations(*people)
    for person in people if IN_FULL else []:  # every kind of page is looked at in test_every_page.py
        walk.everything_is_fit_to_be_seen_by(person)


@pytest.mark.turn(0, of=3)
def test_with_the_keyboard_alone(browser: Browser, site: str) -> None:
    people = [Typist(browser, site) for _ in range(3)]
    for person in people:
        person.checks = False  # the walk above has checked these pages
    to_operations(*people)


@pytest.mark.turn(1, of=3)
def test_where_no_script_runs(browser: Browser, site: str) -> None:
    to_operations(*(Person(browser, site, scripts=False) for _ in range(3)))
