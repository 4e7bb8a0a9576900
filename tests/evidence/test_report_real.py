"""Reports that pytest and node write, here and now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import time_machine

from milestones.evidence.reports import Report, read, unknown
from milestones.process import Outcome
from tests.conftest import NODE
from tests.evidence.report_samples import KNOWN, tell

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")

OF_PYTEST = """
import pytest

def test_t07_letter():
    print("Nordmann")

@pytest.mark.parametrize("to", ["person", "company"])
def test_t08_attachments(to):
    assert to == "person"

@pytest.mark.skip
def test_t12_unprintable(): ...

@pytest.mark.xfail
def test_t12_unprintable_again():
    assert False

def test_repeated(record_property):
    record_property("digipost_scenario", "T16")

@pytest.fixture
def account():
    yield
    raise RuntimeError("Nordmann")

def test_t20_receipts(account): ...

class TestT11:
    def test_parses(self): ...
"""

OF_NODE = """
import test, { describe, it } from 'node:test';
import assert from 'node:assert';

test('T07 letter', () => { console.log('Nordmann'); });
test('T08 attachments', () => { assert.equal('Nordmann', ''); });
test('T12 unprintable', { skip: 'no print' }, () => {});
test('T12 unprintable again', { todo: true }, () => {});
describe('T11', () => {
  it('t16Repeated', () => {});
  it('parses', () => {});
  describe('receipts', () => { it('both are read [T20]', () => { throw new Error('Nordmann'); }); });
});
"""


def run(*command: str, of: str, named: str, folder: Path) -> str:
    (folder / named).write_text(of, encoding="utf-8")
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": str(Path(command[0]).parent), "TZ": "Europe/Oslo"}
    done = subprocess.run(
        [*command, named], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def as_wanted(report: Report) -> None:
    told = tell(report)
    assert {one: told[one].outcome for one in told} == {
        "T07": Outcome.PASSED,
        "T08": Outcome.FAILED,
        "T12": None,
        "T16": Outcome.PASSED,
        "T20": Outcome.FAILED,
    }
    assert told["T12"].skipped == 2
    assert "Nordmann" not in repr(report)


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_a_report_of_pytest(family: str, tmp_path: Path) -> None:
    written = tmp_path / "report.xml"
    options = ["-o", f"junit_family={family}", "-o", "junit_logging=all", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", f"--junitxml={written}", *options]
    run(*command, of=OF_PYTEST, named="test_post.py", folder=tmp_path)
    assert b"Nordmann" in written.read_bytes()
    with time_machine.travel("2098-01-01"):  # after whatever the machine's clock says
        report = read(written.read_bytes())
    as_wanted(report)
    assert report.made_at is not None
    assert (len(report.tests), unknown(report, KNOWN).tests) == (8, ("test_parses",))


@needs_node
def test_a_report_of_node(tmp_path: Path) -> None:
    written = run(str(NODE), "--test", "--test-reporter=junit", of=OF_NODE, named="post.test.mjs", folder=tmp_path)
    assert "Nordmann" in written
    report = read(written.encode())
    as_wanted(report)
    assert (report.made_at, len(report.tests)) == (None, 7)
