"""A real SMTP server on loopback that keeps what it accepts, and misbehaves when told to.

`python -m tests.reminders.sink PORT` runs one that only counts, in a process of its own, for the benchmark.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.processes import free_port


class Keeper:
    """Keeps, by recipient, the Message-ID of each mail and the number of the connection it came over.

    `busy` and `hangs`: how many of the next it refuses with 4xx, and hangs on; `refused`: whom it refuses with 5xx.
    """

    def __init__(self, seconds_each: float = 0.0) -> None:
        self.accepted: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.last_over: dict[int, str] = {}  # a connection's last recipient
        self.seconds_each = seconds_each
        self.busy = 0
        self.refused: set[str] = set()
        self.hangs = 0
        self.turned_away = 0
        self.connections = 0

    @property
    def count(self) -> int:
        return sum(len(ids) for ids in self.accepted.values())

    def met(self, number: int, port: int) -> None:
        """Connection `number` comes from `port`. For whoever wants to know who it is while they are there."""

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.number = self.connections
        self.met(session.number, session.peer[1])
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return "550 5.1.1 no such user"
        if self.busy > 0:
            self.busy -= 1
            self.turned_away += 1
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.hangs > 0:
            self.hangs -= 1
            await asyncio.sleep(10)
            return "451 4.3.0 too slow"
        await asyncio.sleep(self.seconds_each)
        message = message_from_bytes(envelope.content)
        for address in envelope.rcpt_tos:
            self.accepted[address].append((str(message["Message-ID"]), session.number))
            self.last_over[session.number] = address
        return "250 OK"


def listen(keeper: Keeper, port: int = 0) -> Controller:
    """Start a server for `keeper` in a thread; its `port` says where."""
    controller = Controller(keeper, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    return controller


if __name__ == "__main__":
    running = listen(Keeper(), int(sys.argv[1]))
    print("listening", flush=True)
    sys.stdin.read()
    running.stop()
