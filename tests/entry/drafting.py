"""A form that is sent after the session has ended, and the page that it leads to."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils.translation import gettext, override

from milestones.models import User
from tests.cast import PASSWORD

LONG = "Vi gikk gjennom løsningen. " * 150
KEPT = "You were signed out before this was sent. Sign in: what you had typed is kept, and not sent yet."
MINUTES = {"kind": "kickoff", "held_on": "2026-01-02", "sender_people": "Kari", "minutes": LONG}


def says(answer: Any, text: str) -> bool:
    with override("nb"):
        return gettext(text) in answer.content.decode()


def browser_of(user: User, **how: Any) -> Client:
    browser = Client(**how)
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


def key_of(browser: Client, page: str, slot_first: str = "") -> str:
    """The key of the first form on a page whose text begins after `slot_first`."""
    text = browser.get(page).content.decode()
    found = re.search(r'name="form_key" value="([^"]+)"', text[text.index(slot_first) :])
    assert found
    return found[1]


def sign_in(browser: Client, user: User, address: str) -> Any:
    """With the password, from the page that the browser was sent to; the page it leads to."""
    sent = {"login": user.email, "password": PASSWORD, "next": address.partition("?next=")[2]}
    return browser.post("/sign-in/", sent, follow=True)


def epoch(browser: Client, user: User) -> None:
    User.objects.end_sessions(user.pk)
