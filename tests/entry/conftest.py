"""What the tests of coming in share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from milestones.demo import Journey
from milestones.entry import limits
from milestones.mails import sending
from tests.made_once import made_once

Mailed = Callable[[], str]


@pytest.fixture(autouse=True)
def _counted_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """By a counter of this worker's own: they share Redis."""
    own = limits.limiter_on(settings.REDIS_URL, prefix=f"TESTS-{os.getpid()}")
    monkeypatch.setattr(limits, "_limiter", lambda: own)
    own.storage.reset()
    yield
    own.storage.reset()


@pytest.fixture
def mailed() -> Mailed:
    """Sends what waits, and returns the text of the last mail."""

    def send() -> str:
        mail.outbox.clear()
        while sending.send_batch():
            pass
        return str(mail.outbox[-1].body) if mail.outbox else ""

    return send


@pytest.fixture
def second_factor_asked(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@made_once
def team(journey: Journey) -> Journey:
    """An integration whose roles are given."""
    journey.roles()
    return journey


@pytest.fixture
def meetings(team: Journey) -> str:
    """The address of its meetings, where a form with much to type stands."""
    return f"/i/{team.integration.reference}/meetings/"


def code_in(text: str) -> str:
    """The code that a mail holds, on a line of its own."""
    found = re.search(r"^([A-Z0-9-]{6,12})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def link_in(text: str) -> str:
    """The path of the invitation that a mail holds."""
    found = re.search(r"http\S+?(/invitation/\w+/)", text)
    assert found, text
    return found[1]


def ask_for_code(client: Client, email: str) -> Any:
    return client.post("/sign-in/code/", {"email": email})


def signed_in_as(client: Client) -> str | None:
    """The primary key of who is signed in, as the session has it."""
    return client.session.get("_auth_user_id")
