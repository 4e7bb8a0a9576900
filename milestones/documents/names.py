"""What a file is called here, whatever it was called where it came from."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

MAX_NAME = 200
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
}
"""By content type, the endings that a name may have: on the disk of whoever downloads it, the ending is the type."""

TYPES_IN_WORDS = {
    "application/pdf": _("PDF"),
    "image/png": _("picture (PNG)"),
    "image/jpeg": _("picture (JPEG)"),
    "text/plain": _("text"),
    "text/html": _("web page (HTML)"),
    **dict.fromkeys(("application/xml", "text/xml"), _("data (XML)")),
    **dict.fromkeys(
        ("application/pkcs7-signature", "application/pkcs7-mime", "application/cms", "application/timestamp-token"),
        _("electronic signature"),
    ),
}
"""What files inside a document are called, by content type."""

NOT_IN_NAMES = '<>:"|?*'
"""What no file may be called on Windows; a quotation mark would also end the name in a header."""
NOT_AT_START = "=+-@＝＋－＠. "
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
"""Names that Windows takes for devices, whatever their ending."""


def safe_name(name: str, kind: str) -> str:
    """The name a file came with, made fit for showing, for download and for a cell of a spreadsheet.

    Without folders, control characters and what turns the direction of writing; nothing at its start that a
    spreadsheet reads as a formula or a system as hidden; no name of a device; and with an ending of its type.
    """
    kept = _plain(name)
    stem, dot, ending = kept.rpartition(".")
    if f".{ending.lower()}" not in ENDINGS[kind] or not dot:
        stem, ending = kept, ENDINGS[kind][0][1:]
    stem = stem.lstrip(NOT_AT_START).rstrip(" .")[: MAX_NAME - 1 - len(ending)].rstrip(" .") or "document"
    if stem.split(".")[0].strip().upper() in DEVICES:
        stem = f"_{stem}"[: MAX_NAME - 1 - len(ending)]
    return f"{stem}.{ending}"


def shown_name(name: str) -> str:
    """The name of a file inside another, made fit for showing; nobody can download it by that."""
    return _plain(name).strip()[:MAX_NAME] or "–"


def _plain(name: str) -> str:
    """Without folders, control characters, what turns the direction of writing, and what no file may be called."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    return "".join(character for character in last if character.isprintable() and character not in NOT_IN_NAMES)
