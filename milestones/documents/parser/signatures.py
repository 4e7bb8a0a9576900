"""Who signed a PDF, when, and whether it is still what was signed (ISO 32000-2, PAdES): read by pyHanko.

Nothing is asked of anybody, and no list of trusted issuers is known here: whether a signer is who the certificate says
is not judged. Of a certificate the name alone is read: a serial number may be a national identity number.
"""

from __future__ import annotations

import io
import re
import resource
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

MOST = 20
"""Signatures of one document that are told."""
IDENTITY_NUMBER = re.compile(r"\d[\d ]{8,}\d")
"""Eleven digits, or as many as no name has: some issuers write them into the common name too."""
UNREAD = {"signer": "", "at": "", "intact": None, "whole": None, "added": ""}
"""Of a signature that cannot be judged."""
ADDED = {
    ModificationLevel.NONE: "nothing",
    ModificationLevel.LTA_UPDATES: "evidence",
    ModificationLevel.FORM_FILLING: "signed",
}
"""What came into the file after a signature: evidence for it, other signatures or filled fields; anything else is a
change."""


def read(content: bytes) -> list[dict[str, Any]]:
    """Each signature, the earliest first: `signer`, `at` (ISO 8601, as the signer's own clock had it), whether it is
    `intact` (None where that cannot be judged), whether it covers the `whole` file, and what was `added` afterwards.
    """
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))
    reader = PdfFileReader(io.BytesIO(content[max(0, content[:1024].find(b"%PDF-")) :]), strict=False)
    found = [_read(reader, name, field) for name, _value, field in enumerate_sig_fields(reader, filled_status=True)]
    return [told for _revision, told in sorted(found, key=lambda one: one[0])[:MOST] if told]


def _read(reader: PdfFileReader, name: str, field: Any) -> tuple[int, dict[str, Any] | None]:
    """In which revision of the file it signed, and what is told; None for a timestamp of the whole document."""
    try:
        one = EmbeddedPdfSignature(reader, field, name)
        if one.sig_object_type == "/DocTimeStamp":
            return one.signed_revision, None
        return one.signed_revision, _judged(one)
    except Exception:  # a reader of signatures fails in many ways on what is none
        return 0, UNREAD


def _judged(one: EmbeddedPdfSignature) -> dict[str, Any]:
    at = one.self_reported_timestamp
    told = UNREAD | {"signer": _name_of(one.signer_cert), "at": at.isoformat() if at and at.tzinfo else ""}
    try:
        one.compute_integrity_info()  # type: ignore[no-untyped-call]
        digest_fits, signature_fits = validate_sig_integrity(
            one.signer_info, one.signer_cert, expected_content_type="data", actual_digest=one.compute_digest()
        )
    except Exception:  # by an algorithm that is not known, or with a structure that is none
        return told
    whole = one.coverage == SignatureCoverageLevel.ENTIRE_FILE
    judged = one.diff_result
    level = judged.modification_level if isinstance(judged, DiffResult) else None
    return told | {
        "intact": digest_fits and signature_fits,
        "whole": whole,
        "added": "nothing" if whole else (ADDED.get(level) if level else None) or "changed",
    }


def _name_of(certificate: Any) -> str:
    """Its common name, or the organisation's; without what may be a person's number."""
    held = certificate.subject.native
    name = held.get("common_name") or held.get("organization_name") or ""
    first = name[0] if isinstance(name, list) else name
    return " ".join(IDENTITY_NUMBER.sub("", str(first)).strip(" ,-").split())
