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
    found = _parsed(text)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    _require_plain(found)
    return found


def one_or_many(text: str | bytes) -> list[dict[str, Any]]:
    """Parse a JSON object, or a list of objects. Raises ValueError as above, and where a key stands twice in one: of
    what is judged, two readers must not see different things.
    """
    found = _parsed(text, object_pairs_hook=_each_key_once)
    objects = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in objects):
        raise ValueError("not an object, nor a list of objects")
    _require_plain(found)
    return objects


def _parsed(text: str | bytes, **how: Any) -> Any:
    try:
        return json.loads(text, parse_constant=_number, parse_float=_number, **how)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
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
