"""What is read from a public certificate, and what is said of a file that is none."""

from __future__ import annotations

import datetime
from contextlib import suppress
from types import SimpleNamespace

import pytest
from cryptography import x509
from django.core.exceptions import ValidationError
from django.utils import timezone

from milestones.clock import date_of
from milestones.evidence.certificates import MAX_BYTES, PublicCertificate, read, require_ordinary
from tests.evidence.certifying import (
    ISSUER,
    OWN,
    SENDER,
    SUPPLIER,
    YEAR,
    a_certificate,
    an_rsa_key,
    der,
    file_with,
    named,
    pem,
)


def read_from(content: bytes) -> PublicCertificate:
    return read(file_with(content))


def refusal(content: bytes) -> tuple[str, str]:
    """The code, and what is said."""
    with pytest.raises(ValidationError) as refused:
        read_from(content)
    (error,) = refused.value.error_list
    return str(error.code), str(error.message)


def test_pem_and_der_say_the_same() -> None:
    one = a_certificate()
    found = read_from(pem(one))
    assert found == read_from(der(one))
    assert (found.subject, found.organisation_number) == ("Fjordvik kommune", OWN)
    assert (found.issuer, found.serial) == ("Utsteder CA 3, Utsteder AS", "bee")
    assert found.valid_until == one.not_valid_after_utc
    assert found.expires_on == date_of(one.not_valid_after_utc)
    assert found.pem.encode() == pem(one)


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ({"serial_number": OWN}, OWN),
        ({"serial_number": "984 661 185"}, OWN),
        ({"organization_identifier": f"NTRNO-{OWN}"}, OWN),
        ({"serial_number": SUPPLIER, "organization_identifier": f"NTRNO-{OWN}"}, OWN),
        ({"serial_number": "12345", "organization_identifier": "VATSE-556677889901"}, ""),
        ({}, ""),
    ],
)
def test_the_organisation_number(subject: dict[str, str], number: str) -> None:
    assert read_from(pem(a_certificate(named("Fjordvik kommune", **subject)))).organisation_number == number


def test_of_a_chain_the_leaf_is_read() -> None:
    intermediate = a_certificate(ISSUER, named("Rot"), serial=2)
    root = a_certificate(named("Rot"), named("Rot"), serial=1)
    for order in ([a_certificate(), intermediate, root], [root, intermediate, a_certificate()]):
        found = read_from(pem(*order))
        assert (found.subject, found.others) == ("Fjordvik kommune", 2)


def test_the_same_one_twice_is_one() -> None:
    one = a_certificate()
    assert read_from(pem(one, one)).others == 0


def test_what_stands_around_does_not_matter() -> None:
    one = a_certificate(key=an_rsa_key())
    bag = b"Bag Attributes\n    friendlyName: Fjordvik\nsubject=CN = Fjordvik\n" + pem(one)
    assert read_from(bag) == read_from(b"\xef\xbb\xbf" + pem(one)) == read_from(pem(one).decode().encode("utf-16"))


def test_several_that_are_no_chain_are_named() -> None:
    code, told = refusal(pem(a_certificate(), a_certificate(named("Fjordvik gamle"), serial=7)))
    assert code == "several"
    assert "Fjordvik kommune, Fjordvik gamle" in told


@pytest.mark.parametrize(
    "subject",
    [
        {"given_name": "Kari", "surname": "Nordmann"},
        {"serial_number": "PNONO-01010112345"},
        {"serial_number": "UN:NO-9578-4050-123456789"},
        {"serial_number": "01010112345"},
    ],
)
def test_a_persons_certificate_is_not_taken(subject: dict[str, str]) -> None:
    code, told = refusal(pem(a_certificate(named("Kari Nordmann", **subject))))
    assert code == "person"
    assert "01010112345" not in told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Hei",
        b"\x00" * 400,
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",
        b"\xff\xfe\xfd",
    ],
)
def test_what_is_no_certificate(content: bytes) -> None:
    code, told = refusal(content)
    assert code == "unreadable"
    assert "PEM" in told


def test_a_certificate_that_is_broken() -> None:
    """Cut anywhere or with any byte changed it is read or refused, and never an error of ours."""
    whole = der(a_certificate())
    for place in range(0, len(whole), 3):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            with suppress(ValidationError):
                read_from(content)


def test_one_that_says_it_never_expires_is_refused() -> None:
    """RFC 5280, 4.1.2.5: no date of it could be D.3's, nor be shown in Oslo's time."""
    never = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)
    code, told = refusal(pem(a_certificate(ends=never - timezone.now())))
    assert code == "never_expires"
    assert "9999" in told


def test_a_serial_number_longer_than_there_are_is_refused() -> None:
    """RFC 5280, 4.1.2.2: 20 octets. Some write longer ones, which no column holds."""
    read_from(pem(a_certificate(serial=(1 << 159) - 1)))
    ordinary = a_certificate()
    days = {name: getattr(ordinary, name) for name in ("not_valid_before_utc", "not_valid_after_utc")}
    with pytest.raises(ValidationError) as refused:
        require_ordinary(SimpleNamespace(serial_number=1 << 160, **days))  # type: ignore[arg-type]
    assert refused.value.code == "long_serial"


def test_a_file_that_is_too_large_is_not_read() -> None:
    code, told = refusal(pem(a_certificate()) + b" " * MAX_BYTES)
    assert code == "too_large"
    assert "65 kB" in told


def test_what_a_name_holds_is_fit_for_showing() -> None:
    found = read_from(pem(a_certificate(named("Fjord\u202evik\nkommune" + "x" * 40), named("A" * 64))))
    assert found.subject.startswith("Fjord vik kommunexx")
    assert found.issuer == "A" * 64


def test_certificates_without_a_name() -> None:
    assert read_from(pem(a_certificate(x509.Name([]), x509.Name([])))).subject == "–"


def test_the_last_day_is_that_of_oslo() -> None:
    late = datetime.datetime(2027, 6, 30, 22, 30, tzinfo=datetime.UTC)
    found = read_from(pem(a_certificate(SENDER)))
    moved = PublicCertificate(**{**vars(found), "valid_until": late})
    assert moved.expires_on == datetime.date(2027, 7, 1)
    assert found.valid_until - found.valid_from == 2 * YEAR
