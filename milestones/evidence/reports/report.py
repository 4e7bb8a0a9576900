"""What is kept of a test report: names and how they ended, and nothing that a test printed or said of a failure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from ... import texts

MOST_CHARACTERS = 200
"""Of a test's name, as it is shown."""
MOST_IDS = 20
"""In one name: it can be as long as the whole file."""

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_NOTHING_BEFORE, _NOTHING_AFTER = r"(?<![^\W_])", r"(?![^\W_])"
_ID = re.compile(
    rf"(?:{_NOTHING_BEFORE}|(?<=[{_LOWER}]))[A-Z][A-Z0-9]{{1,9}}(?:{_NOTHING_AFTER}|(?=[{_UPPER}][{_LOWER}]))"
    rf"|{_NOTHING_BEFORE}[a-z][a-z0-9]{{1,9}}(?:{_NOTHING_AFTER}|(?=[{_UPPER}][{_LOWER}]))"
)
"""What may be an id in a name: T07, t07_letter, [T07] and testT07Letter, but neither T071 nor PT07.

No part of it is longer than an id may be, so that it takes a time that grows as the name.
"""


class Result(StrEnum):
    """How a test ended. What is not said to have passed has not."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ReportedTest:
    """A test of a report; two of one name are two tests.

    `name` is what is shown, without the class that the test stands in; empty, if it has none. `named` are the ids that
    a property, a trait, a category or a tag gives it; `mentioned` is what in its whole name may be an id. Ids are in
    capitals.
    """

    name: str
    named: tuple[str, ...]
    outcome: Result
    mentioned: tuple[str, ...] = ()

    @classmethod
    def called(cls, name: str, outcome: Result, named: Iterable[str] = (), method: str = "") -> ReportedTest:
        """The test of that name, however long and of whatever characters.

        `method` is what the source calls it, where that is another name than the one it is reported by.
        """
        mentioned = dict.fromkeys([*islice(_ids_in(name), MOST_IDS), *islice(_ids_in(method), MOST_IDS)])
        return cls(_shown(name), tuple(named), outcome, tuple(mentioned))

    @property
    def ids(self) -> frozenset[str]:
        """Every id that it may be about."""
        return frozenset((*self.named, *self.mentioned))


@dataclass(frozen=True)
class Report:
    """A test report. `format` is the format's name; `made_at` is when its tests began, aware, never in the future, and
    None where the report does not say so, or says nonsense.
    """

    format: str
    made_at: datetime.datetime | None
    tests: list[ReportedTest]


def _ids_in(name: str) -> Iterator[str]:
    """Each once. In lower case a word is no id: only what has a digit."""
    told = set()
    for found in _ID.finditer(name):
        one = found[0].upper()
        if one not in told and (one == found[0] or any(map(str.isdigit, one))):
            told.add(one)
            yield one


def _shown(name: str) -> str:
    line = texts.header(name[: 2 * MOST_CHARACTERS])
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"
