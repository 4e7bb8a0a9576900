"""How a message is signed, by Standard Webhooks 1.0: pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from ..models.webhooks import SECRET_PREFIX


def headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What stands at the head of a message: its id, when it is sent (Unix time), and a signature by each secret."""
    signatures = " ".join(signature(secret, message_id, timestamp, body) for secret in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256, by the secret's bytes, over id, timestamp and body with full stops."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
