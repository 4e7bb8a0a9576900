"""Whether bytes are text, and in which characters: the same for what is uploaded and for a text within a PDF.

Nothing but Python in it: the parser's process reads it too.
"""

from __future__ import annotations

import codecs
import unicodedata

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
ENDED = "\x1a"
"""Behind the last line, by DOS."""
CONTROLS = {*map(chr, range(1, 32)), "\x7f"} - {*IN_TEXT}
"""The others but NUL: the end of a file by DOS, marks between fields and pages."""
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides and isolates: with them a line reads otherwise than it is. The marks with which Arabic and
Hebrew are written (U+200E, U+200F, U+061C) turn nothing but themselves."""
PRINTED = "‘’“”‚„«»–—•…·€§°©®™´²³½¼¾×±"
"""Beside letters, the characters of one byte that people's programs put into their texts."""
LOOKED_AT = 100_000
"""How many characters from the beginning are checked for being ordinary in texts."""
LEAST_SHARE = 0.8
"""The share of them that must be ordinary; in random bytes it is lower."""
LETTERS_TO_A_CONTROL = 100
"""Characters of one byte to each of CONTROLS, at least: any bytes can be read so, and programs have many."""


class Misleading(Exception):
    """A text that shows otherwise than it is: `character` stands in this `line`, from 1; NUL in any."""

    def __init__(self, character: str, line: int) -> None:
        super().__init__(f"U+{ord(character):04X}")
        self.character, self.line = character, line


def read(content: bytes) -> tuple[str, str]:
    """The charset in which these bytes are text, as browsers name it, and the text; both empty if they are none.

    Raises Misleading for a text that holds NUL, or a character that turns the direction of writing.
    """
    charset, text = _decoded(content)
    if not charset or not _looks_written(text[:LOOKED_AT].replace("\0", "").removesuffix(ENDED), charset):
        return "", ""
    if nuls := text.count("\0"):
        if nuls >= len(text) / 10:
            return "", ""
        raise Misleading("\0", 1)
    for character in TURNING:
        if character in text:
            raise Misleading(character, text.count("\n", 0, text.index(character)) + 1)
    return charset, text


def _decoded(content: bytes) -> tuple[str, str]:
    """Charset and text; both empty where nothing fits."""
    marked = next((charset for mark, charset in MARKS if content.startswith(mark)), "")
    try:
        return marked or "utf-8", content.decode("utf-8-sig" if marked == "utf-8" else marked or "utf-8")
    except UnicodeDecodeError:
        return ("", "") if marked else _decoded_by_bytes(content)


def _decoded_by_bytes(content: bytes) -> tuple[str, str]:
    text = content.decode(BYTES, errors="replace")
    controls = sum(map(text.count, CONTROLS))
    return (BYTES, text) if controls <= max(1, len(text) // LETTERS_TO_A_CONTROL) else ("", "")


def _looks_written(text: str, charset: str) -> bool:
    is_ordinary = _is_ordinary_in_bytes if charset == BYTES else _is_ordinary
    ordinary = {character for character in set(text) if is_ordinary(character)}
    return sum(character in ordinary for character in text) >= len(text) * LEAST_SHARE


def _is_ordinary(character: str) -> bool:
    return character in IN_TEXT or unicodedata.category(character) not in ("Cc", "Cn")


def _is_ordinary_in_bytes(character: str) -> bool:
    return (character.isascii() and character not in CONTROLS) or character.isalpha() or character in PRINTED
