"""What the body of an answer of Digipost's API says, without whom it is about.

Imported by the process that reads XML: it knows nothing of the product.
"""

from __future__ import annotations

import re
from typing import Any

from .safe_xml import Element, chunks_of, elements
from .vocabulary import sign

NAMESPACE = re.compile(r"\{http://api\.digipost\.no/schema/v[0-9]{1,3}\}")
WITH_KEY = "identification-result-with-encryption-key"
"""A root around the one that is meant."""
FEATURE = "no.digipost.feature."
TEXTS: dict[tuple[str, ...], str] = {
    ("message-delivery", "status"): "delivery",
    ("message-delivery", "delivery-method"): "method",
    ("identification-result", "result"): "identification",
    ("identification-result", "unidentified-reason"): "unidentified",
    ("identification-result", "invalid-reason"): "invalid",
    ("batch", "status"): "batch",
    ("sender-information", "status"): "sender",
    ("sender-information", "supported-features", "feature"): "feature",
    ("error", "error-code"): "error",
}
"""Whose text is a sign, and by which key."""
ATTRIBUTES: dict[tuple[str, ...], dict[str, str]] = {
    ("document-status",): {"status": "document", "channel": "channel", "read": "read"},
    ("document-events", "event"): {"type": "event"},
}
SENDERS = {("message-delivery", "sender-id"), ("sender-information", "sender-id")}
BATCH = ("batch", "uuid")
ATTACHMENT = ("message-delivery", "attachment")
ACCOUNT = re.compile(r"[0-9]{1,20}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read(content: bytes) -> dict[str, Any]:
    """`signs`, a list; `sender_id`, digits or empty; `about`, a batch's uuid or empty. Raises Unsafe.

    All are empty for what is no XML of Digipost's API: JSON, plain text, a page.
    """
    found: dict[str, Any] = {"signs": set(), "sender_id": "", "about": ""}
    if _is_marked_up(content):
        for element in elements(chunks_of(content)):
            if NAMESPACE.fullmatch(element.namespace):
                _take(element, found)
    return found | {"signs": sorted(found["signs"] - {""})}


def _is_marked_up(content: bytes) -> bool:
    """Whether it begins as XML does, in UTF-8 or UTF-16."""
    return content[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _take(element: Element, found: dict[str, Any]) -> None:
    path = element.path[1:] if element.path[0] == WITH_KEY else element.path
    if path in TEXTS:
        found["signs"].add(sign(TEXTS[path], element.text.removeprefix(FEATURE)))
    for name, key in ATTRIBUTES.get(path, {}).items():
        found["signs"].add(sign(key, element.attributes.get(name, "")))
    if path == ATTACHMENT:
        found["signs"].add(sign("attachments", "some"))
    sender = element.text if path in SENDERS else element.attributes.get("sender-id", "")
    if (path in SENDERS or path == ("document-status",)) and ACCOUNT.fullmatch(sender):
        found["sender_id"] = sender
    if path == BATCH and UUID.fullmatch(element.text):
        found["about"] = element.text
