"""A Digipost on this machine: it signs its answers as the real one does, with a key that the tests made."""

from __future__ import annotations

import base64
import datetime
import functools
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.processes import LOOK_AGAIN, PATIENCE

ACCOUNT = "500123"
"""The account id of who asks."""
AGREED = datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC)
ANSWERED = datetime.datetime(2026, 11, 24, 9, 30, tzinfo=datetime.UTC)
NOW = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
"""When the scenarios were agreed, when Digipost answered, and when that is judged."""


@functools.cache
def a_key(name: str = "digipost") -> rsa.RSAPrivateKey:
    """The same for a name, in one process."""
    return rsa.generate_private_key(65537, 2048)


@functools.cache
def a_certificate(name: str = "digipost") -> x509.Certificate:
    """Of that key, signed by itself."""
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.example")])
    built = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(a_key(name).public_key())
        .serial_number(1)
        .not_valid_before(AGREED - datetime.timedelta(days=100))
        .not_valid_after(datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))
    )
    return built.sign(a_key(name), hashes.SHA256())


def a_pem(*names: str) -> bytes:
    return b"".join(a_certificate(name).public_bytes(serialization.Encoding.PEM) for name in names or ("digipost",))


def signed_headers(
    status: int,
    path: str,
    body: bytes,
    *,
    at: datetime.datetime = ANSWERED,
    user: str = ACCOUNT,
    key: str = "digipost",
) -> dict[str, str]:
    """The headers of an answer, as Digipost sends them: made here from its documents, and not with the product's code.

    Without a body there is no hash, and without a `user` no X-Digipost-UserId.
    """
    headers = {"Date": format_datetime(at, usegmt=True)}
    if body:
        headers["X-Content-SHA256"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if user:
        headers["X-Digipost-UserId"] = user
    lines = [
        str(status),
        urlsplit(path).path.lower(),
        *(f"{name.lower()}: {headers[name]}" for name in sorted(headers)),
    ]
    signature = a_key(key).sign(("\n".join(lines) + "\n").encode(), padding.PKCS1v15(), hashes.SHA256())
    return headers | {"X-Digipost-Signature": base64.b64encode(signature).decode()}


def captured(
    body: str = "", *, status: int = 200, path: str = "/messages", scenario: str = "", **signed: Any
) -> dict[str, Any]:
    """An answer of Digipost's, as somebody captured it."""
    content = body.encode()
    found = {
        "status": status,
        "path": path,
        "headers": signed_headers(status, path, content, **signed),
        "body_base64": base64.b64encode(content).decode(),
    }
    return found | ({"scenario": scenario} if scenario else {})


def a_file(*answers: dict[str, Any]) -> bytes:
    return json.dumps(answers if len(answers) != 1 else answers[0]).encode()


@dataclass
class Digipost:
    """What it answers, by path: a status and a body. `asked` are the paths that it was asked for."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(digipost: Digipost) -> Iterator[None]:
    """It can be asked at its `address`, until the block ends."""
    callers: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            callers.append(self.connection)
            digipost.asked.append(self.path)
            status, text = digipost.answers[urlsplit(self.path).path]
            body = text.encode()
            with suppress(OSError):  # whoever asked may have gone
                self.send_response_only(status)
                for name, value in signed_headers(status, self.path, body).items():
                    self.send_header(name, value)
                self.send_header("Set-Cookie", "session=secret")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """It says nothing of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOK_AGAIN}, daemon=True)
    thread.start()
    digipost.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        for caller in callers:  # whoever still waits, waits no longer
            with suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join(PATIENCE)
