"""Texts as they are stored: what Word and web pages put between the letters is taken out, what deceives is refused.

And labels as they stand within a sentence.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""Whatever else ends a line: Word types a vertical tab for Shift+Enter."""
_SPACES = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]+")
"""With what is no space to Unicode, and looks like one."""
_NO_BREAK_HYPHEN = {0x2010: "-", 0x2011: "-"}

_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINED = re.compile(f"(?<=[{_PICTURES}\ufe0e\ufe0f\U000e007f])\u200d(?=[{_PICTURES}])")
_CHOSEN = re.compile(f"(?<=[0-9#*{_PICTURES}])[\ufe0e\ufe0f]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{1,7}\U000e007f")
_INVISIBLE = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks without a shape of their own that are no format characters to Unicode."""

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NUL = re.compile("[\0\ud800-\udfff]")
_NAME = "Digipost"
SHOWN = 20
"""How much of what stands before a refused character is shown, in characters: so that it can be found."""


def one_line(text: str) -> str:
    """A line as it is stored: composed letters (NFC), plain spaces, one at a time, and nothing that cannot be seen.

    What holds an emoji together stays. Raises ValidationError for what turns the direction of writing, and for
    control characters.
    """
    _refuse_turning(text)
    _refuse_control(_CONTROL, text)
    seen = _seen(_SPACES.sub(" ", text)).translate(_NO_BREAK_HYPHEN)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", seen)).strip()


def key(text: str) -> str:
    """An id, a number or a code as it is stored: a line without spaces, in plain letters and digits (NFKC)."""
    return unicodedata.normalize("NFKC", one_line(text)).replace(" ", "")


def mid_sentence(text: object) -> str:
    """A label as it stands within a sentence: without its capital, unless it is a name or an abbreviation."""
    said = str(text)
    first = said.partition(" ")[0]
    keeps = first.startswith(_NAME) or any(one.isupper() or one.isdigit() for one in first[1:])
    return said if keeps else said[:1].lower() + said[1:]


def paragraphs(text: str) -> str:
    """A longer text as it is stored: composed letters (NFC), lines that end in a line feed; the rest as it was typed.

    Raises ValidationError for what turns the direction of writing, and for what no database stores.
    """
    _refuse_turning(text)
    _refuse_control(_NUL, text)
    return unicodedata.normalize("NFC", _BREAKS.sub("\n", text))


def header(text: str) -> str:
    """One line of whatever is stored: what `one_line` refuses becomes a space."""
    return one_line(_CONTROL.sub(" ", _TURNING.sub(" ", text)))


def _seen(text: str) -> str:
    """Without format characters and variation selectors, but for those that belong to an emoji."""
    if text.isascii():
        return text
    kept = {place for found in (_JOINED, _CHOSEN) for one in found.finditer(text) for place in range(*one.span())}
    kept |= {place for flag in _FLAG.finditer(text) for place in range(*flag.span())}
    return "".join(one for place, one in enumerate(text) if place in kept or not _is_invisible(one))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or bool(_INVISIBLE.match(character))


def _refuse_turning(text: str) -> None:
    if found := _TURNING.search(text):
        refusal = _(
            "After “%(before)s” stands an invisible character that turns the direction of writing (%(code)s). "
            "Delete what stands around it and type it by hand."
        )
        raise ValidationError(refusal % _place(found, text))


def _refuse_control(refused: re.Pattern[str], text: str) -> None:
    if found := refused.search(text):
        refusal = _(
            "After “%(before)s” stands a control character (%(code)s). "
            "Delete what stands around it and type it by hand."
        )
        raise ValidationError(refusal % _place(found, text))


def _place(found: re.Match[str], text: str) -> dict[str, str]:
    before = "".join(one for one in text[: found.start()] if one.isprintable())
    return {"before": before[-SHOWN:] or "…", "code": f"U+{ord(found[0]):04X}"}
