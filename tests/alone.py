"""Each file's last test by itself, in a process of its own: `python -m tests.alone [FILE ...]`.

What a test needs and another one happens to have made shows here. Exits with the number of tests that failed.
"""

from __future__ import annotations

import subprocess
import sys

from tests.processes import ROOT

PYTEST = [sys.executable, "-m", "pytest"]


def last_of_each_file(files: list[str]) -> list[str]:
    """The ids of the last test of each file that is run on this database."""
    listed = subprocess.run(
        [*PYTEST, "--collect-only", "--verbosity=-1", *files], cwd=ROOT, capture_output=True, text=True
    )
    ids = [line for line in listed.stdout.splitlines() if "::" in line]
    assert ids, listed.stdout + listed.stderr
    return list({one.partition("::")[0]: one for one in ids}.values())


def main(files: list[str]) -> int:
    failed = []
    for one in last_of_each_file(files):
        done = subprocess.run([*PYTEST, one], cwd=ROOT, capture_output=True, text=True)
        print("alone" if done.returncode == 0 else "FAILED", one, flush=True)
        if done.returncode != 0:
            print(done.stdout, done.stderr)
            failed.append(one)
    print(f"{len(failed)} failed by themselves", *failed, sep="\n  ")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
