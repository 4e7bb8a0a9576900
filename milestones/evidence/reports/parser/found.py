"""What is found of a test, and what all formats have in common: words for how it ended, ids given to it, names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
_PASSES = {"passed", "pass", "success"}
_FAILS = {"failed", "fail", "failure", "error", "timeout", "aborted", "cancelled", "invalid", "disconnected"}

_KEYS = {"digipostscenario", "testkey"}
"""The properties that give a test its scenario, however their words are joined."""
_TAGGED = re.compile(r"([\w-]+)\s*[:=]\s*(.+)")
_ID = re.compile(r"@?([A-Za-z][A-Za-z0-9]{1,9})")
MOST_IN_A_VALUE = 1_000
"""Characters: what is longer is a text, and no list of ids."""


class Found(NamedTuple):
    """A test: its name without its class, what the source calls it if the report says so, ids, and how it ended."""

    name: str
    method: str
    ids: list[str]
    outcome: str


def ended(word: str) -> str:
    """How a test ended, by the format's own word for it: what is not known to have passed or failed was skipped."""
    said = word.strip().lower()
    return PASSED if said in _PASSES else FAILED if said in _FAILS else SKIPPED


def ids_of(properties: Iterable[tuple[str, str]], tags: Iterable[str] = ()) -> list[str]:
    """The ids that properties give, by name and value, and tags: T07, @t07 or digipost_scenario=T07. In capitals.

    A tag in small letters without a digit, such as "slow", is none.
    """
    given = [value for name, value in properties if _is_key(name)]
    for tag in tags:
        said = _TAGGED.fullmatch(tag) if len(tag) <= MOST_IN_A_VALUE else None
        if not said:
            given += [tag] if tag.isupper() or any(map(str.isdigit, tag)) else []
        elif _is_key(said[1]):
            given.append(said[2])
    return list(dict.fromkeys(one for value in given for one in _ids_in(value)))


def method_of(name: str, of_class: str = "") -> str:
    """A name without the class before it: that one, or, where no class is named, what looks like one."""
    if of_class:
        return name.removeprefix(f"{of_class}.")
    qualified = re.match(r"[^(\[<\s]*", name)
    words = re.split(r"[.+]", qualified[0]) if qualified else []
    if len(words) < 2 or not all(map(str.isidentifier, words)):
        return name
    return words[-1] + name[len(qualified[0]) :] if qualified else name


def _is_key(name: str) -> bool:
    return len(name) < 50 and re.sub(r"[\W_]", "", name).lower() in _KEYS


def _ids_in(value: str) -> Iterable[str]:
    words = re.split(r"[\s,;|]+", value) if len(value) <= MOST_IN_A_VALUE else []
    return (said[1].upper() for said in map(_ID.fullmatch, words) if said)
