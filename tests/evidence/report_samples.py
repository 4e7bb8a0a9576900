"""The same six tests in each format, as its tools write them: `files/`. What they say of failures names a recipient.

Each report tells of T07 (passed, and once more with a row of data), T08 (failed), T12 (skipped), T16 (given by a
property, passed), and a test that names no scenario. It was begun on 3 November 2025 at 9 in the morning, in Oslo.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path

from milestones.evidence.reports import Report, Told, read, told_of

RECIPIENT = ("Nordmann", "13897200000")
BEGUN = datetime.datetime(2025, 11, 3, 8, 0, tzinfo=datetime.UTC)
KNOWN = ("T07", "T08", "T12", "T16", "T20")
SAMPLES = {
    "JUnit XML": "surefire.xml",
    "NUnit 3": "nunit.xml",
    "TRX": "mstest.trx",
    "xUnit v2": "xunit.xml",
    "CTRF": "ctrf.json",
}


def sample(name: str) -> bytes:
    return (Path(__file__).parent / "files" / SAMPLES[name]).read_bytes()


def suite(*cases: str, about: str = "") -> Report:
    """What is read of a JUnit suite with these test cases."""
    return read(f"<testsuite {about}>{''.join(cases)}</testsuite>".encode())


def case(name: str, within: str = "", about: str = "") -> str:
    return f'<testcase name="{name}" classname="no.fjordvik.LetterTest" {about}>{within}</testcase>'


def ctrf(*tests: Mapping[str, object], **results: object) -> Report:
    """What is read of a CTRF report with these tests."""
    return read(json.dumps({"results": {"tests": tests, **results}}).encode())


def outcomes(report: Report) -> list[str]:
    return [str(test.outcome) for test in report.tests]


def tell(report: Report) -> dict[str, Told]:
    return told_of(report, KNOWN)
