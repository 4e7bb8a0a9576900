"""Whoever asks through the proxy is counted by their own address, whatever they write in their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxy import servers
from tests.proxy.clients import Answer, ask
from tests.proxy.servers import granian, needs_nginx, nginx

pytestmark = [needs_nginx, pytest.mark.django_db(transaction=True)]

INVENTED = (
    *("X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For", "X_FORWARDED-FOR"),
    *("Forwarded", "X-Real-IP", "X_Real_IP", "Client-IP", "True_Client_IP"),
)
ALLOWED = 100
"""How often one address may ask for a passkey's challenge in a quarter of an hour: entry/limits.py."""


@pytest.fixture
def app_port(tmp_path: Path) -> Iterator[int]:
    with granian(tmp_path) as port:
        yield port


def answers(port: int, number: int) -> list[int]:
    """Statuses of so many attempts, each of which says by every header that it comes from somewhere else."""
    page = ask(port, "/sign-in/", Host="localhost")
    token = re.findall(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)[0].decode()
    cookie = page.headers["set-cookie"].partition(";")[0]
    form = {"csrfmiddlewaretoken": token, "credential": "{}"}

    def attempt(which: int) -> Answer:
        address = f"203.0.113.{which}"
        told = {name: f"for={address}" if name == "Forwarded" else address for name in INVENTED}
        return ask(port, "/sign-in/passkey/", "POST", form, Host="localhost", Cookie=cookie, **told)

    return [attempt(which).status for which in range(number)]


def test_no_header_makes_another_address(app_port: int, tmp_path: Path) -> None:
    with nginx(tmp_path, app_port) as port:
        statuses = answers(port, ALLOWED + 2)
    assert 429 not in statuses[:ALLOWED]
    assert statuses[ALLOWED:] == [429, 429]


def test_nor_does_it_where_a_proxy_lets_underscores_through(
    app_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = servers.CONFIGURATION.replace("underscores_in_headers off", "underscores_in_headers on")
    monkeypatch.setattr(servers, "CONFIGURATION", careless)
    with nginx(tmp_path, app_port) as port:
        assert answers(port, ALLOWED + 1)[ALLOWED:] == [429]


def test_nor_does_it_without_a_proxy(tmp_path: Path) -> None:
    with granian(tmp_path, TRUSTED_PROXIES="") as port:
        assert answers(port, ALLOWED + 1)[ALLOWED:] == [429]
