"""`make pictures`: the pictures of the README and of the guide, of the demo's story, as Chromium shows it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ViewportSize

from milestones import demo
from milestones.models import Integration, Milestone, User
from milestones.process import Phase
from tests.browser.conftest import browser  # noqa: F401  # a fixture
from tests.browser.person import give_session

pytestmark = pytest.mark.django_db(transaction=True)
WINDOW = ViewportSize(width=1280, height=800)
DOCS, GUIDE = Path(settings.BASE_DIR, "docs"), Path(settings.BASE_DIR, "static", "guide")


class Picture(NamedTuple):
    path: Path
    language: str
    who: str
    address: str


def pictures() -> list[Picture]:
    """The README's four, in English, and the guide's three, in each language."""
    staff, manager, lead = "onboarding@digipost.example", "prosjekt@fjordvik.example", "teknisk@fjordvik.example"
    waiting = Milestone.objects.awaiting_approval().filter(number=2).order_by("submitted_at").first()
    theirs = Integration.objects.filter(members__user__email=manager)
    begun = theirs.filter(phase=Phase.MILESTONE_1).first()
    assert waiting
    assert begun
    review = f"/approvals/{waiting.integration.reference}/{waiting.number}/"
    of_guide = (("manager", manager, f"/i/{begun.reference}/"), ("lead", lead, "/"), ("staff", staff, review))
    return [
        Picture(DOCS / "portfolio.png", "en", staff, "/integrations/"),
        Picture(DOCS / "timeline.png", "en", staff, "/integrations/?as=timeline"),
        Picture(DOCS / "integration.png", "en", manager, f"/i/{begun.reference}/"),
        Picture(DOCS / "review.png", "en", staff, review),
        *(
            Picture(GUIDE / language / f"{name}.png", language, who, address)
            for language, _name in settings.LANGUAGES
            for name, who, address in of_guide
        ),
    ]


def test_pictures(browser: Browser, live_server: object) -> None:  # noqa: F811
    assert demo.begin()
    for plot in demo.untold():
        demo.tell(plot)
    for picture in pictures():
        User.objects.filter(email=picture.who).update(language=picture.language)
        url = str(live_server.url)  # type: ignore[attr-defined]
        context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", color_scheme="light")
        give_session(context, url, User.objects.get(email=picture.who))
        page = context.new_page()
        page.goto(url + picture.address)
        picture.path.parent.mkdir(exist_ok=True)
        page.screenshot(path=picture.path)
        context.close()
        print(picture.path.relative_to(settings.BASE_DIR))
