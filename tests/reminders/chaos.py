"""Redis and Celery of flesh and blood, and what happens to them while mail is sent."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from milestones.models import Mail, SendState
from tests.amounts import MAILS
from tests.processes import ROOT, free_port
from tests.reminders.skew import ahead

WORKERS, BEATS = 2, 2


class Redis:
    """A Redis of our own, that may be killed; it keeps nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def _wrong_by() -> int:
    """Minutes ahead; behind in the day's last hour, since on another day the digest would be over."""
    return 15 if timezone.localtime().hour < 23 else -15


class Celery:
    """Beats, and workers that are replaced when they die."""

    def __init__(self, redis: str, smtp_port: int, folder: Path) -> None:
        database = settings.DATABASES["default"]
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        self.environment = os.environ | {
            "DEBUG": "on",
            "DATABASE_URL": f"{url}/{connection.settings_dict['NAME']}",
            "REDIS_URL": redis,
            "BROKER_URL": "",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "EMAIL_TIMEOUT": "2",
            "MAIL_LEASE": "20",
            "MAIL_BACKOFF": "0.3",
            "MAIL_BACKOFF_LIMIT": "2",
            "MAIL_ATTEMPTS": "100",
            "LOG_LEVEL": "ERROR",
            "TICK_SECONDS": "1",
        }
        self.beats = [self._start("beat", "--pidfile=", "--schedule", str(folder / f"{n}")) for n in range(BEATS)]
        self.running: list[subprocess.Popen[bytes]] = []
        self.killed: set[int] = set()
        self.ahead: set[int] = set()
        self.last_connection: dict[int, int] = {}  # by the worker's process

    def met(self, number: int, port: int) -> None:
        """The mail server says that connection `number` comes from `port`."""
        owner = _owner_of(port, [one.pid for one in self.running])
        if owner:
            self.last_connection[owner] = number

    def died_over(self) -> set[int]:
        """The last connection of each worker that was killed."""
        return {number for pid, number in self.last_connection.items() if pid in self.killed}

    def fill(self) -> None:
        """Start what is missing."""
        self.running = [one for one in self.running if one.poll() is None]
        quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
        while len(self.running) < WORKERS:
            one_is_ahead = bool(self.ahead & {one.pid for one in self.running})
            new = self._start("worker", "--pool", "solo", *quiet, minutes_ahead=0 if one_is_ahead else _wrong_by())
            self.running.append(new)
            self.ahead |= set() if one_is_ahead else {new.pid}

    def _start(self, *command: str, minutes_ahead: int = 0) -> subprocess.Popen[bytes]:
        python = ahead(minutes_ahead) if minutes_ahead else [sys.executable, "-m"]
        return subprocess.Popen(
            [*python, "celery", "-A", "integrasjon", *command, "--loglevel", "critical"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_one(self) -> None:
        victim = random.choice(self.running)  # noqa: S311
        victim.kill()
        victim.wait()
        self.killed.add(victim.pid)
        self.fill()

    def stop(self) -> None:
        for one in self.beats + self.running:
            one.kill()
            one.wait()


def unleashed(celery: Celery, redis: Redis, keeper: Any) -> Iterator[int]:
    """One step each half second; yields how many database connections it cut. It ends, so that all can be sent."""
    while not keeper.count:  # the workers start, which on a busy machine takes a while
        yield 0
    nobody_there = False
    for step in range(max(40, MAILS // 20)):
        cut = 0
        if step % 9 == 4:
            celery.kill_one()
        if step == 8:
            redis.kill()
        if step == 12:
            redis.start()
        if step == 16:
            keeper.busy = MAILS // 10
        if step % 9 == 8 or nobody_there:
            cut = _cut_connections()
            nobody_there = cut == 0
        yield cut
    while nobody_there:
        cut = _cut_connections()
        nobody_there = cut == 0
        yield cut


def _cut_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _owner_of(port: int, pids: list[int]) -> int | None:
    """Which of these processes has the TCP port on loopback, as /proc tells."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}")}
    return next((pid for pid in pids if not sockets.isdisjoint(_open_files(pid))), None)


def _open_files(pid: int) -> set[str]:
    """What a process has open; nothing, if it has just died. A file that it closes meanwhile hides no other."""
    found = set()
    with contextlib.suppress(OSError):
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(one))
    return found


def report(keeper: Any, celery: Celery, cut: int, seconds: float) -> None:
    print(
        f"\n{MAILS} mails due, {len(keeper.accepted)} recipients reached, {keeper.count - len(keeper.accepted)} "
        f"duplicates, {len(celery.killed)} workers killed, {cut} connections cut, {keeper.turned_away} refused "
        f"for now, {Mail.objects.filter(state=SendState.FAILED).count()} refused for good, {seconds:.0f} s"
    )
