"""Workflows in Teams, as tests have them: an address that is well formed, and a workflow on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from milestones import teams
from milestones.models import TeamsPost
from tests.loopback import Receiver, listening

SECRET = "Zq7hemmelig-signatur_9xKw"
"""What makes an address a secret."""


def a_workflow(host: str = "prod-01.norwayeast.logic.azure.com:443") -> str:
    """An address as Power Automate gives it."""
    path = "/workflows/0123abcd/triggers/manual/paths/invoke"
    return f"https://{host}{path}?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SECRET}"


class Workflow(Receiver):
    """A workflow in Teams."""

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The adaptive cards of the messages that it took."""
        return [message["attachments"][0]["content"] for message in self.taken]

    @property
    def texts(self) -> list[list[str]]:
        """What each of them says, block by block."""
        return [[block["text"] for block in card["body"]] for card in self.cards]

    @property
    def links(self) -> list[str]:
        """The page that each of them leads to."""
        return [card["actions"][0]["url"] for card in self.cards]


@contextmanager
def serving(workflow: Workflow) -> Iterator[None]:
    """It can be asked at its `address`, until the block ends."""
    with listening(workflow.answer) as port:
        workflow.address = f"http://127.0.0.1:{port}/workflows/abc/invoke?sig={SECRET}"
        yield


def post_all() -> int:
    """Send what is due as a worker would, until nothing is; returns how many were sent."""
    sent = 0
    while batch := teams.post_batch():
        sent += batch.sent
    return sent


def outcomes() -> list[tuple[str, str, int]]:
    """Of each message its kind, what became of it, and how often it was tried."""
    return list(TeamsPost.objects.order_by("pk").values_list("kind", "state", "attempts"))
