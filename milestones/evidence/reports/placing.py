"""Which test of a report tells of which scenario. A report makes no scenario: what is not in the set is only named."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ...process import Outcome
from .report import Report, ReportedTest, Result

_OF_THE_CATALOGUE = re.compile(r"T[0-9]{2}")


@dataclass(frozen=True)
class Told:
    """What a report tells of one scenario: how many of its tests passed and were skipped, and which failed.

    `outcome` is None if all were skipped.
    """

    outcome: Outcome | None
    passed: int
    failed: tuple[str, ...]
    skipped: int


@dataclass(frozen=True)
class Unknown:
    """What a report names that the set does not: tests of no scenario in it, and ids like T99, in order."""

    tests: tuple[str, ...]
    ids: tuple[str, ...]


def told_of(report: Report, known: Collection[str]) -> dict[str, Told]:
    """What is told of each scenario, by its id; only of ids in `known`, and only where a test tells of it.

    A scenario has failed if any test of it has, and passed if none has and one did (EVIDENCE, section 4).
    """
    known = frozenset(known)
    tests: dict[str, list[ReportedTest]] = {}
    for test in report.tests:
        for one in test.ids & known:
            tests.setdefault(one, []).append(test)
    return {one: _told(tests[one]) for one in sorted(tests)}


def unknown(report: Report, known: Collection[str]) -> Unknown:
    """The names of tests that tell of nothing in `known`, as they come, and ids of the catalogue's kind beside it."""
    known = frozenset(known)
    ids = {one for test in report.tests for one in test.ids - known if _OF_THE_CATALOGUE.fullmatch(one)}
    return Unknown(tuple(test.name for test in report.tests if not test.ids & known), tuple(sorted(ids)))


def _told(tests: list[ReportedTest]) -> Told:
    failed = tuple(test.name for test in tests if test.outcome == Result.FAILED)
    passed = sum(test.outcome == Result.PASSED for test in tests)
    outcome = Outcome.FAILED if failed else Outcome.PASSED if passed else None
    return Told(outcome, passed, failed, len(tests) - len(failed) - passed)
