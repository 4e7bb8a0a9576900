"""JUnit XML: properties, what its many writers do differently, and failures around the tests."""

from __future__ import annotations

import pytest

from milestones.evidence.reports import read
from milestones.process import Outcome
from tests.evidence.report_samples import case, outcomes, suite, tell


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ('<property name="digipost_scenario" value="T07"/>', ("T07",)),
        ('<property name="digipost-scenario" value="t07, T08"/>', ("T07", "T08")),
        ('<property name="digipostScenario">T07</property>', ("T07",)),
        ('<property name="test_key" value="E01"/>', ("E01",)),
        ('<property name="test_key" value="POST-17"/>', ()),
        ('<property name="requirement" value="T07"/>', ()),
        (f'<property name="test_key" value="{"T07 " * 300}"/>', ()),
    ],
)
def test_ids_given_by_a_property(given: str, named: tuple[str, ...]) -> None:
    [test] = suite(case("sends", f"<properties>{given}</properties>")).tests
    assert test.named == named


def test_properties_of_a_suite_are_those_of_the_whole_machine() -> None:
    given = '<properties><property name="digipost_scenario" value="T07"/></properties>'
    assert suite(given, case("sends")).tests[0].named == ()


def test_a_lone_suite_and_tests_in_no_suite() -> None:
    for root in ("testsuite", "testsuites"):
        assert outcomes(read(f"<{root}>{case('a')}</{root}>".encode())) == ["passed"]


@pytest.mark.parametrize("how", ["<failure/>", "<error/>"])
def test_what_failed_around_the_tests_of_a_suite(how: str) -> None:
    report = suite(case("t07_letter"), how, about='name="T07 letters"')
    assert tell(report)["T07"].failed == ("T07 letters",)


def test_a_class_that_could_not_start_is_called_by_its_name() -> None:
    failed = '<testcase name="" classname="no.fjordvik.T07LetterTest"><error/></testcase>'
    assert tell(suite(failed))["T07"].outcome == Outcome.FAILED
    assert suite("<testcase/>").tests[0].name == ""


@pytest.mark.parametrize("about", ['status="FAILED"', 'result="error"'])
def test_a_failure_that_is_said_by_an_attribute(about: str) -> None:
    assert outcomes(suite(case("t07", about=about))) == ["failed"]


@pytest.mark.parametrize("about", ['status="run" result="completed"', 'status="passed"', ""])
def test_what_passed(about: str) -> None:
    assert outcomes(suite(case("t07", about=about))) == ["passed"]
