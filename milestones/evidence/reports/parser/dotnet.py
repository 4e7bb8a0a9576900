"""The formats of .NET: NUnit 3, TRX (Visual Studio, `dotnet test --logger trx`) and xUnit v2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from found import FAILED, Found, ended, ids_of, method_of

Read = tuple[str, set[str], Iterator[Found]]
CATEGORIES = {"category", "testcategory"}
"""Properties and traits whose value is what the tests are called together."""


def nunit(root: Any) -> Read:
    return "NUnit 3", {root.get("start-time", "")}, _nunit_tests(root, [])


def _nunit_tests(suite: Any, given: list[str]) -> Iterator[Found]:
    """Those of a suite. What is given to a fixture, or to a method with several cases, is given to its tests."""
    for element in suite:
        if element.tag not in ("test-suite", "test-case"):
            continue
        pairs = [(one.get("name", ""), one.get("value", "")) for one in element.iterfind("properties/property")]
        ids = [*given, *_ids_of(pairs)]
        name = method_of(element.get("name", ""), element.get("classname", ""))
        if element.tag == "test-case":
            failed = any(ended(one.get("result", "")) == FAILED for one in element.iter("assertion"))
            failed = failed or element.find(".//failure") is not None
            outcome = FAILED if failed else ended(element.get("result", ""))
            yield Found(name, element.get("methodname", ""), ids, outcome)
            continue
        if ended(element.get("result", "")) == FAILED and element.get("site") in ("SetUp", "TearDown"):
            yield Found(name, "", ids, FAILED)  # around its tests, which may all have passed
        yield from _nunit_tests(element, ids)


def xunit(root: Any) -> Read:
    times = {root.get("start-rtf", "")}
    for one in root.iterfind("assembly"):
        times |= {one.get("start-rtf") or f"{one.get('run-date', '')}T{one.get('run-time', '')}"}
    return "xUnit v2", times, _xunit_tests(root)


def _xunit_tests(root: Any) -> Iterator[Found]:
    for test in root.iter("test"):
        ids = _ids_of([(one.get("name", ""), one.get("value", "")) for one in test.iterfind("traits/trait")])
        outcome = FAILED if test.find(".//failure") is not None else ended(test.get("result", ""))
        yield Found(method_of(test.get("name", ""), test.get("type", "")), test.get("method", ""), ids, outcome)
    for error in root.iterfind("assembly/errors/error"):  # a test's cleanup, after it has passed
        if error.get("type", "").startswith("test-"):
            yield Found(method_of(error.get("name", "")), "", [], FAILED)


class Definition(NamedTuple):
    """What a test of a TRX file is, told once for all its results."""

    of_class: str = ""
    method: str = ""
    ids: list[str] = []


def trx(root: Any) -> Read:
    times = {one.get("start") or one.get("creation", "") for one in root.iterfind("Times")}
    return "TRX", times, _trx_tests(root)


def _trx_tests(root: Any) -> Iterator[Found]:
    definitions = {one.get("id", ""): _definition(one) for one in root.iterfind("TestDefinitions/*")}
    for result in root.iterfind("Results/*"):
        yield from _trx_results(result, definitions)


def _definition(element: Any) -> Definition:
    method = element.find("TestMethod")
    pairs = [
        (one.findtext("Key") or "", one.findtext("Value") or "") for one in element.iterfind("Properties/Property")
    ]
    pairs += [("Category", one.get("TestCategory", "")) for one in element.iterfind("TestCategory/TestCategoryItem")]
    of_class, name = ("", "") if method is None else (method.get("className", ""), method.get("name", ""))
    return Definition(of_class.partition(",")[0], name, _ids_of(pairs))  # the assembly may stand behind it


def _trx_results(result: Any, definitions: dict[str, Definition]) -> Iterator[Found]:
    """Of a test with rows of data or tests within it, those; and itself only where it failed and none of them did.

    Visual Studio leaves the outcome out where it is its first word for one, Error.
    """
    within = [found for one in result.iterfind("InnerResults/*") for found in _trx_results(one, definitions)]
    yield from within
    outcome = ended(result.get("outcome", "Error"))
    if not within or (outcome == FAILED and FAILED not in {one.outcome for one in within}):
        about = definitions.get(result.get("testId", ""), Definition())
        name = method_of(result.get("testName", ""), about.of_class)
        yield Found(name, method_of(about.method, about.of_class), about.ids, outcome)


def _ids_of(pairs: list[tuple[str, str]]) -> list[str]:
    ids: list[str] = ids_of(pairs, (value for name, value in pairs if name.lower() in CATEGORIES))
    return ids


FORMATS: dict[str, Callable[[Any], Read]] = {"test-run": nunit, "TestRun": trx, "assemblies": xunit}
"""By the name of the root."""
