"""What the tests of who may do what share: asking for a page, posting and undoing it, the addresses there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from milestones.demo import a_pdf
from milestones.process import Role
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, ACROSS_POST_ONLY, CERTIFICATE, MY_SECURITY, PDF, POSTS, REPORT, dated
from tests.cast import Cast
from tests.confirming import post_and_confirm
from tests.evidence.certifying import a_certificate, pem

ROLE_OF = {
    "M": Role.PROJECT_MANAGER,
    "L": Role.TECHNICAL_LEAD,
    "C": Role.CONTRACT_MANAGER,
    "B": Role.BUSINESS_OWNER,
    "O": Role.OBSERVER,
    "S": Role.ONBOARDING,
}
NOWHERE = "ZZZZ-999"
"""A well-formed reference that no integration has."""


def get(client: Client, address: str) -> HttpResponse:
    return not_to_be_stored(client, client.get(address))


def not_to_be_stored(client: Client, answer: Any) -> HttpResponse:
    """Whatever is answered to whoever has a session: see middleware/traces.py."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        assert answer.headers["Cache-Control"] == "private, no-store", answer.request["PATH_INFO"]
    return answer


def page(cast: Cast, place: Place, name: str, who: str) -> HttpResponse:
    """What `who` gets at one of the place's addresses; asked for once, as reading changes nothing."""
    if (name, who) not in place.read:
        place.read[name, who] = get(cast.client(getattr(cast, who)), place.address(name))
    return place.read[name, who]


@cache
def _the_certificate() -> bytes:
    """The same whenever it is sent again."""
    return pem(a_certificate())


def _a_report() -> bytes:
    return b'<testsuites><testsuite name="s"><testcase name="t01"/></testsuite></testsuites>'


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """What the tables hold, with its files."""
    files: dict[str, tuple[str, Callable[[], bytes]]] = {
        PDF: ("a.pdf", a_pdf), CERTIFICATE: ("a.pem", _the_certificate), REPORT: ("a.xml", _a_report),
    }  # fmt: skip
    return {
        name: SimpleUploadedFile(files[value][0], files[value][1]()) if value in (PDF, CERTIFICATE, REPORT) else value
        for name, value in dated(data).items()
    }


def post(client: Client, address: str, data: dict[str, Any]) -> HttpResponse:
    """Post, confirm where that is asked, and undo, so that cases do not depend on each other."""
    with transaction.atomic():
        answer = post_and_confirm(client, address, filled(data))
        transaction.set_rollback(True)
    return not_to_be_stored(client, answer)


def names_of(patterns: list[Any]) -> Iterator[str]:
    """The names of all addresses, but the admin's own."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, pattern
            yield pattern.name


def across_addresses() -> list[str]:
    return [reverse(name, args=["T01"] if name == "catalogue_entry" else []) for name in ACROSS]


def entry_address(name: str) -> str:
    """An address about coming in, or about oneself."""
    needs: dict[str, list[Any]] = {"invitation": ["a" * 64], "one_question": ["a" * 64], "disconnect": [1]}
    needs |= {key: ["nobody"] for key in ("openid_connect_login", "openid_connect_callback")}
    needs |= {key: [1] for key in ("mfa_edit_webauthn", "mfa_remove_webauthn")}
    return reverse(name, args=needs.get(name, []))


class Outline(HTMLParser):
    """Title, h1s, ids and what a strict policy on scripts and styles would block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.blocked: list[str] = []
        self.nonces: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for value in [given.get("id")] if value]
        self.blocked += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "script" and given.get("type") != "application/json":  # data is not run
            self.blocked += [] if given.get("src") else ["script"]
            self.nonces.append(given.get("nonce") or "")
        self.blocked += ["style element"] if tag == "style" else []
        if tag == "title":
            self.titles.append("")
        if tag == "h1":
            self.headings.append("")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.titles[-1] += data
        if "h1" in self._open:
            self.headings[-1] += data


def check_outline(address: str, answer: HttpResponse) -> None:
    outline = Outline(answer.content.decode())
    (heading,) = [" ".join(heading.split()) for heading in outline.headings]
    (title,) = [" ".join(title.split()) for title in outline.titles]
    assert title.startswith(heading), (address, title, heading)
    assert sorted(outline.ids) == sorted(set(outline.ids)), address
    assert outline.blocked == [], address
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    allowed = {one for one in policy.split("; ") if one.startswith("script-src ")}
    assert {f"script-src 'nonce-{nonce}'" for nonce in outline.nonces} == allowed, (address, policy)


def addresses_of_forms(place: Place) -> list[str]:
    addresses = [place.address(name) for name in POSTS]
    addresses += [
        reverse(name, args=["T01"] if name.endswith("entry") else []) for name in (*ACROSS, *ACROSS_POST_ONLY)
    ]
    return addresses + [entry_address(name) for name in MY_SECURITY]


def token_of(client: Client, address: str = "/sign-in/") -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]
