"""Processes that tests start: on free ports, waited for by what they do, and ended with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
PATIENCE = 600
"""Seconds until a test gives up on what will not come: no measure of speed, whatever else the machine does."""
HUNG = 60
"""Seconds that nothing takes which ends by a limit of its own of a second or a few, even on a busy machine."""
LOOK_AGAIN = 0.05
"""Seconds between two looks at what tells nobody."""
T = TypeVar("T")
PRODUCTION = {
    "SECRET_KEY": "a-key-that-is-long-enough-for-the-deployment-check-0123456789",
    "ALLOWED_HOSTS": "integrasjon.example.no",
    "DEBUG": "off",
}


def wait_until(happened: Callable[[], T], missing: str) -> T:
    """What `happened` returns once it is true, for what tells nobody. Fails with `missing` if it never is."""
    began = time.monotonic()
    while not (found := happened()):
        assert time.monotonic() - began < PATIENCE, missing
        time.sleep(LOOK_AGAIN)
    return found


@contextmanager
def started(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()  # nothing, if it has ended


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """A process that answers on a port of this machine, until the block ends."""
    with started(command, **environment) as process:

        def answers() -> bool:
            assert process.poll() is None, f"{command[0]} ended by itself with status {process.returncode}"
            return _answers(port)

        wait_until(answers, f"nothing answers on port {port}")
        yield


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_production(code: str, **environment: str) -> str:
    """What `code` prints under the production settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DEBUG", "DATABASE_URL", "REDIS_URL", "BROKER_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    variables = kept | PRODUCTION | environment | {"DJANGO_SETTINGS_MODULE": "integrasjon.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
