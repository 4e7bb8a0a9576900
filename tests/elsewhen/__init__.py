"""The whole session at another moment: `ELSEWHEN=2026-12-24T23:59:30 pytest -p tests.elsewhen`, Oslo's time.

Loaded before anything asks what time it is, and the time goes on from there. The Python processes that tests start
are there too, by the `sitecustomize` beside this. Not by libfaketime: see tests/reminders/skew.py.
"""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

if "ELSEWHEN" not in os.environ:
    raise pytest.UsageError("Which moment? ELSEWHEN=2026-12-24T23:59:30")
THERE = datetime.datetime.fromisoformat(os.environ["ELSEWHEN"]).replace(tzinfo=ZoneInfo("Europe/Oslo"))

os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
time_machine.travel(THERE.astimezone(datetime.UTC), tick=True).start()  # in UTC, or it would set the process's zone
os.environ["ELSEWHEN_SECONDS"] = str(time.time() - time_machine.escape_hatch.time.time())


def pytest_report_header() -> str:
    return f"elsewhen: from {THERE:%A %Y-%m-%d %H:%M:%S %Z}"
