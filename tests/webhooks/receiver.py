"""Receivers of webhooks, as tests have them: over TLS, on this machine, at a name that only the tests know."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from milestones import webhooks
from milestones.models import WebhookPost
from tests.loopback import Receiver, listening

HOST = "hooks.fjordvik.example"
TOKEN = "Zq7hemmelig-del_9xKw"
"""What whoever has the whole address could write with."""
A_WEBHOOK = f"https://{HOST}/digipost?token={TOKEN}"
HERE = "127.0.0.1"
FROM, UNTIL = datetime.datetime(2000, 1, 1), datetime.datetime(2099, 1, 1)
"""OpenSSL's clock does not travel with the tests'."""


class Tls(NamedTuple):
    """What a receiver shows that it is called HOST, and the file by which whoever asks believes it."""

    context: ssl.SSLContext
    trusted: Path


def tls_of(name: str, folder: Path) -> Tls:
    """A certificate for that name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(called, called, key.public_key(), x509.random_serial_number(), FROM, UNTIL)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    signed = builder.sign(key, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return Tls(context, certificate)


@contextmanager
def serving(receiver: Receiver, tls: Tls, at: tuple[str, int] = (HERE, 0)) -> Iterator[int]:
    """It can be asked at its `address`, until the block ends."""
    with listening(receiver.answer, tls.context, at) as port:
        receiver.address = f"https://{HOST}:{port}/digipost?token={TOKEN}"
        yield port


class Names:
    """What names lead to: `leads` has for each the answers to one look-up after the other, the last for good."""

    def __init__(self, lookup: Any) -> None:
        self.leads: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._lookup = lookup

    def lead(self, name: str, *answers: list[str]) -> None:
        self.leads[name] = list(answers)

    def lookup(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        """What `socket.getaddrinfo` is replaced by; what is an address, or is asked by others, is not our business."""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            if not str(host).endswith((".example", ".invalid")):
                return self._lookup(host, port, *args, **kwargs)
        else:
            return self._lookup(host, port, *args, **kwargs)
        self.asked.append(host)
        answers = self.leads.get(host, [[]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        kind = (socket.SOCK_STREAM, 6, "")
        return [
            (socket.AF_INET6, *kind, (one, port, 0, 0)) if ":" in one else (socket.AF_INET, *kind, (one, port))
            for one in found
        ]


def deliver_all() -> int:
    """Send what is due as a worker would, until nothing is; returns how many were sent."""
    sent = 0
    while batch := webhooks.deliver_batch():
        sent += batch.sent
    return sent


def outcomes() -> list[tuple[str, str, int]]:
    """Of each message its kind, what became of it, and how often it was tried."""
    return list(WebhookPost.objects.order_by("pk").values_list("kind", "state", "attempts"))
