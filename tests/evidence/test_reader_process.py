"""XML and zips are read in a process of its own, which has little, knows nothing, and is not believed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from milestones.documents import places
from milestones.evidence import receipts
from milestones.evidence.reading import ROOT, RUN
from milestones.evidence.statements import Refused
from tests.evidence.bodies import NUMBER, receipt, zipped

Answer = subprocess.CompletedProcess[bytes]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the process is started; it says what a receipt with a name in it would, if it could be taken over."""
    started: list[dict[str, Any]] = []
    said = {
        "receipts": [
            {"root": "masseutsendelse-resultat", "status": "SUKSESS", "about": "a", "start": "2026-11-24T10:00:00Z"}
            | {"end": "", "sender_id": "", "user_id": "", "signs": ["status:SUKSESS", "letter:Kari", "kari", "a:b"]}
        ]
    }

    def run(command: list[str], **how: Any) -> Answer:
        started.append(how | {"command": command})
        return Answer(command, 0, json.dumps(said).encode(), b"")

    monkeypatch.setattr(subprocess, "run", run)
    return started


def test_it_knows_none_of_our_secrets(seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    receipts.read(b"<a/>")
    assert set(seen[0]["env"]) <= {"PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL"}
    assert seen[0]["command"][:2] == [sys.executable, "-I"]
    assert seen[0]["pass_fds"]


def test_what_it_says_is_known_here_or_dropped(seen: list[dict[str, Any]]) -> None:
    assert receipts.read(b"<a/>")[0].signs == {"status:SUKSESS"}


def test_it_knows_nothing_of_the_product() -> None:
    """Not even Django, which would know the settings."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); from milestones.evidence import reader; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code, str(ROOT)], capture_output=True, text=True, check=True)
    ours = {one for one in done.stdout.split() if one.startswith("milestones.")}
    assert not any(one.startswith("django") for one in done.stdout.split())
    assert ours == {
        "milestones.evidence",
        *(f"milestones.evidence.{one}" for one in ("bodies", "job_results", "reader", "safe_xml", "unzipping")),
        "milestones.evidence.vocabulary",
    }


def within_its_limits(code: str) -> Answer:
    """What happens when this code runs where a receipt would be read."""
    told = f"from milestones.evidence import reader; reader.TASKS['receipts'] = lambda content: [{code}] and 1; reader"
    command = RUN.replace("from milestones.evidence import reader; reader", told)
    return subprocess.run([sys.executable, "-I", "-c", command, str(ROOT), "receipts"], input=b"", capture_output=True)


def test_it_can_open_and_write_nothing(tmp_path: Path) -> None:
    assert within_its_limits("1").stdout == b"1"
    for code in (f"open({str(tmp_path / 'a')!r}, 'w')", "open('/etc/passwd')", "__import__('socket').socket()"):
        done = within_its_limits(code)
        assert done.returncode != 0, code
        assert b"Too many open files" in done.stderr or b"No module" in done.stderr, done.stderr
    assert os.listdir(tmp_path) == []


def test_it_has_little_memory_and_time() -> None:
    assert b"MemoryError" in within_its_limits("bytearray(2**31)").stderr


@pytest.mark.parametrize("ended", [-9, -24, 1])
def test_what_takes_more_than_it_may_is_refused(ended: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_how: Answer(command, ended, b"", b""))
    with pytest.raises(Refused) as refused:
        receipts.read(b"<a/>")
    assert refused.value.code == "much"


def test_what_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(command: list[str], **_how: Any) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", hangs)
    with pytest.raises(Refused) as refused:
        receipts.read(b"<a/>")
    assert refused.value.code == "much"


def test_where_too_many_are_examined_one_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SECONDS_IN_LINE", 0)
    with places.reserved(), places.reserved(), pytest.raises(ValidationError) as refused:
        receipts.read(b"<a/>")
    assert refused.value.code == "busy"


def of_many(job: str) -> str:
    """A receipt with 30,000 recipients, each with a number of its own: 4 MB."""
    said = receipt(recipients=[("DIGIPOST", "")] * 30_000, job=job).split(NUMBER)
    return "".join(f"{place * 7919 % 10**11:011}{part}" if place else part for place, part in enumerate(said))


def test_a_large_receipt_is_read_as_a_stream() -> None:
    """And each after the other."""
    content = zipped(*[(f"{number}.xml", of_many(f"job-{number}")) for number in range(2)])
    assert [one.about for one in receipts.read(content)] == [f"job-{number}" for number in range(2)]
