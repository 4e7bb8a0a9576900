"""A report in each format, as its tools write it: the same is told of the same tests, and nothing else is kept."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from structlog.testing import capture_logs

from milestones.evidence.reports import Told, read, unknown
from milestones.process import Outcome
from tests.evidence.report_samples import BEGUN, KNOWN, RECIPIENT, SAMPLES, sample, tell

FORMATS = list(SAMPLES)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_tells_the_same(name: str) -> None:
    report = read(sample(name))
    assert (report.format, report.made_at, len(report.tests)) == (name, BEGUN, 6)
    told = tell(report)
    assert {one: (told[one].outcome, told[one].passed, len(told[one].failed), told[one].skipped) for one in told} == {
        "T07": (Outcome.PASSED, 2, 0, 0),
        "T08": (Outcome.FAILED, 0, 1, 0),
        "T12": (None, 0, 0, 1),
        "T16": (Outcome.PASSED, 1, 0, 0),
    }
    assert [one.lower() for one in unknown(report, KNOWN).tests] == ["parses"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_known_by_what_it_holds_with_a_mark_in_front_or_without(name: str) -> None:
    plain = sample(name).decode()
    marked = [read(b"\xef\xbb\xbf" + plain.encode()), read(plain.encode("utf-16")), read(f"\n \n{plain}".encode())]
    assert marked == [read(plain.encode())] * 3


@pytest.mark.parametrize("name", FORMATS)
def test_names_are_shown_without_their_class(name: str) -> None:
    assert not [test.name for test in read(sample(name)).tests if "Fjordvik" in test.name or "fjordvik" in test.name]


Runs = list[tuple[dict[str, str], "subprocess.CompletedProcess[bytes]"]]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The parser's environments, and what it said."""
    noted: Runs = []
    run: Any = subprocess.run

    def noting(*command: Any, **how: Any) -> Any:
        noted.append((how["env"], run(*command, **how)))
        return noted[-1][1]

    monkeypatch.setattr(subprocess, "run", noting)
    return noted


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_of_messages_output_and_stack_traces_is_kept_or_logged(name: str, runs: Runs) -> None:
    """Recipients may be named there. Not even the parser's process hands it out."""
    assert all(one.encode() in sample(name) for one in RECIPIENT)
    with capture_logs() as logged:
        kept = repr(read(sample(name)))
    [(_environment, done)] = runs
    said = kept + repr(logged) + done.stdout.decode() + done.stderr.decode()
    assert not [one for one in RECIPIENT if one in said]


def test_a_report_that_is_refused_says_nothing_of_itself(runs: Runs) -> None:
    with capture_logs() as logged, pytest.raises(ValidationError) as refused:
        read(sample("JUnit XML")[:-20])
    assert runs[0][1].stderr == b""
    assert not [one for one in RECIPIENT if one in repr(logged) + str(refused.value)]


def test_the_parser_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    read(sample("JUnit XML"))
    assert set(runs[0][0]) <= {"PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL"}


def test_what_is_told_of_a_scenario_names_the_tests_that_failed() -> None:
    assert tell(read(sample("JUnit XML")))["T08"] == Told(Outcome.FAILED, 0, ("t08_attachments",), 0)
