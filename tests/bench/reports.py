"""How many test reports are read a second, and how much memory one of 20 MB takes.

    python -m tests.bench.reports

prints it for a short report in each format, and for one of 20 MB with as many tests as there may be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integrasjon.settings")
ROOT = Path(__file__).parent.parent.parent
SECONDS = 3.0
"""For which each format is read."""
PARSER_ALONE = """
import resource, subprocess, sys
*command, file = sys.argv[1:]
subprocess.run([sys.executable, "-I", *command], stdin=open(file), stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Started by a small process: Linux counts to a process what the one had that it was made from."""


def reports_per_second() -> dict[str, float]:
    """By format, one after the other, each in a process of its own; by one of the two places that a host has."""
    from milestones.evidence.reports import read
    from tests.evidence.report_samples import SAMPLES, sample

    return {name: _per_second(read, sample(name)) for name in SAMPLES}


def memory_of_a_large_report() -> dict[str, float]:
    """Megabytes at most: `here` beside what the process had and the file, and in the `parser`. And the `seconds`."""
    with NamedTemporaryFile() as file:
        file.write(large_report())
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.reports", file.name], cwd=ROOT, capture_output=True, check=True
        )
        found: dict[str, float] = json.loads(done.stdout)
        parser = subprocess.run(
            [sys.executable, "-c", PARSER_ALONE, *_parser(), file.name], capture_output=True, check=True
        )
    return found | {"parser": int(parser.stdout) / 1024}


def _parser() -> list[str]:
    from milestones.evidence.reports import reading

    most = (reading.MOST_TESTS, reading.MOST_ELEMENTS, reading.DEEPEST)
    return [str(reading.PARSER), *map(str, most)]


def large_report() -> bytes:
    """JUnit XML of 20 MB: as many tests as there may be, and what some of them say of their failure."""
    from milestones.evidence.reports import MOST_BYTES
    from milestones.evidence.reports.reading import MOST_TESTS

    failure = '<failure message="expected: 2">at no.fjordvik.post.LetterTest.run(LetterTest.java:61)</failure>'
    cases = [
        f'<testcase name="t{at % 30:02d}_letter[{at}]" classname="no.fjordvik.post.LetterTest" time="0.012">'
        f"{'' if at % 9 else failure}</testcase>"
        for at in range(MOST_TESTS)
    ]
    whole = f'<testsuite timestamp="2025-11-03T09:00:00Z">{"".join(cases)}<system-out>{{}}</system-out></testsuite>'
    return whole.format("x" * (MOST_BYTES - len(whole) + 2)).encode()


def _per_second(read: Callable[[bytes], object], content: bytes) -> float:
    began, times = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        read(content)
        times += 1
    return times / (time.perf_counter() - began)


def _read_one(content: bytes) -> None:
    from milestones.evidence.reports import read, told_of

    before, began = _memory("VmRSS"), time.perf_counter()
    report = read(content)
    told_of(report, [f"T{number:02d}" for number in range(1, 31)])
    print(json.dumps({"seconds": time.perf_counter() - began, "here": _memory("VmHWM") - before}))


def _memory(what: str) -> float:
    """Megabytes of this process, now (VmRSS) or at most (VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


def main() -> None:
    for name, often in reports_per_second().items():
        print(f"{name:24}{often:8.1f} reports a second")
    large = memory_of_a_large_report()
    print(f"{'A report of 20 MB':24}{large['seconds']:8.1f} s")
    print(f"{'':24}{large['here']:8.0f} MB at most in the web's process, beside what it had and the file")
    print(f"{'':24}{large['parser']:8.0f} MB at most in the parser's")


if __name__ == "__main__":
    import django

    django.setup()
    _read_one(Path(sys.argv[1]).read_bytes()) if sys.argv[1:] else main()
