"""Workflows in Teams, as tests have them: an address that is well formed, and a workflow on this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from milestones import teams
from milestones.models import TeamsPost
from tests.processes import LOOK_AGAIN, PATIENCE
from tests.register import Misbehave

SECRET = "Zq7hemmelig-signatur_9xKw"
"""What makes an address a secret."""


def a_workflow(host: str = "prod-01.norwayeast.logic.azure.com:443") -> str:
    """An address as Power Automate gives it."""
    path = "/workflows/0123abcd/triggers/manual/paths/invoke"
    return f"https://{host}{path}?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SECRET}"


class Workflow:
    """It takes what it is sent, and keeps it in `taken`; or answers with another `status`, or does as it is told."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = 202
        self.headers: dict[str, str] = {}
        self.body = b""
        self.misbehave: Misbehave | None = None
        self.address = ""

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
    callers: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            callers.append(self.connection)
            workflow.asked.append(self.path)
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if workflow.misbehave:
                workflow.misbehave(self.connection)
                self.close_connection = True
                return
            if 200 <= workflow.status < 300:
                workflow.taken.append(message)
            with suppress(OSError):  # whoever asked may have gone
                self.send_response(workflow.status)
                for name, value in workflow.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(workflow.body)))
                self.end_headers()
                self.wfile.write(workflow.body)

        def log_message(self, *_args: object) -> None:
            """It says nothing of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOK_AGAIN}, daemon=True)
    thread.start()
    workflow.address = f"http://127.0.0.1:{server.server_port}/workflows/abc/invoke?sig={SECRET}"
    try:
        yield
    finally:
        server.shutdown()
        for caller in callers:  # whoever still waits, waits no longer
            with suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join(PATIENCE)


def post_all() -> int:
    """Send what is due as a worker would, until nothing is; returns how many were sent."""
    sent = 0
    while batch := teams.post_batch():
        sent += batch.sent
    return sent


def outcomes() -> list[tuple[str, str, int]]:
    """Of each message its kind, what became of it, and how often it was tried."""
    return list(TeamsPost.objects.order_by("pk").values_list("kind", "state", "attempts"))
