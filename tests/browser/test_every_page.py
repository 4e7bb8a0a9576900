"""Every page as each of the three people, in three languages, light and dark, on a desk and on a phone.

No axe violation (WCAG 2.2 A and AA), nothing wider than the window, one heading that the title begins with, no error
in the console, no request to another host. In full by `make test-long`; otherwise each page in one look, another one
each day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import NamedTuple

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize

from milestones import workflow
from milestones.clock import today
from milestones.mails.question_links import Question, question_address
from milestones.models import Import, RowState, User
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, FILES, PEOPLE, READABLE
from tests.amounts import IN_FULL
from tests.browser.person import AXE, DESK, KINDS_OF_ELEMENTS, PHONE, VIOLATIONS, give_session
from tests.cast import Cast, build_cast
from tests.importing import WHO, confirmed, done_up_to, proposed, uploaded

pytestmark = pytest.mark.django_db(transaction=True)
OPEN_TO_ALL = ("privacy", "guide", "accessibility")


class Look(NamedTuple):
    """How pages are looked at."""

    language: str
    scheme: str
    window: ViewportSize


LOOKS = [Look(*look) for look in product(("nb", "nn", "en"), ("light", "dark"), (DESK, PHONE))]


def looks_at(page: int) -> list[Look]:
    """Those of a page by its number: all of them in full, else one, another one each day."""
    return LOOKS if IN_FULL else [LOOKS[(page + today().toordinal()) % len(LOOKS)]]


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(cast.journey())


def addresses(place: Place, who: str) -> list[str]:
    """Every page that this person may open."""
    [letter] = [letter for letter, name in PEOPLE.items() if name == who]
    across = [name for name, (letters, _data) in ACROSS.items() if letter in letters]
    found = [place.address(name) for name in sorted(READABLE - FILES)]
    found += [reverse(name, args=["T01"] if name == "catalogue_entry" else []) for name in across]
    return [*found, *map(reverse, OPEN_TO_ALL), reverse("mfa_index")]


def _imports(cast: Cast) -> list[str]:
    """One with errors, one that waits for this person, and one that is under way."""
    draft, waiting = uploaded(cast, WHO, WHO | {"name": "Brev", "number": "1"}), proposed(cast, WHO | done_up_to(3))
    Import.objects.filter(pk=waiting.pk).update(uploaded_by=cast.other_staff)
    under_way = confirmed(cast, WHO | {"name": "Lønn"})
    under_way.rows.update(state=RowState.FAILED, told="BOFA-482 er avsluttet.")
    return [reverse("import", args=[one.pk]) for one in (draft, waiting, under_way)]


class Eyes:
    """A browser context with one look; what it complains of is collected by page."""

    def __init__(self, page: Page, site: str, look: Look, seen: set[tuple[str, str]]) -> None:
        self.page, self.site, self.look, self.seen = page, site, look, seen
        self.wrong: list[str] = []
        page.on("console", lambda message: self._complain(message.text) if message.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else self._complain(asked.url))

    def _complain(self, what: object) -> None:
        self.wrong.append(f"{self.page.url} {self.look.language} {self.look.scheme}: {what}")

    def look_at(self, address: str) -> None:
        answer = self.page.goto(self.site + address)
        if answer is None or answer.status != 200:
            self._complain(answer and answer.status)
        headings = self.page.locator("h1").all_inner_texts()
        if len(headings) != 1 or not self.page.title().startswith(headings[0]):
            self._complain(f"{headings} on a page called {self.page.title()}")
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.look.window["width"]:
            self._complain(f"{width} px wide")
        self._ask_axe()

    def _ask_axe(self) -> None:
        """Once for each way in which a page is made, light and dark; for all of them in full."""
        made = (self.look.scheme, self.page.evaluate(KINDS_OF_ELEMENTS))
        if made in self.seen and not IN_FULL:
            return
        self.seen.add(made)
        self.page.evaluate(AXE)
        for one in self.page.evaluate(VIOLATIONS):
            self._complain((one["id"], [node["html"] for node in one["nodes"]][:3]))


@contextmanager
def eyes_of(browser: Browser, site: str, user: User | None, look: Look, seen: set[tuple[str, str]]) -> Iterator[Eyes]:
    context = browser.new_context(viewport=look.window, color_scheme=look.scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": look.language, "url": site}])
    if user:
        User.objects.filter(pk=user.pk).update(language=look.language)
        give_session(context, site, user)
    yield Eyes(context.new_page(), site, look, seen)
    context.close()


@pytest.mark.parametrize("who", ["staff", "manager", "lead"])
def test_every_page(browser: Browser, site: str, cast: Cast, place: Place, who: str) -> None:
    pages, wrong, seen = addresses(place, who), [], set[tuple[str, str]]()
    pages += _imports(cast) if who == "staff" else []
    for look in LOOKS:
        with eyes_of(browser, site, getattr(cast, who), look, seen) as eyes:
            for number, address in enumerate(pages):
                if look in looks_at(number):
                    eyes.look_at(address)
            wrong += eyes.wrong
    assert wrong == []
    assert len(pages) > 30


def _questions(cast: Cast, site: str) -> list[str]:
    """Those that a mail asks, about a date and about a notice."""
    journey = cast.journey()
    journey.roles()
    integration, member = journey.integration, journey.integration.members.get(user=cast.lead)
    workflow.name_readers(integration, by=cast.manager, member_ids=[member.pk], shared_mailbox="")
    workflow.send_notice([integration], by=cast.staff, kind="job", title="Vindu", body="Nede natt til lørdag.")
    target = str(integration.milestones.get(number=1).target_on)
    asked = (
        question_address(cast.lead, Question.READ, member.notice_receipts.get().pk),
        question_address(cast.manager, Question.TRACK, integration.pk, 1, target),
    )
    return [f"/answer/{address.partition('/answer/')[2]}" for address in asked]


def test_who_is_not_signed_in(browser: Browser, site: str, cast: Cast) -> None:
    wrong, seen, questions = [], set[tuple[str, str]](), _questions(cast, site)
    for look in LOOKS:
        with eyes_of(browser, site, None, look, seen) as eyes:
            for number, address in enumerate([*map(reverse, ("account_login", *OPEN_TO_ALL)), *questions]):
                if look in looks_at(number):
                    eyes.look_at(address)
            wrong += eyes.wrong
    assert wrong == []
