"""What a form is answered with is what its page offers: to that person, and as things stand."""

from __future__ import annotations

import re

from django.db import transaction
from django.test import Client

from milestones import workflow
from tests.cast import Cast

FORM = re.compile(r'<form method="post"\s+action="([^"]+)"\s+class="stack"')
LINK = re.compile(r'href="(/i/[^"#?]+/)"')
FILES = ("/documents/", "/export/")
"""Parts of addresses at which there is no page."""


def offered(browser: Client, home: str) -> set[str]:
    """Where the forms of an integration's pages post to: of its own page, and of all that it leads to."""
    actions, asked, ahead = set(), set(), {home}
    while ahead:
        address = ahead.pop()
        asked.add(address)
        page = browser.get(address).content.decode()
        actions |= set(FORM.findall(page))
        links = {one for one in LINK.findall(page) if one.startswith(home)}
        ahead |= {one for one in links if not any(part in one for part in FILES)} - asked
    return actions


def test_no_form_is_shown_with_its_errors_that_its_page_does_not_offer(cast: Cast) -> None:
    """An empty form is refused on its page (422), or done where nothing is required; where it is offered no more, its
    sender may not (403), or their page is old (409)."""
    journey = cast.journey()
    home = f"/i/{journey.integration.reference}/"
    browsers = [cast.client(one) for one in (cast.staff, cast.lead)]
    journey.milestone_1()
    journey.milestone_2()
    before = set.union(*(offered(browser, home) for browser in browsers))
    journey.milestone_3()
    for browser in browsers:
        now, answers = offered(browser, home), {}
        for action in now | before:
            with transaction.atomic():
                answers[action] = browser.post(action, {})
                transaction.set_rollback(True)
        shown = {action for action, answer in answers.items() if action in FORM.findall(answer.content.decode())}
        assert shown == {action for action, answer in answers.items() if answer.status_code == 422}
        assert shown <= now
        assert {answers[action].status_code for action in before - now} <= {403, 409}
        assert len(shown) > 5


def test_a_form_that_its_page_no_longer_offers_is_answered_as_old(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    home, staff = f"/i/{journey.integration.reference}/", cast.client(cast.staff)
    assert f"{home}pause/" in offered(staff, home)
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Ferie")
    assert f"{home}pause/" not in offered(staff, home)
    assert staff.post(f"{home}pause/", {"reason": ""}).status_code == 409
    assert staff.post(f"{home}close/", {"reason": ""}).status_code == 422
