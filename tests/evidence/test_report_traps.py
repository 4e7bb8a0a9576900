"""What is known to go wrong with test reports, each by its name (EVIDENCE, section 4)."""

from __future__ import annotations

import socket

import pytest
from django.core.exceptions import ValidationError

from milestones.evidence.reports import MOST_BYTES, read, told_of, unknown
from milestones.process import Outcome
from tests.evidence.report_samples import case, ctrf, outcomes, suite, tell


@pytest.mark.parametrize(
    "tag", ["failure", "error", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "skipped/><failure"]
)
def test_a_failing_test_read_as_a_passed_retry(tag: str) -> None:
    within = f'<{tag} message="once" type="AssertionError"/><system-out>then it passed</system-out>'
    assert tell(suite(case("t07_letter", within), case("t07_letter")))["T07"].outcome == Outcome.FAILED


@pytest.mark.parametrize(
    "again",
    [
        {"flaky": True},
        {"retries": 1},
        {"retryAttempts": [{"attempt": 1, "status": "failed"}, {"attempt": 2, "status": "passed"}]},
        {"steps": [{"name": "send", "status": "failed"}, {"name": "look", "status": "passed"}]},
    ],
    ids=lambda again: next(iter(again)),
)
def test_a_failing_test_read_as_a_passed_retry_in_ctrf(again: dict[str, object]) -> None:
    assert tell(ctrf({"name": "T07 letter", "status": "passed", **again}))["T07"].outcome == Outcome.FAILED


def test_equal_names_merged_or_lost() -> None:
    report = suite(case("t07_letter"), case("t07_letter", "<failure/>"), case("t07_letter"))
    told = tell(report)["T07"]
    assert outcomes(report) == ["passed", "failed", "passed"]
    assert (told.passed, told.failed) == (2, ("t07_letter",))


def test_nested_suites_counted_twice() -> None:
    inner = f"<testsuite name='inner'>{case('t07_letter')}<testsuite>{case('t08_letter')}</testsuite></testsuite>"
    assert [test.name for test in suite(inner, case("t11_print")).tests] == ["t07_letter", "t08_letter", "t11_print"]
    in_all = f"<testsuites>{case('t16_alone')}<testsuites><testsuite>{inner}</testsuite></testsuites></testsuites>"
    assert [test.name for test in read(in_all.encode()).tests] == ["t16_alone", "t07_letter", "t08_letter"]


def test_a_renamed_test_makes_no_new_case() -> None:
    """A report never makes a scenario: what is not in the set is named, and that is all."""
    report = suite(case("t07_letter"), case("t99_letter_renamed"))
    assert set(tell(report)) == {"T07"}
    assert (unknown(report, ["T07"]).tests, unknown(report, ["T07"]).ids) == (("t99_letter_renamed",), ("T99",))


@pytest.mark.parametrize("how", ["<skipped/>", "<disabled/>", "<ignored/>", 'status="notrun"', 'result="suppressed"'])
def test_skipped_read_as_passed(how: str) -> None:
    skipped = case("t07_letter", how) if how.startswith("<") else case("t07_letter", about=how)
    told = tell(suite(skipped))["T07"]
    assert (told.outcome, told.passed, told.skipped) == (None, 0, 1)
    assert tell(suite(skipped, case("t07_letter")))["T07"].outcome == Outcome.PASSED


@pytest.mark.parametrize("status", ["skipped", "pending", "other", "inconclusive", "", "PASS?"])
def test_skipped_read_as_passed_in_ctrf(status: str) -> None:
    assert outcomes(ctrf({"name": "T07", "status": status})) == ["skipped"]


def test_namespaces() -> None:
    cases = '<j:testcase name="T07" own:name="T08"><j:failure/></j:testcase>'
    prefixed = f'<j:testsuite xmlns:j="urn:junit" xmlns:own="urn:own">{cases}</j:testsuite>'
    plain = '<testsuite xmlns="urn:junit"><testcase name="T07"><failure/></testcase></testsuite>'
    for content in (prefixed, plain):
        assert {one: told.outcome for one, told in tell(read(content.encode())).items()} == {"T07": Outcome.FAILED}


TEXT = '<testsuite><testcase name="T07 æøå"/></testsuite>'


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-8", "ISO-8859-1", "windows-1252"])
def test_utf_16_and_whatever_else_a_report_says_that_it_is_written_in(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>{TEXT}'.encode(encoding)
    assert [test.name for test in read(content).tests] == ["T07 æøå"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_that_says_it_is_utf_8(encoding: str) -> None:
    """As PowerShell writes what a tool prints; and without the mark in front, where nothing is said."""
    text = TEXT if encoding != "utf-16" else f'<?xml version="1.0" encoding="utf-8"?>{TEXT}'
    assert [test.name for test in read(text.encode(encoding)).tests] == ["T07 æøå"]


def test_bom() -> None:
    assert [test.name for test in read(f'<?xml version="1.0"?>{TEXT}'.encode("utf-8-sig")).tests] == ["T07 æøå"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><testsuite><testcase name="&l9;"/></testsuite>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]><testsuite name="{"&a;" * 50_000}"/>',
    "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "{address}"> %p;]><testsuite><testcase name="T07"/></testsuite>',
    "external": '<!DOCTYPE a [<!ENTITY e SYSTEM "{address}">]><testsuite>&e;<testcase name="T07"/></testsuite>',
    "file": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="T07"/></testsuite>',
    "external type": '<!DOCTYPE a SYSTEM "{address}"><testsuite><testcase name="T07"/></testsuite>',
    "type alone": '<!DOCTYPE testsuite><testsuite><testcase name="T07"/></testsuite>',
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_and_nothing_is_fetched(bomb: str, encoding: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.dtd"
        content = BOMBS[bomb].replace("{address}", address).encode(encoding)
        with pytest.raises(ValidationError) as refused:
            read(content)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert refused.value.code == "dtd"


def test_a_report_of_50_mb_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValidationError, match="20 MB") as refused:
        read(b"<testsuite>" + b" " * (50 * 1024 * 1024))
    assert refused.value.code == "large"
    assert len(read(f"<testsuite>{case('t07')}{' ' * (MOST_BYTES - 200)}</testsuite>".encode()).tests) == 1


def test_no_test_with_a_known_id() -> None:
    """It is read all the same: the page says what the tests are called."""
    report = suite(case("sends_a_letter"), case("T071"))
    assert told_of(report, ["T07"]) == {}
    assert unknown(report, ["T07"]).tests == ("sends_a_letter", "T071")
