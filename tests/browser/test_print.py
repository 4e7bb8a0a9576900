"""On paper: Chromium prints three pages, and what is recorded stands on them, without what one presses."""

from __future__ import annotations

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from playwright.sync_api import Browser

from milestones.models import User
from milestones.process import requirements_of
from tests.cast import Cast, build_cast

pytestmark = pytest.mark.django_db(transaction=True)
PRESSED = ("Sign out", "Submit for approval", "Pause or close", "Norsk (bokmål)", "Administration", "Find")
"""What stands on the screen for whoever presses it, and not on paper."""


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    User.objects.update(language="en")
    return cast


def printed(browser: Browser, site: str, user: User, address: str) -> str:
    """The text of the page as a PDF, with single spaces."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    context = browser.new_context()
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page = context.new_page()
    page.goto(site + address)
    sheets = pypdfium2.PdfDocument(page.pdf())
    context.close()
    return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in sheets).split())


def test_an_integration_a_milestone_and_the_history(browser: Browser, site: str, cast: Cast) -> None:
    journey = cast.journey("Brev fra saksbehandling")
    journey.milestone_1_facts()
    home = f"/i/{journey.integration.reference}/"
    pages = {path: printed(browser, site, cast.staff, home + path) for path in ("", "milestones/1/", "history/")}
    for text in pages.values():
        assert [pressed for pressed in PRESSED if pressed in text] == []
    assert "Brev fra saksbehandling" in pages[""]
    with override("en"):
        required = [f"{requirement.code} {requirement.title}" for requirement in requirements_of(1)]
    for path in ("", "milestones/1/"):
        assert [one for one in required if one not in pages[path]] == []
    assert cast.manager.name in pages[""]
    assert "Kari Prosjekt" in pages["history/"]
    assert "verified the" in pages["history/"]
