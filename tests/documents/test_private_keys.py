"""A private key is refused in every upload of the product, whatever it is called and however it is wrapped."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from milestones.demo import Journey, a_pdf
from milestones.documents import examine
from milestones.documents.private_keys import holds_private_key
from milestones.evidence import certificates
from milestones.imports import read
from milestones.models import Certificate, Document, SentForm
from milestones.process import AgreementKind
from tests.cast import Cast
from tests.documents.pdfs import verdict, with_files
from tests.evidence.certifying import a_certificate, a_key, an_rsa_key, der, file_with, pem

PEM, DER = Encoding.PEM, Encoding.DER
PKCS8, TRADITIONAL, OPENSSH = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH
LOCKED = BestAvailableEncryption(b"hemmelig")


def _of(
    key: Any, encoding: Encoding, kind: PrivateFormat, lock: KeySerializationEncryption | None = None
) -> Callable[[], bytes]:
    return lambda: key().private_bytes(encoding, kind, lock or NoEncryption())


def _store(lock: KeySerializationEncryption) -> Callable[[], bytes]:
    return lambda: pkcs12.serialize_key_and_certificates(b"fjordvik", a_key(), a_certificate(), None, lock)


def _jwk() -> bytes:
    return json.dumps({"kty": "EC", "crv": "P-256", "x": "a" * 43, "d": "b" * 43}).encode()


def _locked_by_openssh() -> bytes:
    """As ssh-keygen begins one; cryptography itself would need bcrypt for it."""
    held = base64.encodebytes(b"openssh-key-v1\0\0\0\0\naes256-ctr\0\0\0\x06bcrypt\0\0\0\x18" + bytes(range(200)))
    return b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + held + b"-----END OPENSSH PRIVATE KEY-----\n"


def _in_lines(long: int, content: bytes) -> bytes:
    letters = base64.b64encode(content)
    return b"\n".join(letters[start : start + long] for start in range(0, len(letters), long))


KEYS: dict[str, Callable[[], bytes]] = {
    "PKCS #8": _of(an_rsa_key, PEM, PKCS8),
    "PKCS #8, DER": _of(an_rsa_key, DER, PKCS8),
    "PKCS #8, encrypted": _of(an_rsa_key, PEM, PKCS8, LOCKED),
    "PKCS #8, encrypted, DER": _of(a_key, DER, PKCS8, LOCKED),
    "PKCS #1": _of(an_rsa_key, PEM, TRADITIONAL),
    "PKCS #1, DER": _of(an_rsa_key, DER, TRADITIONAL),
    "PKCS #1, encrypted": _of(an_rsa_key, PEM, TRADITIONAL, LOCKED),
    "EC": _of(a_key, PEM, TRADITIONAL),
    "EC, DER": _of(a_key, DER, TRADITIONAL),
    "EC as PKCS #8": _of(a_key, DER, PKCS8),
    "Ed25519": _of(ed25519.Ed25519PrivateKey.generate, DER, PKCS8),
    "DSA": _of(lambda: dsa.generate_private_key(2048), DER, TRADITIONAL),
    "OpenSSH": _of(a_key, PEM, OPENSSH),
    "OpenSSH, encrypted": _locked_by_openssh,
    "PKCS #12": _store(NoEncryption()),
    "PKCS #12, encrypted": _store(LOCKED),
    "with its certificate": lambda: pem(a_certificate()) + KEYS["PKCS #8"](),
    "within a text": lambda: b"Hei, her er alt dere trenger:\n\n    " + KEYS["EC"]().replace(b"\n", b"\n    "),
    "within JSON": lambda: json.dumps({"key": KEYS["PKCS #8"]().decode()}).encode(),
    "UTF-16": lambda: KEYS["PKCS #8"]().decode().encode("utf-16"),
    "UTF-16 without a mark": lambda: KEYS["PKCS #8"]().decode().encode("utf-16-be"),
    "Base64 alone": lambda: base64.encodebytes(KEYS["PKCS #8, DER"]()),
    "PKCS #12 in Base64": lambda: base64.b64encode(KEYS["PKCS #12, encrypted"]()),
    "PuTTY": lambda: b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
    "Java key store": lambda: b"\xfe\xed\xfe\xed\x00\x00\x00\x02" + b"\0" * 40,
    "JSON Web Key": _jwk,
    "Base64 of PEM": lambda: base64.b64encode(KEYS["EC"]()),
    "Base64 of PEM, in a line": lambda: b"SIGNING_KEY=" + base64.b64encode(KEYS["PKCS #1"]()) + b"\n",
    "Base64 in a line": lambda: b"key: " + base64.b64encode(KEYS["PKCS #8, DER"]()),
    "Base64 with a mark of Unicode": lambda: b"\xef\xbb\xbf" + base64.encodebytes(KEYS["EC, DER"]()),
    "Base64, UTF-16": lambda: base64.b64encode(KEYS["Ed25519"]()).decode().encode("utf-16"),
    "Base64 in lines of 57": lambda: _in_lines(57, KEYS["PKCS #8, DER"]()),
    "Base64, safe in addresses": lambda: base64.urlsafe_b64encode(KEYS["EC as PKCS #8"]()),
    "Base64 in JSON": lambda: json.dumps({"key": "\n" + base64.encodebytes(KEYS["EC, DER"]()).decode()}).encode(),
    "Base64 of PEM after a line feed": lambda: base64.b64encode(b"\n" + KEYS["EC"]()),
    "Base64 of PEM after CRLF": lambda: b"key: " + base64.b64encode(b"\r\n" + KEYS["EC"]()),
    "Ed25519 in hex digits": lambda: KEYS["Ed25519"]().hex().encode(),
    ".NET's XML with a namespace": lambda: (
        b'<RSAKeyValue xmlns="x"><Modulus>sA==</Modulus><D >sA==</D ></RSAKeyValue>'
    ),
    "hex digits": lambda: b"key " + KEYS["EC as PKCS #8"]().hex().upper().encode(),
    ".NET's XML": lambda: b"<RSAKeyValue><Modulus>" + b"A" * 344 + b"</Modulus><Exponent>AQAB</Exponent><P>sA==</P>",
    "in OpenSSL's words, RSA": lambda: b"modulus:\n    00:c1:22\nprivateExponent:\n    4d:11:9a:0f\n",
    "in OpenSSL's words, EC": lambda: b"Private-Key: (256 bit)\npriv:\n    4d:11:9a:0f\npub:\n    04:aa\n",
}
NONE: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: pem(a_certificate(key=an_rsa_key())),
    "certificate, DER": lambda: der(a_certificate(key=an_rsa_key())),
    "certificate in Base64": lambda: base64.b64encode(der(a_certificate())),
    "public key": lambda: an_rsa_key().public_key().public_bytes(DER, PublicFormat.SubjectPublicKeyInfo),
    "public key, PKCS #1": lambda: an_rsa_key().public_key().public_bytes(DER, PublicFormat.PKCS1),
    "about keys": lambda: b"Filen begynner med -----BEGIN PRIVATE KEY-----, og er deres alene.\n" * 3,
    "shortened": lambda: b"-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----\n",
    "text": lambda: b"0 avvik. MIIE er ikke noe.",
    "PDF": a_pdf,
    "nothing": lambda: b"",
    "certificate in hex digits": lambda: der(a_certificate()).hex().encode(),
    "certificate in XML": lambda: (
        b"<X509Certificate>" + base64.b64encode(der(a_certificate())) + b"</X509Certificate>"
    ),
    "Base64 of a certificate's PEM": lambda: base64.b64encode(pem(a_certificate())),
    "public key in XML": lambda: b"<RSAKeyValue><Modulus>sA==</Modulus><Exponent>AQAB</Exponent></RSAKeyValue><D>",
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_is_known(kind: str) -> None:
    assert holds_private_key(KEYS[kind]())


@pytest.mark.parametrize("kind", NONE)
def test_what_is_none_is_not_taken_for_one(kind: str) -> None:
    assert not holds_private_key(NONE[kind]())


def test_marks_by_the_hundred_thousand_take_no_time_of_their_own() -> None:
    """Each stretch is looked at once, or a few times."""
    for mark in (
        b"-----BEGIN PRIVATE KEY-----",
        b"<RSAKeyValue>",
        b"M" + b"A" * 59 + b"\n",
        b"30" + b"8" * 118 + b" ",
    ):
        assert not holds_private_key(mark * 100_000)


@pytest.mark.parametrize("read_file", [examine, certificates.read, read], ids=["document", "certificate", "import"])
@pytest.mark.parametrize("kind", KEYS)
def test_it_is_refused_wherever_a_file_is_read(read_file: Callable[[Any], Any], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_file(file_with(KEYS[kind](), "avtale.pdf"))
    assert [error.code for error in refused.value.error_list] == ["private_key"]


@pytest.mark.parametrize("lines", ["in one cell", "in a cell each"])
def test_in_a_workbook(lines: str) -> None:
    book, written = Workbook(), io.BytesIO()
    key = KEYS["PKCS #8"]().decode()
    sheet: Any = book.active
    sheet.append(["Navn", "Nøkkel"])
    for line in [key] if lines == "in one cell" else key.splitlines():
        sheet.append(["Fjordvik", line])
    book.save(written)
    with pytest.raises(ValidationError) as refused:
        read(file_with(written.getvalue(), "liste.xlsx"))
    assert [error.code for error in refused.value.error_list] == ["private_key"]


@pytest.mark.parametrize("kind", ["PKCS #8", "PKCS #12", "UTF-16"])
def test_attached_to_a_pdf(kind: str) -> None:
    inside = with_files(("vedlegg.txt", KEYS[kind]()))
    assert verdict(inside) == verdict(with_files(("avtale.pdf", inside))) == "private_key"
    with pytest.raises(ValidationError) as refused:
        examine(file_with(inside))
    assert [error.code for error in refused.value.error_list] == ["private_key"]


def test_nothing_of_it_is_kept(cast: Cast, journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    """No row, no file, no line of the log; and the page says what to do."""
    before = (Document.objects.count(), Certificate.objects.count(), SentForm.objects.count())
    key, manager = KEYS["PKCS #8"](), cast.client(cast.manager)
    reference = journey.integration.reference
    agreement = {"kind": AgreementKind.TERMS, "signatory": "Kirsten Kontrakt", "signed_on": "2026-01-02"}
    for name, sent in (("agreement", agreement | {"document": key}), ("certificate_file", {"certificate": key})):
        filled = {
            one: SimpleUploadedFile("a.txt", value) if isinstance(value, bytes) else value
            for one, value in sent.items()
        }
        answer = manager.post(reverse(name, args=[reference]), filled)
        assert answer.status_code == 422
        assert "privat nøkkel" in answer.content.decode()
    answer = cast.client(cast.staff).post(reverse("imports"), {"sheet": SimpleUploadedFile("a.csv", key)})
    assert (answer.status_code, "privat nøkkel" in answer.content.decode()) == (422, True)
    assert (Document.objects.count(), Certificate.objects.count(), SentForm.objects.count()) == before
    assert "PRIVATE KEY" not in caplog.text
