"""Captured answers of Digipost's API: read from a file, and judged by the signature that Digipost set.

The signed text and the certificate prove an answer for good. Its body can name recipients: it is hashed, read in a
process of its own for what it says of the sending, and never kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import Certificate

from ..clock import EARLIEST_YEAR, LATEST_YEAR
from ..json_objects import one_or_many
from ..process import Rung
from .reading import bodies_found
from .refusals import in_answer, refused
from .statements import Refused, Statement
from .vocabulary import sign

MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
MOST_ANSWERS = 500
SIGNED = ("content-md5", "date", "x-content-sha256", "x-digipost-userid")
"""The headers that the signature covers where they are present, in the order in which it does."""
SIGNATURE = "x-digipost-signature"
KEPT = (*SIGNED, SIGNATURE)
"""Others are not looked at: they may hold cookies."""
SCENARIO = re.compile(r"[A-Za-z0-9_.-]{0,30}")
ACCOUNT = re.compile(r"[0-9]{1,20}")
NAMES_NOBODY = re.compile(r"(?:/(?!(?:search|suggest|recipients|autocomplete)(?:/|\Z)|\d{11}(?:/|\Z))[a-z0-9_-]*)+")
"""A path that asks for no person: no search, no letter or sign that ids lack, no national identity number."""
LONGEST_PATH = 300
DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
"""RFC 9110, 5.6.7: the one form in which servers write it."""


@dataclass(frozen=True)
class Captured:
    """An answer as somebody captured it: nothing of it is believed yet. Headers are those of KEPT, by lower-case name;
    `path` is in lower case and without a query.
    """

    status: int
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    scenario: str = ""


# --- A file


def read(content: bytes) -> list[Captured]:
    """The answers in a JSON file of one, or of a list of them. Raises Refused, which says what is missing in which.

    Each is an object: `status` (int), `path` (or the whole address), `headers` (an object, or a list of pairs), `body`
    (a text) or `body_base64`, and, if it is known, `scenario`.
    """
    if len(content) > MOST_BYTES:
        raise refused("too_large", most=MOST_BYTES // MEBIBYTE)
    if not content.strip():
        raise refused("empty")
    try:
        found = one_or_many(content)
    except ValueError:
        raise refused("json") from None
    if len(found) > MOST_ANSWERS:
        raise refused("too_many", most=MOST_ANSWERS)
    return [_numbered(number, one) for number, one in enumerate(found, 1)]


def _numbered(number: int, found: dict[str, Any]) -> Captured:
    try:
        return Captured(_status(found), _path(found), _headers(found), _body(found), _scenario(found))
    except Refused as refusal:
        raise in_answer(number, refusal) from None


def _status(found: dict[str, Any]) -> int:
    status = found.get("status")
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise refused("status")
    return status


def _path(found: dict[str, Any]) -> str:
    address = found.get("path")
    if not isinstance(address, str) or not address.strip():
        raise refused("path")
    try:
        return urlsplit(address.strip()).path.lower() or "/"
    except ValueError:
        raise refused("path") from None


def _headers(found: dict[str, Any]) -> dict[str, str]:
    said = found.get("headers")
    pairs = list(said.items()) if isinstance(said, dict) else said
    if not isinstance(pairs, list):
        raise refused("headers")
    headers: dict[str, str] = {}
    for pair in pairs:
        name, value = _header(pair)
        if name in KEPT and headers.setdefault(name, value) != value:
            raise refused("header_twice", name=name)
    return headers


def _header(pair: Any) -> tuple[str, str]:
    """A value may be a list of one text: so some clients have their headers."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise refused("headers")
    name, value = pair
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(name, str):
        raise refused("headers")
    name = name.strip().lower()
    if name not in KEPT:
        return name, ""
    if not isinstance(value, str) or not value.strip().isprintable():  # a break would make two headers of one
        raise refused("headers")
    return name, value.strip()


def _body(found: dict[str, Any]) -> bytes:
    text, packed = found.get("body"), found.get("body_base64")
    if (
        (text is not None and packed is not None)
        or not isinstance(text, str | None)
        or not isinstance(packed, str | None)
    ):
        raise refused("body")
    if packed is None:
        return (text or "").encode()
    try:
        return base64.b64decode("".join(packed.split()), validate=True)
    except ValueError:
        raise refused("body") from None


def _scenario(found: dict[str, Any]) -> str:
    named = found.get("scenario") or ""
    if not isinstance(named, str) or not SCENARIO.fullmatch(named.strip()):
        raise refused("scenario")
    return named.strip().upper()


# --- Judging


def judge(captured: Captured, pinned: Collection[Certificate]) -> Statement:
    """What an answer says, if one of the pinned certificates' keys signed it. Raises Refused, which says why not.

    Raises ValidationError too, if too many others are being examined.
    """
    (judged,) = judge_all([captured], pinned)
    if isinstance(judged, Refused):
        raise judged
    return judged


def judge_all(captured: Sequence[Captured], pinned: Collection[Certificate]) -> list[Statement | Refused]:
    """The same for many, in their order. The bodies are read together, and only those whose signature holds."""
    judged = [_signed_or_refused(one, pinned) for one in captured]
    bodies = [one.body for one, signed in zip(captured, judged, strict=True) if isinstance(signed, _Signed)]
    found = iter(bodies_found(bodies))
    return [
        signed if isinstance(signed, Refused) else _stated(one, signed, next(found))
        for one, signed in zip(captured, judged, strict=True)
    ]


@dataclass(frozen=True)
class _Signed:
    """What holds of an answer before its body is read."""

    at: datetime
    text: str
    signature: bytes
    fingerprint: str


def signed_text(status: int, path: str, headers: Mapping[str, str]) -> str:
    """What Digipost signs (as UTF-8, RSA PKCS #1 v1.5 with SHA-256). Headers are by their lower-case names."""
    covered = "".join(f"{name}: {headers[name]}\n" for name in SIGNED if name in headers)
    return f"{status}\n{path}\n{covered}"


def _signed_or_refused(captured: Captured, pinned: Collection[Certificate]) -> _Signed | Refused:
    try:
        return _signed(captured, pinned)
    except Refused as refusal:
        return refusal


def _signed(captured: Captured, pinned: Collection[Certificate]) -> _Signed:
    if not pinned:
        raise refused("not_pinned")
    if len(captured.path) > LONGEST_PATH or not NAMES_NOBODY.fullmatch(captured.path):
        raise refused("personal_path")
    _require_hash(captured)
    text = signed_text(captured.status, captured.path, captured.headers)
    signature = _signature(captured)
    signer = next((one for one in pinned if _holds(signature, text, one)), None)
    if signer is None:
        raise refused("signature")
    return _Signed(_date(captured), text, signature, signer.fingerprint(hashes.SHA256()).hex())


def _require_hash(captured: Captured) -> None:
    """An answer without a body needs no hash, as Digipost's own client has it: its signature says all that it says."""
    expected = captured.headers.get("x-content-sha256")
    if expected is None and captured.body:
        raise refused("no_hash")
    if expected is not None and expected != base64.b64encode(hashlib.sha256(captured.body).digest()).decode():
        raise refused("hash")


def _signature(captured: Captured) -> bytes:
    if not captured.headers.get(SIGNATURE):
        raise refused("unsigned")
    try:
        return base64.b64decode(captured.headers[SIGNATURE], validate=True)
    except (binascii.Error, ValueError):
        raise refused("signature") from None


def _holds(signature: bytes, text: str, certificate: Certificate) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _date(captured: Captured) -> datetime:
    said = captured.headers.get("date", "")
    try:
        moment = parsedate_to_datetime(said) if DATE.fullmatch(said) else None
    except (ValueError, TypeError):
        moment = None
    if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise refused("date")
    return moment


def _stated(captured: Captured, signed: _Signed, found: dict[str, Any]) -> Statement | Refused:
    if "refused" in found:
        return refused(found["refused"])
    user = captured.headers.get("x-digipost-userid", "")
    user_id = user if ACCOUNT.fullmatch(user) else ""
    return Statement(
        rung=Rung.SIGNED,
        signs=found["signs"] | {sign("http", str(captured.status)), *_on_behalf(found, user_id)},
        at=signed.at,
        sender_id=found["sender_id"] or user_id,
        user_id=user_id,
        about=found["about"],
        scenario=captured.scenario,
        digest=hashlib.sha256(signed.signature).hexdigest(),
        signed_text=signed.text,
        signature=base64.b64encode(signed.signature).decode(),
        fingerprint=signed.fingerprint,
    )


def _on_behalf(found: dict[str, Any], user_id: str) -> list[str]:
    """Of a delivery, whether the sender is another than who asked."""
    delivered = any(one.startswith("delivery:") for one in found["signs"])
    differs = user_id and found["sender_id"] and found["sender_id"] != user_id
    return [sign("on-behalf", "yes")] if delivered and differs else []
