"""Plain text as people's programs write it: in which characters, and whether it is text at all. Its bytes are kept."""

from __future__ import annotations

import codecs
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text may begin with, and the charset that this says."""
BYTES = "windows-1252"
"""The charset of what is text and says nothing: one byte a character, as Windows wrote before UTF-8."""
IN_TEXT = "\t\n\v\f\r\b\a\x1b"
"""Control characters of texts and of logs: what moves on a terminal, rings, or colours."""
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides and isolates: with them a line reads otherwise than it is. The marks with which Arabic and
Hebrew are written (U+200E, U+200F, U+061C) turn nothing but themselves."""
PRINTED = "‘’“”‚„«»–—•…·€§°©®™´²³½¼¾×±"
"""Beside letters, the characters of one byte that people's programs put into their texts."""
LOOKED_AT = 100_000
"""How many characters from the beginning are checked for being ordinary in texts."""
LEAST_SHARE = 0.8
"""The share of them that must be ordinary; in random bytes it is lower."""


def charset_of(content: bytes) -> str:
    """The charset in which these bytes are text, as browsers name it; empty if they are none.

    Raises ValidationError for a text that holds NUL, or a character that turns the direction of writing.
    """
    charset, text = _read(content)
    if not charset or not _looks_written(text[:LOOKED_AT].replace("\0", ""), charset):
        return ""
    if nuls := text.count("\0"):
        return _refuse_nul() if nuls < len(text) / 10 else ""
    for character in TURNING:
        if character in text:
            _refuse_turning(character, text.count("\n", 0, text.index(character)) + 1)
    return charset


def _read(content: bytes) -> tuple[str, str]:
    """Charset and text; both empty where nothing fits."""
    marked = next((charset for mark, charset in MARKS if content.startswith(mark)), "")
    try:
        return marked or "utf-8", content.decode(marked or "utf-8")
    except UnicodeDecodeError:
        return ("", "") if marked else _read_in_bytes(content)


def _read_in_bytes(content: bytes) -> tuple[str, str]:
    """Any bytes can be read in a single-byte charset: only those without control characters count as text."""
    text = content.decode(BYTES, errors="replace")
    others = {character for character in set(text) if character < " " or character == "\x7f"} - set(IN_TEXT)
    return ("", "") if others else (BYTES, text)


def _looks_written(text: str, charset: str) -> bool:
    is_ordinary = _is_ordinary_in_bytes if charset == BYTES else _is_ordinary
    ordinary = {character for character in set(text) if is_ordinary(character)}
    return sum(character in ordinary for character in text) >= len(text) * LEAST_SHARE


def _is_ordinary(character: str) -> bool:
    return character in IN_TEXT or unicodedata.category(character) not in ("Cc", "Cn")


def _is_ordinary_in_bytes(character: str) -> bool:
    return character.isascii() or character.isalpha() or character in PRINTED


def _refuse_nul() -> str:
    raise ValidationError(
        _("The text holds NUL characters (U+0000). Save it as plain text in UTF-8, and choose that."), code="nul"
    )


def _refuse_turning(character: str, line: int) -> None:
    told = _(
        "Line %(line)s of the text holds a character that turns the direction of writing (%(character)s), so that it "
        "may read otherwise than it is. Remove it, save the text, and choose it again."
    )
    raise ValidationError(told % {"line": line, "character": f"U+{ord(character):04X}"}, code="turning")
