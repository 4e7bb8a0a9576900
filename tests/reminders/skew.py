"""Processes whose clock is wrong; how long something takes they know as well as others.

`python -m tests.reminders.skew MINUTES MODULE [ARGUMENT ...]` runs a module that many minutes ahead of the machine,
`-c` for MODULE a piece of code. Not by libfaketime: Debian's (0.9.10) refuses every `time.sleep` of Python's if it
leaves the monotonic clock alone, and never ends a wait for a lock if it does not.
"""

from __future__ import annotations

import datetime
import runpy
import sys

import time_machine


def ahead(minutes: int) -> list[str]:
    """The beginning of a command whose process is so many minutes ahead: a module, or `-c` and code, is to follow."""
    return [sys.executable, "-m", "tests.reminders.skew", str(minutes)]


def main(minutes: str, module: str, *arguments: str) -> None:
    there = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=int(minutes))
    time_machine.travel(there, tick=True).start()
    if module == "-c":
        exec(arguments[0], {"__name__": "__main__"})  # noqa: S102  # a test's own code
        return
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
