"""Those who ask: somebody who reads what is answered, and many who do not go on."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.processes import PATIENCE


@dataclass(frozen=True)
class Answer:
    """Headers by their names in small letters; what came more than once is joined by line breaks."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(port: int, path: str, method: str = "GET", body: object = None, **headers: str) -> Answer:
    """One request on a connection of its own. A dict is sent as a form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    if isinstance(body, dict):
        body, headers = urlencode(body), headers | {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)  # type: ignore[arg-type]
        got = connection.getresponse()
        names = {name.lower() for name in got.headers}
        return Answer(got.status, {one: "\n".join(got.headers.get_all(one, [])) for one in names}, got.read())
    finally:
        connection.close()


@contextmanager
def dawdling(port: int, number: int, *lines: str, ended: bool = True) -> Iterator[list[socket.socket]]:
    """Connections on which so much of a request was sent, and nothing is sent or read from then on. `ended`, the lines
    are followed by the one that ends the headers.
    """
    sockets = []
    try:
        for _number in range(number):
            one = socket.socket()
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", port))
            one.sendall("\r\n".join([*lines, *([""] if ended else []), ""]).encode())
        yield sockets
    finally:
        for one in sockets:
            one.close()
