"""The ways in which people write a name, as patterns: with other spaces, in file names, "Nordmann, Kari", without å.

A name of several words counts in any of them. One of a single word counts only as it is written: Mai is no month.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

_MARKS = "[\u0300-\u036f]"
"""What stands behind a letter where å is written as a and its ring."""
_MARK_UNSEEN = "[\u00ad\u200b-\u200d\u2060\ufeff]"
"""Where a line may break, and what word processors leave behind."""
_UNSEEN = f"{_MARK_UNSEEN}*"
_WRITTEN_SPACE = "%20|&nbsp;|&#160;|&#x[aA]0;"
"""Spaces as addresses and web pages write them."""
_BETWEEN = rf"(?:{_UNSEEN}(?:-?\s+|[_.+\-\u2010-\u2014]+|{_WRITTEN_SPACE})|{_MARK_UNSEEN}+)"
_COMMA = rf"\s*,(?:[\s_+]|{_WRITTEN_SPACE})*"
_ENDS = rf"(?=[sS]?(?![^\W\d_]|{_MARKS}))"
"""Before no letter, but for the genitive's."""
_CAMEL_ENDS = r"(?=s?(?![a-zß-öø-ÿ]))"
"""Before no small letter: AvtaleKariNordmannSignert.pdf."""
_BEGINS = rf"(?<![^\W\d_])(?<!{_MARKS})"
"""After no letter; an underscore or a digit is none, as in 2026_Kari_Nordmann2.pdf."""
_TOGETHER = 10
"""Letters from which a name counts in karinordmann too: a short one could be any word."""
_SURNAMES = 3
"""Words that stand before the comma, at most."""
_OTHERWISE = {"å": ("aa", "a"), "ø": ("oe", "o"), "æ": ("ae",), "ö": ("oe", "o"), "ä": ("ae", "a"), "ü": ("ue", "u")}
"""What stands for a letter where a system or a keyboard does not have it."""
_FULL_WIDTH = 0xFEE0
"""From an ASCII letter to the same as wide as a Chinese one."""
_APOSTROPHES = "'\u2019\u02bc`\u00b4"
_NEVER = re.compile(r"(?!)")


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """Matches any of the names, the longest first, in whatever spelling."""
    plain = {" ".join(unicodedata.normalize("NFC", name).split()) for name in names} - {""}
    return (
        re.compile("|".join(map(_spellings, sorted(plain, key=lambda name: (-len(name), name))))) if plain else _NEVER
    )


def _spellings(name: str) -> str:
    words = [word for word in re.split(r"[\s_,+\-\u2010-\u2014]+", name) if word]
    if len(words) < 2:
        return _alone("".join(map(_letter, name)))
    turned = [
        (_spaced(words[-last:]), _spaced(words[:-last])) for last in range(1, min(_SURNAMES, len(words) - 1) + 1)
    ]
    ways = [_spaced(words)]
    for last, first in turned:
        ways += [rf"{last}{_COMMA}{first}(?!-\w)", f"{last}{_BETWEEN}{first}"]  # Nordmann, Kari-Anne is another
    if sum(map(len, words)) >= _TOGETHER:
        ways.append("".join(_loose(letter) for word in words for letter in word))
    camel = "".join(_letter(letter) for word in words for letter in word[0].upper() + word[1:])
    return rf"{_BEGINS}(?i:{'|'.join(ways)}){_ENDS}|{camel}{_CAMEL_ENDS}"


def _alone(word: str) -> str:
    """A word as it is written, between anything but letters and digits."""
    return rf"(?:(?<!\w)|(?<=_)){word}(?=s?(?![^\W_]|{_MARKS}))"


def _spaced(words: list[str]) -> str:
    return _BETWEEN.join(_UNSEEN.join(map(_loose, word)) for word in words)


def _letter(letter: str) -> str:
    """A letter, written as one character or as two."""
    return _any_of(letter, unicodedata.normalize("NFD", letter))


def _loose(letter: str) -> str:
    """A letter as it is, or as it is written where it cannot be (also as the bytes of an address); dots and
    apostrophes may be missing.
    """
    if letter in _APOSTROPHES:
        return f"[{_APOSTROPHES}]?"
    if letter == ".":
        return r"\.?"
    if letter.isascii():
        return _any_of(letter, chr(ord(letter) + _FULL_WIDTH)) if letter.isalpha() else _any_of(letter)
    apart = unicodedata.normalize("NFD", letter)
    cases = (letter.lower(), letter.upper())
    as_bytes = [quote(form) for one in cases for form in (one, unicodedata.normalize("NFD", one))]
    return _any_of(letter, apart, *_OTHERWISE.get(letter.lower(), (apart[0],)), *as_bytes)


def _any_of(*spellings: str) -> str:
    spelled = [re.escape(spelling) for spelling in dict.fromkeys(spellings)]
    return spelled[0] if len(spelled) == 1 else f"(?:{'|'.join(spelled)})"
