"""Processes whose clock is wrong, by libfaketime; how long something takes they know as well as others."""

from __future__ import annotations

import glob
import os


def skewed(environment: dict[str, str], minutes: int) -> dict[str, str]:
    """The environment of a process whose clock is so many minutes ahead of the machine's."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    assert libraries, "libfaketime is not installed"
    return environment | {
        "LD_PRELOAD": os.pathsep.join([*libraries[:1], *filter(None, [environment.get("LD_PRELOAD")])]),
        "FAKETIME": f"{minutes * 60:+}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }
