"""JUnit XML, as Surefire, Gradle, pytest, Jest, node, Go and others write it; junitparser knows a test's results.

It knows them by test. Which tests there are is asked of the elements: it would leave out those that stand in no suite,
as node writes them, and suites within suites could be counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from found import FAILED, PASSED, SKIPPED, Found, ended, ids_of, method_of
from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import InterimResult, TestCase

NOT_RUN = {"skipped", "disabled", "ignored", "notrun", "pending", "suppressed", "inconclusive"}
"""Words by which some tools say that a test did not run: of an attribute, or an element in it."""


def read(root: Any) -> tuple[str, set[str], Iterator[Found]]:
    """Of a root `testsuites` or `testsuite`. The times are those of its suites."""
    return "JUnit XML", {suite.get("timestamp", "") for suite in _suites(root)}, _tests(root)


def _suites(root: Any) -> Iterator[Any]:
    return (element for element in root.iter() if element.tag in ("testsuites", "testsuite"))


def _tests(root: Any) -> Iterator[Found]:
    for element in root.iter("testcase"):
        case: TestCase = TestCase.fromelem(element)  # type: ignore[no-untyped-call]  # the library has no types
        given = element.iterfind("properties/property")
        properties = [(one.get("name", ""), one.get("value") or one.text or "") for one in given]
        name = method_of(case.name or "", case.classname or "") or case.classname or ""  # a class that failed to start
        yield Found(name, "", ids_of(properties), _ended(case))
    for suite in _suites(root):  # what failed around its tests
        if suite.find("failure") is not None or suite.find("error") is not None:
            yield Found(suite.get("name", ""), "", [], FAILED)


def _ended(case: TestCase) -> str:
    """Any failure counts, also one after which the test was run again and passed."""
    results = list(case)
    words = {case._elem.get(name, "").strip().lower() for name in ("status", "result")}
    failed = any(isinstance(one, Failure | Error | InterimResult) for one in results) or FAILED in map(ended, words)
    left_out = any(isinstance(one, Skipped) for one in results) or NOT_RUN & {*words, *(one.tag for one in case._elem)}
    outcome: str = FAILED if failed else SKIPPED if left_out else PASSED
    return outcome
