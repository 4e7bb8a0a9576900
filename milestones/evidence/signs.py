"""Signs as people read them: what each key is called, and which signs there are."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ..process import Text
from .vocabulary import KEYS, OF_RECEIPTS, PATTERNS, VALUES, sign

LABELS: dict[str, Text] = {
    "http": _("HTTP status"),
    "delivery": _("Delivery"),
    "method": _("Delivered by"),
    "attachments": _("Attachments"),
    "on-behalf": _("On behalf of another"),
    "document": _("Document"),
    "channel": _("Channel"),
    "read": _("Opened"),
    "event": _("Event"),
    "identification": _("Identification"),
    "unidentified": _("Not identified"),
    "invalid": _("Invalid"),
    "batch": _("Batch"),
    "sender": _("Sender"),
    "feature": _("Feature"),
    "error": _("Error"),
    "status": _("Job"),
    "recipients": _("Recipients"),
    "reason": _("Reason"),
    "letter": _("Letter"),
    "fault": _("Fault in a letter"),
}
WORDS: dict[str, Text] = {
    "attachments:some": _("with attachments"),
    "on-behalf:yes": _("on behalf of another sender"),
    "read:Y": _("opened by the recipient"),
    "read:N": _("not opened by the recipient"),
}
"""Signs that read better as a whole than by their key."""


def is_known(said: str) -> bool:
    """Whether Digipost can say so: a key that is read, with a value that is documented."""
    key, _colon, value = said.partition(":")
    return bool(sign(key, value))


def is_of_receipts(said: str) -> bool:
    """Whether only a receipt of a batch job says so, and no answer of the API."""
    return said in OF_RECEIPTS or said.partition(":")[0] in OF_RECEIPTS


def values_of(key: str) -> list[str]:
    """The documented values of a key, in order; of a key with too many to name, none."""
    return sorted(VALUES.get(key, ()))


def described(signs: Iterable[str]) -> str:
    """The signs as one line for a page, in the language of its reader: “Delivery: DELIVERED, with attachments”."""
    order = {key: place for place, key in enumerate(LABELS)}
    known = sorted(filter(is_known, signs), key=lambda one: (order[one.partition(":")[0]], one))
    return ", ".join(_told(one) for one in known)


def _told(said: str) -> str:
    key, _colon, value = said.partition(":")
    return str(WORDS[said]) if said in WORDS else f"{LABELS[key]}: {value}"


__all__ = ["KEYS", "LABELS", "PATTERNS", "described", "is_known", "is_of_receipts", "sign", "values_of"]
