"""A message on its way to a workflow in Teams: what is asked of whom, for how long, and what an answer means.

What goes wrong is told in words for people, and without the address, which is a secret; so is what is raised here.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import clock, outside
from ..models.teams import require_workflow_address

SECONDS = 10.0
"""Within which an answer has begun, with looking up the name and connecting."""
LONGEST_WAIT = datetime.timedelta(hours=1)
"""What a `Retry-After` counts for at most."""
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Digipost integration tracker"}
_BUSY = (408, 425, 429)
_GONE = (401, 403, 404, 410)


class Later(Exception):
    """Not now: to be tried again, after `wait` at the earliest."""

    def __init__(self, because: str, wait: datetime.timedelta | None = None) -> None:
        super().__init__(because)
        self.wait = wait or datetime.timedelta()


class Refused(Exception):
    """Not at all, until somebody has done something about it."""


def deliver(address: str, card: dict[str, Any]) -> None:
    """Hand a message to the workflow at `address`, which has taken it where nothing is raised.

    Raises Later or Refused, whose words say why. Nothing of the answer is read but its status and `Retry-After`.
    """
    try:
        require_workflow_address(address)
    except ValidationError:
        raise Refused(_no_longer_valid()) from None
    try:
        status, retry_after = outside.within(SECONDS, lambda _ends: _answer(address, card), "teams")
    except (outside.TooSlow, requests.Timeout):
        raise Later(_("Teams did not answer in time.")) from None
    except Exception:  # its words, and those of what caused it, may hold the address
        raise Later(_("There was no connection to Teams.")) from None
    _judge(status, retry_after)


def _answer(address: str, card: dict[str, Any]) -> tuple[int, str]:
    """The status and `Retry-After`. TLS is verified, and nobody is asked but at this address."""
    with (
        outside.Session() as session,
        session.post(
            address, json=card, headers=_HEADERS, timeout=SECONDS, stream=True, allow_redirects=False
        ) as answer,
    ):
        return answer.status_code, answer.headers.get("Retry-After", "")


def _judge(status: int, retry_after: str) -> None:
    """Raise what a status means, unless it says that the message was taken."""
    if 200 <= status < 300:
        return
    if status in _BUSY or status >= 500:
        busy = _("Teams could not take the message now (status %(status)s).") % {"status": status}
        raise Later(busy, _wait(retry_after))
    if status in _GONE:
        raise Refused(_no_longer_valid(status))
    if 300 <= status < 400:
        elsewhere = _("The workflow address leads somewhere else (status %(status)s). Paste it again from Teams.")
        raise Refused(elsewhere % {"status": status})
    told = _(
        "Teams refused the message (status %(status)s). "
        "The workflow must begin with “When a Teams webhook request is received”."
    )
    raise Refused(told % {"status": status})


def _no_longer_valid(status: int | None = None) -> str:
    told = _("The workflow address is no longer valid. Make a new one in Teams and save it here.")
    return f"{told} ({status})" if status else told


def _wait(retry_after: str) -> datetime.timedelta:
    """How long the answer asks us to wait: in seconds, or until a moment; nothing where it makes no sense."""
    asked = datetime.timedelta()
    if retry_after.isascii() and retry_after.isdigit():
        asked = datetime.timedelta(seconds=min(int(retry_after[:9]), LONGEST_WAIT.total_seconds()))
    else:
        with suppress(ValueError, TypeError, OverflowError):
            asked = parsedate_to_datetime(retry_after) - clock.now()
    return min(max(asked, datetime.timedelta()), LONGEST_WAIT)
