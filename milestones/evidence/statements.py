"""What Digipost testified, with nothing that names a recipient: all of it may be kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from ..process import Rung


class Refused(ValidationError):
    """Evidence that does not count; its message says why and what to do, its `code` which reason it is."""


@dataclass(frozen=True)
class Statement:
    """What one answer or one receipt says.

    `rung` is SIGNED for an answer whose signature holds, RECEIPT for a receipt. `signs` are `key:VALUE`, as
    `vocabulary` has them. `at` is aware: the answer's Date, or the end of the job, or its start. `sender_id` is whose
    sending it is about, `user_id` who asked (X-Digipost-UserId, or the receipt's ref-behandler-id): digits, or empty.
    `about` is a batch's uuid or a job's id, and empty without one; `scenario` what the capture names, if anything.

    `digest` tells one piece of evidence from another: SHA-256 (hex) of the signature's bytes; of a receipt, of its
    root, status, job and start. `signed_text`, `signature` (base64) and `fingerprint` (SHA-256 of the certificate,
    hex) prove an answer to whoever asks later; a receipt has none.
    """

    rung: Rung
    signs: frozenset[str]
    at: datetime
    sender_id: str = ""
    user_id: str = ""
    about: str = ""
    scenario: str = ""
    digest: str = ""
    signed_text: str = ""
    signature: str = ""
    fingerprint: str = ""
