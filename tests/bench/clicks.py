"""`make bench-clicks`: how often three people click to take an integration from intake to operations. Printed.

The facts are those of `tests/browser/walk.py`, without its mistakes, its return and its failed scenario. Each click,
each choice of a radio button, checkbox or file, each button and each link counts as one, a link in a mail too; what is
typed does not. Nobody types an address, but for the sign-in page. Everybody takes the shortest way that their page
shows: where an action leads, or the link of a mail that came at once, or else a task of *My work*. Their windows stay
open: whoever comes back to one sees how things stand, without a click (`static/fresh.js`).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, Page, expect

from milestones import workflow
from milestones.models import Integration, Milestone, User
from milestones.process import MilestoneState
from tests.browser.conftest import browser, site  # noqa: F401  # fixtures
from tests.browser.person import COME_BACK, last_mail_to
from tests.browser.walk import PDF
from tests.cast import build_cast
from tests.entry.conftest import code_in, link_in

SECONDS = 30
pytestmark = pytest.mark.django_db(transaction=True)


class Clicks:
    """How many, by chapter; with LIST=1, each is printed."""

    def __init__(self) -> None:
        self.chapter = ""
        self.of: Counter[str] = Counter()

    def add(self, who: str, what: str) -> None:
        self.of[self.chapter] += 1
        if os.environ.get("LIST"):
            print(f"{self.chapter:<12} {who.partition('@')[0]:<8} {what}")

    def report(self) -> str:
        lines = [f"{chapter:<20}{count:>5}" for chapter, count in self.of.items()]
        return "\n".join([*lines, f"{'In all':<20}{sum(self.of.values()):>5}"])


class Hand:
    """Somebody's browser, and what they click in it."""

    at_work: Hand | None = None
    """Whose turn it is."""

    def __init__(self, chromium: Browser, address: str, email: str, clicks: Clicks) -> None:
        self.address, self.email, self.clicks = address, email, clicks
        self.page: Page = chromium.new_context(locale="en-GB", reduced_motion="reduce").new_page()
        self.page.set_default_timeout(SECONDS * 1000)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def sign_in(self) -> None:
        Hand.at_work = self
        self.page.goto(f"{self.address}/sign-in/")
        self._speak_english()
        self.type("E-mail address", self.email)
        self.press("Send me a code")
        self.type("Code", code_in(last_mail_to(self.email)))
        self.press("Sign in")
        self._speak_english()

    def accept_invitation(self) -> None:
        Hand.at_work = self
        self.count("the link in the mail")
        self.page.goto(self.address + link_in(last_mail_to(self.email)))
        self._speak_english()
        self.press("Accept the invitation")
        self._speak_english()

    def _speak_english(self) -> None:
        """Not counted: the product speaks Norwegian to Norwegians."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="English").click()

    def come_back(self) -> None:
        """To one's own window, after others have been at work."""
        if Hand.at_work not in (None, self):
            self.page.evaluate(COME_BACK)
        Hand.at_work = self

    def to(self, path: str) -> None:
        """Be on a page of the integration: led there already, or by a link of this page, of a mail, of *My work*."""
        self.come_back()
        home = f"/i/{Integration.objects.get().reference}/"
        self._reach(re.compile(f"^{home}{path}(#.*)?$"))

    def review(self, number: int) -> None:
        """Be where the submission is reviewed: in the queue, or on the milestone's own page, which shows the same."""
        self.come_back()
        of_its_own = f"/i/{Integration.objects.get().reference}/milestones/{number}/"
        if self.page.url.removeprefix(self.address).partition("#")[0] == of_its_own:
            return
        self._reach(re.compile(f"^/approvals/{Integration.objects.get().reference}/{number}/"))

    def do(self, button: str, path: str) -> None:
        """Press it where one is, if it is there too, or else on the page that is for it."""
        self.come_back()
        if not self._button(button).count():
            self.to(path)
        self.press(button)

    def from_home(self, path: str) -> None:
        """Open a page that nobody is asked to open, by way of the integration's own page."""
        self.to("")
        self.to(path)

    def _reach(self, wanted: re.Pattern[str]) -> None:
        if wanted.match(self.page.url.removeprefix(self.address)) or self._follow(wanted) or self._open_mail(wanted):
            return
        self.nav("My work")
        assert self._follow(wanted), wanted.pattern

    def nav(self, name: str) -> None:
        """By the main menu."""
        self.come_back()
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def _follow(self, wanted: re.Pattern[str]) -> bool:
        for link in self.main.locator("a:visible").all():
            if wanted.match(link.get_attribute("href") or ""):
                self.click(link)
                return True
        return False

    def _open_mail(self, wanted: re.Pattern[str]) -> bool:
        """The latest mail, if it leads there."""
        paths = re.findall(r"https?://[^/\s]+(/\S*)", last_mail_to(self.email))
        for path in filter(wanted.match, paths):
            self.count("the link in the mail")
            self.page.goto(self.address + path)
            return True
        return False

    def count(self, what: str) -> None:
        self.clicks.add(self.email, what)

    def click(self, locator: Locator) -> None:
        self.count(" ".join(locator.inner_text().split()))
        before = self.page.url
        locator.click()
        expect(self.page).not_to_have_url(before, timeout=SECONDS * 1000)
        self.page.wait_for_load_state()

    def press(self, name: str) -> None:
        self.count(name)
        with self.page.expect_navigation():
            self._button(name).first.click()
        assert not self.main.locator("[aria-invalid=true]").count(), self.main.inner_text()

    def _button(self, name: str) -> Locator:
        return self.main.get_by_role("button", name=name, exact=True)

    def type(self, label: str, value: str) -> None:
        self._field(label).fill(value)

    def choose(self, *labels: str) -> None:
        for label in labels:
            if not self._field(label).is_checked():
                self.count(label)
                self._field(label).check()

    def attach(self, label: str, name: str, content: bytes) -> None:
        self.count(name)
        self._field(label).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def _field(self, label: str) -> Locator:
        return self.main.get_by_label(re.compile("^" + re.escape(label))).locator("visible=true").first


class Story:
    """Kari is project manager, contract manager and business owner; Terje builds; Ingrid is at Digipost."""

    def __init__(self, chromium: Browser, address: str, clicks: Clicks) -> None:
        self.clicks = clicks
        self.staff = Hand(chromium, address, "ingrid@digipost.example", clicks)
        self.manager = Hand(chromium, address, "kari@fjordvik.example", clicks)
        self.lead = Hand(chromium, address, "terje@fjordvik.example", clicks)

    def tell(self) -> None:
        for chapter in ("Intake", "Milestone 1", "Milestone 2", "Milestone 3", "Milestone 4", "Milestone 5"):
            self.clicks.chapter = chapter
            getattr(self, chapter.lower().replace(" ", "_"))()
        self.clicks.chapter = "Operations"
        self.operations()

    def intake(self) -> None:
        staff = self.staff
        staff.sign_in()
        staff.click(staff.main.locator("a[href='/integrations/new/']"))
        staff.choose("Directly", "A sender")
        staff.type("Organisation number", "984 661 185")
        staff.type("The organisation's name", "Fjordvik kommune")
        staff.type("What shall we call the integration?", "Saksbehandlingsbrev")
        staff.type("The project manager's name", "Kari Prosjekt")
        staff.type("The project manager's e-mail", "kari@fjordvik.example")
        staff.press("Create the integration")
        self.manager.accept_invitation()

    def milestone_1(self) -> None:
        manager = self.manager
        manager.to("people/")
        manager.type("Name", "Terje Teknisk")
        manager.type("E-mail address", "terje@fjordvik.example")
        manager.choose("Technical lead")
        manager.press("Invite")
        manager.click(manager.main.get_by_role("link", name="Kari Prosjekt"))
        manager.choose("Project manager", "Contract manager", "Business owner")
        manager.press("Save the roles")
        manager.to("agreement/")
        manager.type("Signed by", "Kari Prosjekt")
        manager.type("Signed on", "2026-01-15")
        manager.attach("The signed document", "avtale.pdf", PDF)
        manager.press("Record the agreement")
        manager.to("services/")
        manager.count("Print: do not use")
        printing = manager.main.locator("fieldset").filter(has_text="Print")
        printing.get_by_label("Do not use", exact=True).check()
        manager.choose("Each service that is not marked")
        for service in ("SMS notice", "E-mail notice", "Opening receipt"):
            manager.type(f"{service}: how or when?", "Til alle mottakere")
        manager.press("Save the decisions")
        self.lead.accept_invitation()
        self.staff.do("Verify the agreement", r"agreement/\d+/")
        self.staff.to("accounts/")
        self.staff.type("Test account id", "500123")
        self.staff.type("Production account id", "700456")
        self.staff.press("Save the account ids")
        self._submit_and_approve(1)

    def milestone_2(self) -> None:
        manager = self.manager
        self._check_off("2.1")
        self._check_off("2.3")
        manager.to("meetings/")
        manager.choose("Everybody who is listed")
        manager.attach("Minutes as a document", "referat.txt", b"Vi ble enige om planen.")
        manager.press("Record the meeting")
        manager.to("solution/")
        manager.type("How recipients are identified", "Fødselsnummer")
        manager.type("How documents are sent", "Kø og tjeneste")
        manager.choose("API and batch")
        manager.type("Internal systems that change", "Sak- og arkivsystemet")
        manager.choose("Letter", "Invoice")
        manager.press("Save the description")
        manager.to("plan/")
        manager.press("Propose these dates")
        self.staff.do("Agree to these dates", "plan/")
        self._submit_and_approve(2)

    def _check_off(self, code: str) -> None:
        self.lead.do("Check off", f"checklist/{code}/")

    def milestone_3(self) -> None:
        lead, staff = self.lead, self.staff
        lead.do("Add the basic scenarios", "scenarios/")
        self.staff.do("Agree to this set", "scenarios/")
        self._run_all()
        staff.do("Approve the tests", "verification/")
        staff.to("production/")
        staff.type("Environment and account details", "Produksjonsadressen står i dokumentasjonen.")
        staff.press("Open production sending")  # which says what follows, and asks
        staff.press("Open production sending")
        lead.do("We have the details", "production/")
        self._submit_and_approve(3)

    def _run_all(self) -> None:
        self.lead.come_back()
        self.lead.choose("Everything that is not marked")
        self.lead.press("Record the runs")

    def milestone_4(self) -> None:
        lead = self.lead
        lead.to("production-tests/")
        lead.choose("T07")
        lead.press("Save the scope")
        self.staff.do("Agree to this scope", "production-tests/")
        self._run_all()
        self._submit_and_approve(4)

    def milestone_5(self) -> None:
        manager, staff = self.manager, self.staff
        manager.from_home("follow-ups/")
        manager.type("What is to be followed up", "Reservasjoner håndteres i neste versjon")
        manager.type("If it can wait: who takes it on", "Terje Teknisk")
        manager.type("Date", "2031-01-01")
        manager.press("Add the item")
        staff.do("Accept the deferral", r"follow-ups/\d+/")
        manager.to("launch/")
        manager.press("Confirm the launch date")
        manager.type("Number of documents", "120")
        manager.press("Record the sending")
        manager.choose("Yes, approved by hand")
        manager.press("Save the decision")
        manager.press("Confirm that it works")
        staff.do("Confirm that it works", "launch/")
        self._submit_and_approve(5)

    def operations(self) -> None:
        lead, staff = self.lead, self.staff
        lead.to("operations/")
        lead.type("How the connection is watched", "Måling hvert minutt, varsel til vakt")
        lead.type("Who is told of deviations", "Driftsvakta")
        lead.press("Save")
        lead.choose("Terje Teknisk")
        lead.press("Save the readers")
        staff.nav("Notices")
        staff.choose("Downtime")
        staff.type("Subject", "Planlagt nedetid lørdag")
        staff.type("Text", "Tjenesten er nede mellom 02 og 04.")
        staff.press("Send the notice")
        lead.to(r"notices/\d+/")
        lead.press("I have read this")

    def _submit_and_approve(self, number: int) -> None:
        self.manager.do("Submit for approval", f"milestones/{number}/")
        self.staff.review(number)
        self.staff.press("Approve")


@pytest.fixture(autouse=True)
def in_office_hours() -> Iterator[None]:
    """When mails that tell of something at once are sent at once."""
    with time_machine.travel("2026-11-25T09:00:00+01:00"):
        yield


def test_clicks(browser: Browser, site: str) -> None:  # noqa: F811
    User.objects.create_user("ingrid@digipost.example", "Ingrid Onboarding", is_staff=True)
    clicks = Clicks()
    try:
        Story(browser, site, clicks).tell()
    finally:
        print(f"\n{clicks.report()}")
    assert Integration.objects.get().phase == "operations"


QUEUE, DECIDED = 126, 5


def test_a_queue(browser: Browser, site: str, settings: Any) -> None:  # noqa: F811
    """Five reviewed decisions out of a queue of 126, each with its evidence in sight."""
    settings.INVITATIONS_A_DAY = 10 * QUEUE
    cast = build_cast()
    for number in range(QUEUE):
        journey = cast.journey(f"Brev {number}")
        journey.milestone_1_facts()
        workflow.submit(journey.integration, 1, by=cast.manager)
    last_mail_to(cast.staff.email)  # what waited before the code
    clicks = Clicks()
    clicks.chapter = "Five of a queue"
    ingrid = Hand(browser, site, cast.staff.email, clicks)
    ingrid.sign_in()
    ingrid.nav("Approvals")
    ingrid.click(ingrid.main.locator("table a").first)
    for _decision in range(DECIDED):
        expect(ingrid.main.get_by_text("avtale.pdf").first).to_be_visible()
        ingrid.press("Approve")
    print(f"\n{clicks.report()}")
    assert Milestone.objects.filter(state=MilestoneState.APPROVED).count() == DECIDED
