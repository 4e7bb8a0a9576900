"""PDFs signed by pyHanko, with certificates made in the test."""

from __future__ import annotations

import asyncio
import datetime
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko_certvalidator.registry import SimpleCertificateStore

from milestones.demo import a_pdf
from tests.evidence.certifying import a_certificate, an_rsa_key, der, named

ADOBE, PADES = SigSeedSubFilter.ADOBE_PKCS7_DETACHED, SigSeedSubFilter.PADES
NUMBER = "01010112345"
"""Shaped as a national identity number, and nobody's."""


def a_signer(name: str = "Kirsten Kontrakt", **more: str) -> SimpleSigner:
    """Somebody with a certificate as Nordic issuers make them: with a number in it that is not to be kept."""
    subject = named(name, **{"serial_number": f"PNONO-{NUMBER}", **more})
    certificate = a_certificate(subject, named("Utsteder"), key=an_rsa_key(), signed_with=an_rsa_key())
    key = an_rsa_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        x509.Certificate.load(der(certificate)), keys.PrivateKeyInfo.load(key), SimpleCertificateStore()
    )


def signed(
    content: bytes | None = None,
    signer: SimpleSigner | None = None,
    *,
    field: str = "Signatur1",
    kind: SigSeedSubFilter = ADOBE,
) -> bytes:
    """The PDF with one more signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content or a_pdf()), strict=False)
    append_signature_field(writer, SigFieldSpec(field))
    about = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=kind)
    signing = PdfSigner(about, signer or a_signer()).async_sign_pdf(writer)
    with ThreadPoolExecutor(1) as aside:  # once a browser has been open, this thread has Playwright's loop
        into: Any = aside.submit(asyncio.run, signing).result()
    return bytes(into.getvalue())


def changed_at(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def today_in_utc() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
