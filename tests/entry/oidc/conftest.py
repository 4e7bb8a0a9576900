"""A real OpenID Connect provider, in a process of its own, and two of the app's configured on it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.entry.oidc.asking import SENDERS, US, WORK, configure


@pytest.fixture(scope="package")
def provider() -> Iterator[str]:
    """The address of a provider, in a process of its own; see provider.py."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    callbacks = [f"{US}/sign-in/with/{name}/answer/" for name in (WORK, SENDERS)]
    process = subprocess.Popen([sys.executable, "-m", "tests.entry.oidc.provider", str(port), *callbacks])
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=2).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the provider does not answer")


@pytest.fixture(autouse=True)
def _configured(settings: Any, provider: str) -> None:
    """Two providers at once: work accounts for staff, whose addresses are trusted, and another for senders."""
    configure(
        settings,
        {"id": WORK, "name": "Digipost", "issuer": provider, "staff": True, "trusts_email": True},
        {"id": SENDERS, "name": "Innlogging", "issuer": provider},
    )
