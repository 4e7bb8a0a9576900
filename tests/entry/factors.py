"""An authenticator app, and a browser that has signed in with a password and may add one."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
import struct
import time

from django.test import Client, TestCase

from tests.cast import PASSWORD

MIDDLE_OF_A_STEP = datetime.datetime(2026, 11, 25, 9, 0, 15, tzinfo=datetime.UTC)


def totp(secret: str, ahead: int = 0) -> str:
    """RFC 6238, as an authenticator app reckons it whose clock is `ahead` by so many steps of 30 seconds."""
    step = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def by_password(email: str) -> Client:
    browser = Client()
    browser.post("/sign-in/", {"login": email, "password": PASSWORD})
    return browser


def add_app(browser: Client) -> str:
    """Set up an authenticator app, showing once more who it is; returns its secret."""
    page = browser.get("/me/security/app/", follow=True)
    if page.redirect_chain:
        page = browser.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    found = re.search(r"<code[^>]*>([A-Z2-7]{16,})</code>", page.content.decode())
    assert found, page.content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = browser.post("/me/security/app/", {"code": totp(found[1])})
    assert answer["Location"] == "/me/security/recovery-codes/"
    return found[1]


def recovery_codes(browser: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", browser.get("/me/security/recovery-codes/").content.decode())
