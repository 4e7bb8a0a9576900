"""How what strangers send is parsed: a script of ours, in a process of its own, which knows nothing of ours."""

from __future__ import annotations

import os
import subprocess  # nosec B404  # our own scripts, without a shell
import sys
from pathlib import Path
from subprocess import TimeoutExpired  # nosec B404

__all__ = ["TimeoutExpired", "nothing_to_steal", "run_apart"]


def run_apart(
    script: Path, *arguments: str, content: bytes, lock: int, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Run a script, or a folder with a `__main__.py`, with `content` on its standard input, and wait for it.

    It inherits the lock that holds its place (see places.py); how little it may use it limits itself, before it reads
    anything. Raises OSError if there is no process to be had, and TimeoutExpired after so many seconds.
    """
    return subprocess.run(  # noqa: S603  # nosec B603  # nothing in it comes from outside
        [sys.executable, "-I", str(script), *arguments],
        input=content,
        capture_output=True,
        timeout=seconds,
        check=False,
        env=nothing_to_steal(),
        pass_fds=(lock,),
    )


def nothing_to_steal() -> dict[str, str]:
    """Its environment: where Python finds itself, and none of our keys and passwords."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL") if name in os.environ}
