"""What is not taken as a report: each with its reason, in words that say what to do."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from milestones.documents import places
from milestones.evidence.reports import MOST_BYTES, read, reading
from tests.evidence.report_samples import case, ctrf, suite

REFUSED = {
    "empty": [b"", b" \r\n\t "],
    "large": [b"<testsuite/>" + b" " * MOST_BYTES],
    "deep": [b"<testsuite>" * (reading.DEEPEST + 1), b"<testsuite>" * 1_000_000],
    "unknown": [
        b"%PDF-1.7",
        b"T07 passed",
        b"[]",
        b"<html><body>T07</body></html>",
        b'<test-results total="1"><test-case name="T07"/></test-results>',
        b"\xff\xfe",
        b"{}",
    ],
    "none": [
        b"<testsuites/>",
        b"<test-run><test-suite/></test-run>",
        b"<TestRun/>",
        b"<assemblies><assembly/></assemblies>",
    ],
    "unreadable": [
        b"<testsuite><testcase",
        b"<testsuite>&lost;</testsuite>",
        b"<j:testsuite/>",
        b"<testsuite>\xff</testsuite>",
        b'<?xml version="1.0" encoding="utf-7"?><testsuite/>',
        b'<?xml version="1.0" encoding="no such"?><testsuite/>',
        b"\xff\xfe<\0t\0\0\xd8",
        b"<testsuite/><testsuite/>",
        b"{",
        b'{"results": {"tests": [',
        b"{\xff}",
    ],
    "intricate": [b'{"a":' + b"[" * 1_000_000],
}


@pytest.mark.parametrize(("code", "place"), [(code, place) for code in REFUSED for place in range(len(REFUSED[code]))])
def test_what_is_refused(code: str, place: int) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        read(REFUSED[code][place])
    [said] = refused.value.messages
    assert refused.value.code == code
    assert "%" not in said
    assert said.endswith(".")


def test_as_many_and_as_deep_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_TESTS", 7)
    monkeypatch.setattr(reading, "MOST_ELEMENTS", 20)
    most = [case("T07")] * 7
    assert len(suite(*most).tests) == len(ctrf(*[{"name": "T07", "status": "passed"}] * 7).tests) == 7
    assert len(suite(*most, "<a/>" * 12).tests) == 7
    for refused in ([case("T07")] * 8, [*most, "<a/>" * 13]):
        with pytest.raises(ValidationError) as too_many:
            suite(*refused)
        assert too_many.value.code == "many"
    around = reading.DEEPEST - 1
    monkeypatch.setattr(reading, "MOST_ELEMENTS", 200)
    deep = f"{'<testsuite>' * around}{case('T07')}{'</testsuite>' * around}"
    assert len(read(deep.encode()).tests) == 1


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        (subprocess.TimeoutExpired("parser", 40), "intricate"),
        (OSError(11, "no process"), "not_stored"),
        (subprocess.CompletedProcess([], -9, b"", b""), "intricate"),
    ],
    ids=["too long", "no process", "killed"],
)
def test_a_parser_that_does_not_end_well(ends: Any, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_command: Any, **_how: Any) -> Any:
        if isinstance(ends, Exception):
            raise ends
        return ends

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ValidationError) as refused:
        read(b"<testsuite/>")
    assert refused.value.code == code


def test_it_waits_for_a_place_as_documents_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PLACES", 1)
    monkeypatch.setattr(places, "SECONDS_IN_LINE", 0)
    with places.reserved() as lock:
        os.fstat(lock)
        with pytest.raises(ValidationError) as refused:
            read(b"<testsuite/>")
    assert refused.value.code == "busy"
