"""A public certificate (X.509, RFC 5280), as PEM or DER: whose it is, who issued it, and for how long it is valid."""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .. import texts
from ..clock import EARLIEST_YEAR, LATEST_YEAR, date_of
from ..documents import require_no_private_key

KIBIBYTE = 1024
MAX_BYTES = 64 * KIBIBYTE
"""A certificate with its whole chain takes a tenth of it."""
MOST_OCTETS = 20
"""Of a serial number (RFC 5280, 4.1.2.2)."""
MOST_SHOWN = 200
"""Characters of a name."""

_MARKED = b"-----BEGIN"
_NUMBER = re.compile(r"(?:NTRNO-)?(\d{9})")
"""An organisation number, as `organizationIdentifier` (ETSI EN 319 412-1) and subject `serialNumber` have it."""
_OF_A_PERSON = re.compile(r"(?:PNO|PAS|IDC|TIN)[A-Z]{2}-|UN:NO-|\d{11}$", re.IGNORECASE)
"""A `serialNumber` that identifies a natural person: by ETSI EN 319 412-1, BankID's way, or a national number."""


@dataclass(frozen=True)
class PublicCertificate:
    """What was read. `organisation_number` is empty where it names none; `serial` and `fingerprint` are hex digits;
    `others` is how many certificates stood beside it in the file, which are its chain.
    """

    pem: str
    subject: str
    organisation_number: str
    issuer: str
    serial: str
    fingerprint: str
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    others: int = 0

    @property
    def expires_on(self) -> datetime.date:
        """The day, in Europe/Oslo, on which it stops being valid."""
        return date_of(self.valid_until)


def read(upload: File[Any]) -> PublicCertificate:
    """The certificate in a file; of a chain the one that none of the others is issued by.

    Raises ValidationError for a private key, what is too large or no certificate, a person's certificate, several that
    are no chain, and as `require_ordinary`. Whether it is in force is not asked here.
    """
    content = _content_of(upload)
    try:
        found = _parsed(content)
        leaf = _leaf_of(found)
        return _read(leaf, others=len(found) - 1)
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm, OverflowError) as error:
        raise _unreadable() from error


def _content_of(upload: File[Any]) -> bytes:
    if upload.size > MAX_BYTES:
        told = _("The file is %(size)s kB large, and a certificate takes a few. Choose the certificate alone.")
        raise ValidationError(told % {"size": -(-upload.size // KIBIBYTE)}, code="too_large")
    upload.seek(0)
    content: bytes = upload.read()
    require_no_private_key(content)
    return content


def _unreadable() -> ValidationError:
    told = _(
        "No certificate can be read from this file. Choose the public certificate as PEM or DER (.pem, .crt or .cer)."
    )
    return ValidationError(told, code="unreadable")


def _parsed(content: bytes) -> list[x509.Certificate]:
    """Each certificate once. Raises ValueError where there is none."""
    for mark, charset in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            content = content.decode(charset).encode("ascii", "ignore")
    if _MARKED in content:
        found = x509.load_pem_x509_certificates(content)
    else:
        found = [x509.load_der_x509_certificate(content)]
    return list(dict.fromkeys(found))


def _leaf_of(found: Sequence[x509.Certificate]) -> x509.Certificate:
    leaves = [one for one in found if not any(one is not each and each.issuer == one.subject for each in found)]
    if len(leaves) == 1:
        return leaves[0]
    names = ", ".join(_shown(one.subject) for one in leaves or found)
    told = _("The file holds several certificates that are no chain: %(names)s. Choose the one in use alone.")
    raise ValidationError(told % {"names": names}, code="several")


def _read(one: x509.Certificate, *, others: int) -> PublicCertificate:
    _require_no_person(one.subject)
    require_ordinary(one)
    return PublicCertificate(
        pem=one.public_bytes(Encoding.PEM).decode(),
        subject=_shown(one.subject),
        organisation_number=_number_of(one.subject),
        issuer=_shown(one.issuer),
        serial=f"{one.serial_number:x}",
        fingerprint=one.fingerprint(SHA256()).hex(),
        valid_from=one.not_valid_before_utc,
        valid_until=one.not_valid_after_utc,
        others=others,
    )


def require_ordinary(one: x509.Certificate) -> None:
    """Raise ValidationError for a certificate that says it never expires (RFC 5280, 4.1.2.5), or in another age, and
    for a serial number that is longer than there are.
    """
    if not all(EARLIEST_YEAR <= at.year <= LATEST_YEAR for at in (one.not_valid_before_utc, one.not_valid_after_utc)):
        told = _("The certificate is valid from %(first)s until %(last)s. Choose one that ends before %(year)s.")
        days = {"first": one.not_valid_before_utc.year, "last": one.not_valid_after_utc.year}
        raise ValidationError(told % {**days, "year": LATEST_YEAR + 1}, code="never_expires")
    if one.serial_number.bit_length() > 8 * MOST_OCTETS:
        told = _("The certificate's serial number is longer than the %(most)s octets that RFC 5280 allows.")
        raise ValidationError(told % {"most": MOST_OCTETS}, code="long_serial")


def _require_no_person(subject: x509.Name) -> None:
    """A person's certificate is no sender's, and holds what is not to be kept: perhaps a national identity number."""
    named = any(_values(subject, [NameOID.GIVEN_NAME, NameOID.SURNAME]))
    if named or any(map(_OF_A_PERSON.match, _values(subject, [NameOID.SERIAL_NUMBER]))):
        told = _(
            "This is a person's certificate, and nothing of it is kept. Choose the certificate of the organisation."
        )
        raise ValidationError(told, code="person")


def _number_of(subject: x509.Name) -> str:
    """The first organisation number that it names; empty if there is none."""
    for value in _values(subject, [NameOID.ORGANIZATION_IDENTIFIER, NameOID.SERIAL_NUMBER]):
        if found := _NUMBER.fullmatch(value.replace(" ", "")):
            return found[1]
    return ""


def _shown(name: x509.Name) -> str:
    """What it is called: by its common name, and by its organisation where that says more."""
    called = [*_values(name, [NameOID.COMMON_NAME])[:1], *_values(name, [NameOID.ORGANIZATION_NAME])[:1]]
    return ", ".join(dict.fromkeys(called))[:MOST_SHOWN] or "–"


def _values(name: x509.Name, kinds: Iterable[x509.ObjectIdentifier]) -> list[str]:
    """The texts under these attributes, in that order, made fit for showing."""
    found = [one.value for kind in kinds for one in name.get_attributes_for_oid(kind)]
    return [texts.header(value if isinstance(value, str) else value.decode("latin-1")) for value in found]
