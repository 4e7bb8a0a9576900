"""Somebody at a browser. Every page they see must pass axe (WCAG 2.2 A and AA) and fit a phone's width."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from milestones.mails import sending
from milestones.models import User
from tests.amounts import IN_FULL
from tests.entry.conftest import code_in, link_in
from tests.processes import PATIENCE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
RULES = f"{{runOnly: {TAGS}, rules: {{'target-size': {{enabled: true}}}}, resultTypes: ['violations']}}"
"""Also that what is pressed is 24 px wide and high, or has as much room around it (WCAG 2.2, 2.5.8)."""
COME_BACK = """() => new Promise((done) => {
  if (!document.querySelector("script[src*=fresh]")) return done();
  document.addEventListener("fresh", done, { once: true });
  for (const kind of ["blur", "focus"]) window.dispatchEvent(new Event(kind));
})"""
"""Leave the window and come back to it, as a browser tells of it; until static/fresh.js is done, if it is there."""

VIOLATIONS = f"""async () => {{
  const bars = [...document.querySelectorAll('.decision')];
  bars.forEach(one => {{ one.style.position = 'static'; }});
  const {{violations}} = await axe.run(document, {RULES});
  bars.forEach(one => {{ one.style.position = ''; }});
  return violations;
}}"""
"""What axe finds wrong; what the bar at the lower edge covers comes into reach by scrolling, which axe does not do."""
KINDS_OF_ELEMENTS = """() => {
  const told = /^(class|role|type|lang|data-|aria-)/, numbers = /[0-9]+/g;
  const said = ({name, value}) => name + (told.test(name) ? '=' + value.replace(numbers, 'N') : '');
  const made = one => one.tagName + [...one.attributes].map(said).sort() + !one.textContent.trim();
  const all = [...document.querySelectorAll('body, body *')];
  return [...new Set(all.map(one => made(one.parentElement) + ' > ' + made(one)))].sort().join();
}"""
"""How a page is made: which elements, in what, with which attributes, and what those that axe asks for say."""
TABLES_CUT_OFF = (
    "[...document.querySelectorAll('.table-wrap')].map(t => t.scrollWidth - t.clientWidth).filter(Boolean)"
)
SEEN_BY_AXE: set[tuple[int, str, str]] = set()
"""How pages were made that it has seen in this process, by the window's width and the path without ids."""
PHONE, DESK = ViewportSize(width=360, height=800), ViewportSize(width=1280, height=900)


def give_session(context: BrowserContext, site: str, user: User, **cookies: str) -> None:
    """Sign `user` in without a page, where signing in is not what is tried; `cookies` are given beside."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])


class Person:
    """Drives one browser context."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        viewport: ViewportSize = DESK,
        *,
        scripts: bool = True,
    ) -> None:
        """Without `scripts` none of the page's run, and nothing is checked but that it answers."""
        self.address = address
        self.viewport = viewport
        self.checks = scripts
        # A part that unfolds grows for 0.4 s, and a click into it meanwhile was lost once in 60 under load.
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", java_script_enabled=scripts)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.status = 0
        self.page.on("response", self._note_status)

    def _note_status(self, response: Any) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.status = response.status

    def sign_in(self, email: str) -> None:
        """With a code by e-mail, in English from the beginning."""
        self.sign_in_halfway(email)
        self.speak_english()

    def come_in(self, user: User) -> None:
        """Signed in from the beginning, in English, and on no page yet."""
        User.objects.filter(pk=user.pk).update(language="en")
        give_session(self.page.context, self.address, user, **{settings.LANGUAGE_COOKIE_NAME: "en"})

    def sign_in_halfway(self, email: str) -> None:
        """As far as a code by e-mail leads."""
        self.go("/sign-in/")
        self.speak_english()
        self.fill("E-mail address", email)
        self.press("Send me a code")
        self.enter_code(email)

    def enter_code(self, email: str) -> None:
        self.fill("Code", code_in(last_mail_to(email)))
        self.press("Sign in")

    def accept_invitation(self, email: str) -> None:
        """Open the link that was mailed, and come in."""
        self.go(link_in(last_mail_to(email)))
        self.speak_english()
        self.press("Accept the invitation")
        self.speak_english()

    def speak_english(self) -> None:
        with self.page.expect_navigation():
            self._activate(self.page.get_by_role("button", name="English"))
        self.check()

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.check()

    def fill(self, label: str, value: str) -> None:
        self._field(label).fill(value)

    def value_of(self, label: str) -> str:
        return self._field(label).input_value()

    def choose(self, *labels: str) -> None:
        """Tick radio buttons and checkboxes by their labels."""
        for label in labels:
            self.tick(self._field(label))

    def tick(self, box: Locator) -> None:
        box.check()

    def select(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def follow(self, link: Locator) -> None:
        with self.page.expect_navigation():
            self._activate(link)
        self.check()

    def attach(self, label: str, name: str, content: bytes) -> None:
        self._field(label).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def press(self, name: str, *, within: Locator | None = None, status: int = 200) -> None:
        """Press a button and wait for the page that answers."""
        with self.page.expect_navigation():
            self._activate((within or self.page.locator("main")).get_by_role("button", name=name, exact=True).first)
        assert self.status == status, f"{name}: {self.status} on {self.page.url}\n{self.text()[:2000]}"
        self.check()

    def open(self, summary: str) -> None:
        """Unfold a part of the page."""
        self._activate(self.page.locator("main summary", has_text=summary))

    def _activate(self, what: Locator) -> None:
        """Press a button, follow a link, unfold a part."""
        what.click()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def use_virtual_authenticator(self) -> None:
        """A passkey's device that always says yes: Chromium's own."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def _field(self, label: str) -> Locator:
        return self.page.locator("main").get_by_label(re.compile("^" + re.escape(label))).locator("visible=true").first

    def check(self) -> None:
        """The width of every page, with its words; axe for each way in which a page is made, or all if IN_FULL."""
        if not self.checks:
            return
        self._check_width()
        path = re.sub(r"\d+", "N", re.sub(r"/i/[A-Z]{4}-\d+", "/i", self.page.url.removeprefix(self.address)))
        made = (self.viewport["width"], path, self.page.evaluate(KINDS_OF_ELEMENTS))
        if made not in SEEN_BY_AXE or IN_FULL:
            SEEN_BY_AXE.add(made)
            self._check_by_axe()

    def _check_width(self) -> None:
        self.page.set_viewport_size(PHONE)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(DESK)
        cut = self.page.evaluate(TABLES_CUT_OFF)
        assert not cut, f"{self.page.url}: a table is wider than its frame by {cut} px at {DESK['width']} px"
        self.page.set_viewport_size(self.viewport)
        assert width <= PHONE["width"], f"{self.page.url} is {width} px wide on a phone"

    def _check_by_axe(self) -> None:
        self.page.evaluate(AXE)
        found = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in self.page.evaluate(VIOLATIONS)]
        assert not found, f"{self.page.url}: {found}"


class Typist(Person):
    """Does all with the keyboard alone, but choosing a file, which is the system's own window."""

    MOST_STEPS = 250

    def fill(self, label: str, value: str) -> None:
        field = self._field(label)
        self._go_to(field)
        if field.get_attribute("type") == "date":  # by its parts, as an American browser has them
            year, month, day = value.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(value)

    def tick(self, box: Locator) -> None:
        if box.is_checked():
            return
        if box.get_attribute("type") == "radio":
            self._go_to_radio(box)
        else:
            self._go_to(box)
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def select(self, label: str, option: str) -> None:
        self._go_to(self._field(label))
        self.page.keyboard.type(option)

    def _activate(self, what: Locator) -> None:
        self._go_to(what)
        self.page.keyboard.press("Enter")

    def _go_to_radio(self, radio: Locator) -> None:
        """Into its group, which is one stop, and on by the arrows; who gets to an unmarked one marks it with Space."""
        group = self.page.locator(f"main input[type=radio][name='{radio.get_attribute('name')}']")
        self._step("Tab", lambda: any(self._has_focus(one) for one in group.all()))
        self.page.keyboard.press("Space")
        self._step("ArrowDown", lambda: self._has_focus(radio))

    def _go_to(self, what: Locator) -> None:
        self._step("Tab", lambda: self._has_focus(what))

    def _step(self, key: str, arrived: Callable[[], bool]) -> None:
        for _step in range(self.MOST_STEPS):
            if arrived():
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{self.page.url}: not reached with {key}")

    def _has_focus(self, what: Locator) -> bool:
        return bool(what.evaluate("one => one === document.activeElement"))


def sign_out(page: Page) -> None:
    """By the menu of one's account."""
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Sign out").click()


def last_mail_to(email: str) -> str:
    """Sends what waits; the text of the last mail to `email`."""
    while sending.send_batch():
        pass
    return str([letter for letter in mail.outbox if letter.to == [email]][-1].body)
