"""A server on this machine that answers as it is told to, or misbehaves: for whatever asks somebody outside."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.processes import LOOK_AGAIN, PATIENCE

Misbehave = Callable[[socket.socket], None]


class Asked(NamedTuple):
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class Said(NamedTuple):
    """An answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Receiver:
    """It takes what it is sent, and keeps it in `messages`; or answers with another `status`, or misbehaves."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.messages: list[Asked] = []
        self.status = 202
        self.headers: dict[str, str] = {}
        self.body = b""
        self.misbehave: Misbehave | None = None
        self.address = ""

    @property
    def taken(self) -> list[dict[str, Any]]:
        """The bodies of what it took."""
        return [json.loads(one.body) for one in self.messages]

    def answer(self, asked: Asked) -> Said | Misbehave:
        self.asked.append(asked)
        if self.misbehave:
            return self.misbehave
        if 200 <= self.status < 300:
            self.messages.append(asked)
        return Said(self.status, self.body, self.headers)


@contextmanager
def listening(
    answer: Callable[[Asked], Said | Misbehave],
    tls: ssl.SSLContext | None = None,
    at: tuple[str, int] = ("127.0.0.1", 0),
) -> Iterator[int]:
    """The port at which it is asked, until the block ends; over TLS, where there is a context for that."""
    callers: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            callers.append(self.connection)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = answer(Asked(self.path, dict(self.headers), body))
            if not isinstance(said, Said):
                said(self.connection)
                self.close_connection = True
                return
            with suppress(OSError):  # whoever asked may have gone
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            """It says nothing of it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            """Whoever hangs up during the handshake is no error of ours."""

    server = Server(at, Handler)
    if tls:  # with the handshake in the thread of each caller
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOK_AGAIN}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        for caller in callers:  # whoever still waits, waits no longer
            with suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join(PATIENCE)


# --- What is done to whoever asks


def hangs(caller: socket.socket) -> None:
    """Says nothing until whoever asked has hung up."""
    caller.settimeout(PATIENCE)
    with suppress(OSError):
        while caller.recv(65536):
            pass


def hangs_up(caller: socket.socket) -> None:
    """Closes without a word."""


def drips(caller: socket.socket) -> None:
    """Never silent for long, and never done."""
    _drip(caller, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" ")


def drips_headers(caller: socket.socket) -> None:
    """The same, before there is a body."""
    _drip(caller, b"HTTP/1.1 200 OK\r\nX-Long: ", b"x")


def _drip(caller: socket.socket, beginning: bytes, drop: bytes) -> None:
    caller.settimeout(LOOK_AGAIN)
    with suppress(OSError):
        caller.sendall(beginning)
        while _still_there(caller):
            caller.sendall(drop)


def _still_there(caller: socket.socket) -> bool:
    """Waits a moment, unless whoever asked hangs up."""
    try:
        return bool(caller.recv(1))
    except TimeoutError:
        return True


def breaks_off(caller: socket.socket) -> None:
    """Promises more than it sends."""
    with suppress(OSError):
        caller.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"organisasjonsnummer":')


def is_no_server(caller: socket.socket) -> None:
    with suppress(OSError):
        caller.sendall(b"220 mail.example ESMTP\r\n")


def zips_zeros(caller: socket.socket) -> None:
    """A little that would be a lot, unpacked, though nobody asked for it packed."""
    body = gzip.compress(b" " * 5_000_000)
    with suppress(OSError):
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
