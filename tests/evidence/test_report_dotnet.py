"""NUnit 3, TRX and xUnit v2: how each says that a test did not simply pass, and what is given to a test."""

from __future__ import annotations

import pytest

from milestones.evidence.reports import Report, read
from milestones.process import Outcome
from tests.evidence.report_samples import outcomes, tell


def nunit(*within: str) -> Report:
    return read(
        f'<test-run><test-suite type="Assembly" name="a.dll">{"".join(within)}</test-suite></test-run>'.encode()
    )


def trx(results: str, definitions: str = "") -> Report:
    whole = f"<Results>{results}</Results><TestDefinitions>{definitions}</TestDefinitions>"
    return read(f'<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">{whole}</TestRun>'.encode())


def xunit(*tests: str, errors: str = "") -> Report:
    whole = f"<errors>{errors}</errors><collection>{''.join(tests)}</collection>"
    return read(f"<assemblies><assembly>{whole}</assembly></assemblies>".encode())


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        ("Passed", "passed"),
        ("Failed", "failed"),
        *((one, "skipped") for one in ("Inconclusive", "Skipped", "Warning", "")),
    ],
)
def test_how_nunit_ends(result: str, wanted: str) -> None:
    assert outcomes(nunit(f'<test-case name="T07" result="{result}"/>')) == [wanted]


@pytest.mark.parametrize("within", ["<failure/>", '<assertions><assertion result="Failed"/></assertions>'])
def test_a_failure_within_a_passed_test_of_nunit(within: str) -> None:
    assert outcomes(nunit(f'<test-case name="T07" result="Passed">{within}</test-case>')) == ["failed"]


def test_what_nunit_gives_to_a_fixture_is_given_to_its_tests() -> None:
    given = '<properties><property name="Category" value="T07"/><property name="test_key" value="t08"/></properties>'
    tests = '<test-case name="a" result="Passed"/><test-suite><test-case name="b" result="Passed"/></test-suite>'
    report = nunit(f"<test-suite>{given}{tests}</test-suite>", '<test-case name="c" result="Passed"/>')
    assert [test.named for test in report.tests] == [("T08", "T07"), ("T08", "T07"), ()]


def test_what_fails_around_the_tests_of_an_nunit_fixture() -> None:
    tests = '<failure/><test-case name="T07_Letter" result="Passed"/>'
    after = nunit(f'<test-suite name="T07" result="Failed" site="TearDown">{tests}</test-suite>')
    assert tell(after)["T07"].outcome == Outcome.FAILED
    child = nunit(f'<test-suite name="T07" result="Failed" site="Child">{tests}</test-suite>')
    assert outcomes(child) == ["passed"]


@pytest.mark.parametrize("by", ["name", "methodname"])
def test_an_nunit_test_that_is_shown_by_another_name(by: str) -> None:
    names = {"name": "Letter arrives", "methodname": "LetterArrives"} | {by: "T07_Letter"}
    about = " ".join(f'{key}="{value}"' for key, value in names.items())
    assert set(tell(nunit(f'<test-case {about} classname="Post.T20Tests" result="Passed"/>'))) == {"T07"}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ('outcome="Passed"', "passed"),
        *((f'outcome="{one}"', "failed") for one in ("Failed", "Error", "Timeout", "Aborted", "Disconnected")),
        *((f'outcome="{one}"', "skipped") for one in ("NotExecuted", "Inconclusive", "NotRunnable", "Pending")),
        *((f'outcome="{one}"', "skipped") for one in ("PassedButRunAborted", "Warning", "InProgress", "Completed")),
        ("", "failed"),
    ],
)
def test_how_trx_ends(said: str, wanted: str) -> None:
    """Without a word it is Error, the first of its outcomes, which is left out when it is written."""
    assert outcomes(trx(f'<UnitTestResult testName="T07" {said}/>')) == [wanted]


ROW = '<UnitTestResult testName="T07_Letter (Data Row {row})" testId="d" outcome="{outcome}"/>'


def test_rows_of_data_of_trx_are_counted_once() -> None:
    rows = ROW.format(row=0, outcome="Passed") + ROW.format(row=1, outcome="Failed")
    whole = f'<UnitTestResult testName="T07_Letter" testId="d" outcome="Failed"><InnerResults>{rows}</InnerResults>'
    assert outcomes(trx(f"{whole}</UnitTestResult>")) == ["passed", "failed"]


def test_a_test_of_trx_that_failed_though_all_its_rows_passed() -> None:
    row = ROW.format(row=0, outcome="Passed")
    whole = f'<UnitTestResult testName="T07_Letter" testId="d" outcome="Failed"><InnerResults>{row}</InnerResults>'
    assert tell(trx(f"{whole}</UnitTestResult>"))["T07"].outcome == Outcome.FAILED


def test_what_trx_gives_to_a_test() -> None:
    categories = "".join(f'<TestCategoryItem TestCategory="{one}"/>' for one in ("T07", "slow"))
    method = '<TestMethod className="Post.T20Tests, Post.Tests, Version=1.0.0.0" name="T08_Letter"/>'
    report = trx(
        '<UnitTestResult testId="d" testName="Post.T20Tests.Arrives" outcome="Passed"/>',
        f'<UnitTest id="d"><TestCategory>{categories}</TestCategory>{method}</UnitTest>',
    )
    assert (report.tests[0].name, report.tests[0].named) == ("Arrives", ("T07",))
    assert set(tell(report)) == {"T07", "T08"}


@pytest.mark.parametrize(
    ("result", "wanted"), [("Pass", "passed"), ("Fail", "failed"), ("Skip", "skipped"), ("NotRun", "skipped")]
)
def test_how_xunit_ends(result: str, wanted: str) -> None:
    assert outcomes(xunit(f'<test name="T07" result="{result}"/>')) == [wanted]


def test_what_fails_around_a_test_of_xunit() -> None:
    error = '<error type="test-case-cleanup" name="Post.Tests.T07_Letter"><failure/></error>'
    passed = '<test name="Post.Tests.T07_Letter" type="Post.Tests" method="T07_Letter" result="Pass"/>'
    assert tell(xunit(passed, errors=error))["T07"].failed == ("T07_Letter",)
    assert outcomes(xunit(passed, errors='<error type="assembly-cleanup" name="/build/T07.dll"/>')) == ["passed"]


def test_an_xunit_test_that_is_shown_by_another_name() -> None:
    report = xunit('<test name="Letter arrives" type="Post.T20Tests" method="T07_Letter" result="Pass"/>')
    assert (set(tell(report)), report.tests[0].name) == ({"T07"}, "Letter arrives")
