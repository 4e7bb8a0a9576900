"""A real OpenID Connect provider, in a process of its own, and two of the app's configured on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.entry.oidc.asking import SENDERS, US, WORK, configure
from tests.processes import free_port, running


@pytest.fixture(scope="package")
def provider() -> Iterator[str]:
    """The address of a provider, in a process of its own; see provider.py."""
    port = free_port()
    callbacks = [f"{US}/sign-in/with/{name}/answer/" for name in (WORK, SENDERS)]
    with running([sys.executable, "-m", "tests.entry.oidc.provider", str(port), *callbacks], port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(autouse=True)
def _configured(settings: Any, provider: str) -> None:
    """Two providers at once: work accounts for staff, whose addresses are trusted, and another for senders."""
    configure(
        settings,
        {"id": WORK, "name": "Digipost", "issuer": provider, "staff": True, "trusts_email": True},
        {"id": SENDERS, "name": "Innlogging", "issuer": provider},
    )
