"""Certificates that staff pin: read from PEM, and never with a key."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from milestones.evidence.pinned import MOST_CERTIFICATES, read_certificates
from milestones.evidence.statements import Refused
from tests.evidence.certifying import a_certificate as certificate_of
from tests.evidence.certifying import an_rsa_key, pem
from tests.evidence.digipost_here import AGREED, NOW, a_certificate, a_key, a_pem


def reason(pem: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_certificates(pem)
    assert b"MII" not in str(refused.value).encode()
    return str(refused.value.code)


def private(form: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return a_key().private_bytes(serialization.Encoding.PEM, form, how)


def signed_by(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(AGREED).not_valid_after(NOW)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_one_or_a_few_certificates_are_read_with_whatever_stands_around_them() -> None:
    assert read_certificates(a_pem()) == (a_certificate(),)
    around = b"Digipost, test\r\n" + a_pem("digipost", "newer").replace(b"\n", b"\r\n") + b"# end\r\n"
    assert read_certificates(around) == (a_certificate(), a_certificate("newer"))


def test_a_private_key_is_refused_in_any_form() -> None:
    for key in (private(), private(serialization.PrivateFormat.TraditionalOpenSSL), private(password=b"secret")):
        for content in (key, a_pem() + key, (a_pem() + key).decode().encode("utf-16")):
            assert refusal(content) == "private_key"


def test_one_that_never_expires_is_no_certificate_to_judge_by() -> None:
    """The page of pinned certificates shows until when: RFC 5280, 4.1.2.5, knows those that say they never end."""
    never = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)
    assert refusal(pem(certificate_of(ends=never - timezone.now(), key=an_rsa_key()))) == "never_expires"


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        read_certificates(content)
    assert b"MII" not in str(refused.value).encode()
    return str(refused.value.error_list[0].code)


def test_what_is_no_certificate_to_judge_by_is_told_so() -> None:
    der = a_certificate().public_bytes(serialization.Encoding.DER)
    public = (
        a_key().public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for nothing in (b"", b"certificate", der, public, a_pem() + b" " * 70_000):
        assert reason(nothing) == "no_certificate"
    assert reason(a_pem().replace(b"MII", b"MIJ", 1)) == "bad_certificate"
    assert reason(a_pem()[:-40]) == "bad_certificate"
    assert reason(a_pem(*["digipost"] * (MOST_CERTIFICATES + 1))) == "many_certificates"
    assert reason(signed_by(ec.generate_private_key(ec.SECP256R1()))) == "not_rsa"
    assert reason(signed_by(rsa.generate_private_key(65537, 1024))) == "not_rsa"  # noqa: S505  # refused


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read_certificates(b"-----BEGIN CERTIFICATE-----\n" + content)
