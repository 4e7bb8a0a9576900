"""JSON from outside: an object of a kind that can be worked with and stored, or a ValueError."""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 20
"""Objects and lists within one another. What WebAuthn and OpenID Connect say has four."""


def json_object(text: str | bytes) -> dict[str, Any]:
    """Parse a JSON object. Raises ValueError for anything else, and for what Python or a database cannot handle: deep
    nesting, NaN and infinity, strings with NUL or a lone surrogate.
    """
    try:
        found = json.loads(text, parse_constant=_number, parse_float=_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    _require_plain(found)
    return found


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is no number")
    return number


def _require_plain(found: Any) -> None:
    """Without recursion of its own: a stack of what is to be looked at, and how deep it lies."""
    waiting = [(found, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(value, str):
            _require_whole(value)
        elif isinstance(value, dict):
            waiting += [(one, depth + 1) for pair in value.items() for one in pair]
        elif isinstance(value, list):
            waiting += [(one, depth + 1) for one in value]


def _require_whole(text: str) -> None:
    text.encode()  # UnicodeEncodeError, a ValueError, for half of a surrogate pair
    if "\x00" in text:
        raise ValueError("NUL in a text")
