"""A page that is asked for oddly is shown, or is not there."""

from __future__ import annotations

import zlib

import pytest
from django.urls import reverse

from tests.addresses.table import ACROSS, READABLE
from tests.hostile.attacks import PIECES, QUERIES, twisted
from tests.hostile.posting import Scene

PAGES = [*sorted(READABLE | set(ACROSS)), "account_login", "privacy", "accessibility", "guide"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asked_for_oddly_is_shown_or_is_not_there(scene: Scene, name: str) -> None:
    client = scene.browser("staff" if name in READABLE | set(ACROSS) else "nobody")
    address = scene.place.address(name) if name in READABLE else reverse(name, args=CODE.get(name, []))
    for query in some(QUERIES, name, 3):
        assert client.get(f"{address}?{query}").status_code in (200, 400), query
    for piece in some(PIECES, name, 3):
        for at in (2, 4) if name in READABLE else (2,):
            assert client.get(twisted(address, (at, piece))).status_code in (200, 301, 302, 400, 404, 405), piece


CODE = {"catalogue_entry": ["T01"]}


def some(all_of_them: list[str], name: str, count: int) -> list[str]:
    """A few, others for each name."""
    start = zlib.crc32(name.encode()) % len(all_of_them)
    return [all_of_them[(start + number) % len(all_of_them)] for number in range(count)]
