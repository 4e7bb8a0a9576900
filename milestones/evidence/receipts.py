"""Receipts of batch jobs, as Digipost leaves them: a zip, or an XML file.

They are a rung below signed answers. A receipt can hold an XML signature, but whether Digipost sets one, and with
which key, is not known: it raises nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from ..clock import EARLIEST_YEAR, LATEST_YEAR
from ..process import Rung
from .reading import receipts_found
from .refusals import refused
from .statements import Statement

MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
OSLO = ZoneInfo("Europe/Oslo")


def read(content: bytes) -> list[Statement]:
    """What each receipt of a file says, in the file's order. Raises Refused for what holds anything else, is damaged
    or too large, and ValidationError if too many others are being examined.
    """
    if len(content) > MOST_BYTES:
        raise refused("too_large", most=MOST_BYTES // MEBIBYTE)
    if not content:
        raise refused("empty")
    found = receipts_found(content)
    if not found:
        raise refused("no_receipt")
    return [_stated(one) for one in found]


def _stated(found: dict[str, Any]) -> Statement:
    at = _moment(found["end"]) or _moment(found["start"])
    if at is None or not found["about"] or not found["status"]:
        raise refused("no_job")
    unique = "\n".join((found["root"], found["status"], found["about"], found["start"]))
    return Statement(
        rung=Rung.RECEIPT,
        signs=found["signs"],
        at=at,
        sender_id=found["sender_id"] or found["user_id"],
        user_id=found["user_id"],
        about=found["about"],
        digest=hashlib.sha256(unique.encode()).hexdigest(),
    )


def _moment(said: str) -> datetime | None:
    """An xsd:dateTime; one without a zone is Oslo's, as the schema does not say whose it is."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return timezone.make_aware(moment, OSLO) if timezone.is_naive(moment) else moment
