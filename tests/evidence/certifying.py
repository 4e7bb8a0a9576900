"""Certificates and keys for the tests, made anew each time: nobody's, and good for nothing else."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.core.files.base import ContentFile
from django.utils import timezone

OWN, SUPPLIER = "984661185", "974760673"
"""Fjordvik's organisation number, and somebody else's."""
YEAR = datetime.timedelta(days=365)


@cache
def a_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    """A key for each number, quickly made."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def an_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def named(common_name: str, **more: str) -> x509.Name:
    kinds = {"common_name": common_name, **more}
    return x509.Name([x509.NameAttribute(getattr(NameOID, kind.upper()), value) for kind, value in kinds.items()])


ISSUER = named("Utsteder CA 3", organization_name="Utsteder AS")
SENDER = named("Fjordvik kommune", serial_number=OWN)


def a_certificate(
    subject: x509.Name = SENDER,
    issuer: x509.Name = ISSUER,
    *,
    begins: datetime.timedelta = -YEAR,
    ends: datetime.timedelta = YEAR,
    serial: int = 0x0BEE,
    key: Any = None,
    signed_with: Any = None,
) -> x509.Certificate:
    """Valid from `begins` to `ends`, counted from now."""
    now = timezone.now()
    built = x509.CertificateBuilder(issuer, subject, (key or a_key()).public_key(), serial, now + begins, now + ends)
    return built.sign(signed_with or a_key(), SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def file_with(content: bytes, name: str = "sertifikat.pem") -> ContentFile[Any]:
    return ContentFile(content, name=name)
