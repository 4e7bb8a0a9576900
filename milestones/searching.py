"""How a name is found again, however it was typed, and on every database.

Databases differ in what they call the same letter: SQLite knows A to Z alone. So Python makes both sides comparable,
and the database compares bytes. Å stays another letter than A.
"""

from __future__ import annotations

import re
import unicodedata

_REFERENCE = re.compile(r"\s*([A-Za-z]{4})[\s‐-―-]*([0-9]{3})\s*")


def searchable(text: str) -> str:
    """Small letters, each in one piece (NFC), and single spaces."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def reference_of(typed: str) -> str:
    """BOFA-482, of bofa-482, "bofa 482" and BOFA482; empty for what is no reference."""
    found = _REFERENCE.fullmatch(typed)
    return f"{found[1].upper()}-{found[2]}" if found else ""


def spellings(typed: str) -> set[str]:
    """What to look for: the words as they are, and an organisation number or reference as it is stored."""
    words = searchable(typed)
    number = words.replace(" ", "") if re.fullmatch(r"[0-9 ]+", words) else ""
    return {words, number, searchable(reference_of(typed))} - {""}
