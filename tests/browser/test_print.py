"""On paper: Chromium prints four pages, and what is recorded stands on them, without what one presses."""

from __future__ import annotations

import pypdfium2
import pytest
from django.utils.translation import override
from playwright.sync_api import Browser

from milestones.models import User
from milestones.process import REQUIREMENTS, requirements_of
from tests.browser.person import give_session
from tests.cast import Cast, build_cast

pytestmark = pytest.mark.django_db(transaction=True)
PRESSED = ("Sign out", "Submit for approval", "Pause or close", "Norsk (bokmål)", "Administration", "Find")
"""What stands on the screen for whoever presses it, and not on paper."""
A4 = (595, 842)
"""Width and height, in points."""


@pytest.fixture
def cast() -> Cast:
    cast = build_cast()
    User.objects.update(language="en")
    return cast


def sheets_of(browser: Browser, site: str, user: User, address: str, **cookies: str) -> pypdfium2.PdfDocument:
    """The page as Chromium prints it, on the paper that it asks for."""
    context = browser.new_context()
    give_session(context, site, user, **cookies)
    page = context.new_page()
    page.goto(site + address)
    sheets = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    context.close()
    return sheets


def words_on(sheets: pypdfium2.PdfDocument) -> str:
    """Their text, with single spaces."""
    return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in sheets).split())


def test_an_integration_a_milestone_and_the_history(browser: Browser, site: str, cast: Cast) -> None:
    journey = cast.journey("Brev fra saksbehandling")
    journey.milestone_1_facts()
    home = f"/i/{journey.integration.reference}/"
    pages = {
        path: words_on(sheets_of(browser, site, cast.staff, home + path)) for path in ("", "milestones/1/", "history/")
    }
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


def test_a_status_report_is_a_few_sheets_of_a4(browser: Browser, site: str, cast: Cast) -> None:
    journey = cast.journey("Brev fra saksbehandling")
    journey.milestone_1()
    journey.milestone_2_facts()
    address = f"/i/{journey.integration.reference}/report/"
    sheets = sheets_of(browser, site, cast.manager, address)
    assert [tuple(round(side) for side in sheet.get_size()) for sheet in sheets] == [A4] * len(sheets)
    assert len(sheets) <= 4
    told = words_on(sheets)
    with override("en"):
        required = [
            f"{code} {requirement.title}" for code, requirement in REQUIREMENTS.items() if requirement.milestone
        ]
    assert [one for one in required if one not in told] == []
    for said in ("Status report: Brev fra saksbehandling", f"by {cast.manager.name}", "Milestones approved 1 of 5"):
        assert said in told
    for said in (f"1 Contract and accounts Approved: {cast.staff.name}", "What is open", "avtale.pdf", "Not met"):
        assert said in told
    pressed = (*PRESSED, "Sign in", "Print this page", "Digipost integrations", "Skip to")
    assert [one for one in pressed if one in told] == []


def test_a_status_report_is_dark_on_light_also_for_who_has_chosen_dark(
    browser: Browser, site: str, cast: Cast
) -> None:
    address = f"/i/{cast.journey().integration.reference}/report/"
    sheet = sheets_of(browser, site, cast.manager, address, appearance="dark")[0]
    darkest, lightest = sheet.render().to_pil().convert("L").getextrema()
    assert darkest < 80
    assert lightest == 255
