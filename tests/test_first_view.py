"""What a browser fetches for its first page: at most 100 kB, compressed, all included."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.cast import Cast

MOST = 100_000
"""Bytes."""
LINKED = re.compile(r'(?:<link [^>]*href|<script src)="/static/([^"]+)"')
FONT = re.compile(r'url\("?([^")]+\.woff2)"?\)')


def stored(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


def sent(name: str) -> int:
    """Bytes of a static file as whitenoise hands it to whoever takes brotli; a font is compressed already."""
    content = stored(name)
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))


def all_of(page: str) -> set[str]:
    """The static files that a page needs, by name, and the fonts that its styles name."""
    names = set(LINKED.findall(page))
    styles = "".join(stored(name).decode() for name in names if name.endswith(".css"))
    return names | {name.removeprefix("./") for name in FONT.findall(styles)}


@pytest.mark.parametrize("address", ["/sign-in/", "/"])
def test_the_first_view_is_light(cast: Cast, address: str) -> None:
    cast.journey().milestone_1_facts()
    browser = cast.client(cast.manager)
    if address == "/sign-in/":
        browser.logout()
    plain = browser.get(address).content.decode()
    html = len(browser.get(address, headers={"Accept-Encoding": "gzip"}).content)
    files = {name: sent(name) for name in all_of(plain)}
    assert any(name.endswith(".woff2") for name in files)
    assert len(files) >= 6
    assert html + sum(files.values()) <= MOST, (html, files)
