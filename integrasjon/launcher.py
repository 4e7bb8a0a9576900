"""Web, worker and beat in one foreground command.

Ctrl-C, SIGTERM or a closed terminal stops all of them within five seconds; if one dies, the command says which and
stops the rest.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess  # nosec B404  # our own commands, without a shell
import sys
import time
from collections.abc import Collection
from types import FrameType

GRACE = 2.5
"""Seconds a child gets to stop by itself."""


class PortTaken(Exception):
    """Somebody else listens on the port."""


def children(host: str, port: int, worker_pool: list[str]) -> dict[str, list[str]]:
    """The command of each child, by its name."""
    celery = [sys.executable, "-m", "celery", "-A", "integrasjon"]
    return {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
            "integrasjon.wsgi:application",
        ],
        "worker": [*celery, "worker", *worker_pool, "--loglevel", "warning", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat", "--loglevel", "warning", "--pidfile="],
    }


def require_free(host: str, port: int) -> None:
    """Raise PortTaken if the port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"Port {port} on {host} is taken. Stop what uses it, or set PORT to another.") from error


def run(commands: dict[str, list[str]], host: str, port: int, ending: Collection[str] = ()) -> int:
    """Run the children until a signal comes (returns 0) or one of them dies (returns 1); those in `ending` may.

    The web comes first and the others once it answers: on a small machine the first page would wait for them.
    """
    asked_to_stop: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked_to_stop.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup's wish stands
        signal.signal(signal.SIGHUP, stop)
    waiting, running = dict(commands), dict[str, subprocess.Popen[bytes]]()
    try:
        while not asked_to_stop:
            if waiting and (not running or _answers(host, port)):
                name = next(iter(waiting))
                # A session each: a terminal's Ctrl-C reaches this process alone, which stops the groups in good order.
                running[name] = subprocess.Popen(waiting.pop(name), start_new_session=True)  # nosec B603  # fixed above
                continue
            for name, child in running.items():
                if child.poll() is not None and name not in ending:
                    print(f"{name} ended by itself with status {child.returncode}; stopping the rest.", flush=True)
                    return 1
            time.sleep(0.1)
        return 0
    finally:
        _stop(list(running.values()))


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for child in running:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(child.poll() is None for child in running):
        time.sleep(0.05)
    for child in running:
        _signal_group(child, signal.SIGKILL)  # also whatever a child left behind in its group
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
