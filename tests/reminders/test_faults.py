"""Faults, with PostgreSQL, Redis, worker processes and an SMTP server of flesh and blood.

Two beats tell workers to send, one of which has a clock that is a quarter of an hour ahead. Meanwhile workers are
killed at random moments, Redis is killed and comes back empty, database connections are cut, and the server refuses
with 4xx for a while, with 5xx for one address, and hangs.
Afterwards every mail that was due is sent, and none is lost; a duplicate is only there where a worker died between
acceptance and commit, and has the same Message-ID.

FAULT_MAILS=2000 pytest tests/reminders/test_faults.py -s is the long form; CI runs a short one.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from milestones import outbox
from milestones.models import Mail, MailState, Sweep
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.sink import Keeper, free_port, listen
from tests.reminders.skew import ahead

pytestmark = [pytest.mark.django_db(transaction=True)]

MAILS = int(os.environ.get("FAULT_MAILS", "250"))
PATIENCE = 180 + MAILS * 0.3  # seconds until the test gives up; no measure of speed
WORKERS, BEATS = 2, 2
ROOT = Path(__file__).parent.parent.parent


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


class Celery:
    """Beats, and workers that are replaced when they die."""

    def __init__(self, redis: str, smtp_port: int, folder: Path) -> None:
        database = settings.DATABASES["default"]
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        self.environment = os.environ | {
            "DEBUG": "on",
            "DATABASE_URL": f"{url}/{connection.settings_dict['NAME']}",
            "REDIS_URL": redis,
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
            new = self._start("worker", "--pool", "solo", *quiet, minutes_ahead=0 if one_is_ahead else 15)
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


@pytest.fixture
def redis() -> Iterator[Redis]:
    ours = Redis()
    yield ours
    ours.kill()


@pytest.fixture
def keeper() -> Iterator[Any]:
    kept = Keeper(seconds_each=60 / MAILS)  # slow enough for something to happen meanwhile
    controller = listen(kept)
    kept.port = controller.port  # type: ignore[attr-defined]
    yield kept
    controller.stop()


def test_every_mail_arrives_whatever_happens(on_postgresql: None, redis: Redis, keeper: Any, tmp_path: Path) -> None:
    gather(recipients=MAILS, integrations=MAILS)
    queued = sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    assert queued == MAILS
    keeper.refused = {"teknisk3@fjordvik.example"}
    keeper.hangs = 2
    celery = Celery(redis.url, keeper.port, tmp_path)
    keeper.met = celery.met
    cut = 0
    started = time.monotonic()
    try:
        celery.fill()
        chaos = _chaos(celery, redis, keeper)
        while _unsettled() and time.monotonic() - started < PATIENCE:
            time.sleep(0.5)
            cut += next(chaos, 0)
        beating = [beat.poll() is None for beat in celery.beats]
    finally:
        celery.stop()
    _report(keeper, celery, cut, time.monotonic() - started)

    failed = Mail.objects.filter(state=MailState.FAILED)
    assert [row.to for row in failed] == ["teknisk3@fjordvik.example"]
    assert "550" in failed[0].error
    assert Mail.objects.filter(state=MailState.SENT).count() == MAILS - 1
    assert len(keeper.accepted) == MAILS - 1
    for address, taken in keeper.accepted.items():
        assert len({message_id for message_id, _number in taken}) == 1
        for _id, number in taken[:-1]:  # sent again: the last thing that a worker which was killed handed over
            assert number in celery.died_over()
            assert keeper.last_over[number] == address
    assert len(celery.killed) >= 3
    assert celery.ahead & celery.last_connection.keys()
    assert all(beating)
    assert cut > 0
    assert keeper.turned_away == MAILS // 10
    assert keeper.hangs == 0


def _chaos(celery: Celery, redis: Redis, keeper: Any) -> Iterator[int]:
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


def _unsettled() -> int:
    return Mail.objects.filter(state__in=(MailState.WAITING, MailState.SENDING)).count()


def _report(keeper: Any, celery: Celery, cut: int, seconds: float) -> None:
    print(
        f"\n{MAILS} mails due, {len(keeper.accepted)} recipients reached, {keeper.count - len(keeper.accepted)} "
        f"duplicates, {len(celery.killed)} workers killed, {cut} connections cut, {keeper.turned_away} refused "
        f"for now, {Mail.objects.filter(state=MailState.FAILED).count()} refused for good, {seconds:.0f} s"
    )


def test_two_beats_at_once_queue_nothing_twice(on_postgresql: None) -> None:
    gather(recipients=40, integrations=80)
    day, rules = timezone.localdate(), cases.rules_in_force()
    ready, queued = threading.Barrier(8), []

    def beat() -> None:
        ready.wait()
        queued.append(sweep.once(sweep.SweepKind.DIGEST, day, rules))
        sweep.queue_digests(day, rules)  # and one that does not ask first
        close_old_connections()
        connection.close()

    threads = [threading.Thread(target=beat) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [0] * 7 + [40]
    assert (Mail.objects.count(), Sweep.objects.count()) == (40, 1)


def test_workers_claim_different_rows_at_the_same_time(on_postgresql: None) -> None:
    gather(recipients=60, integrations=60)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    ready, claimed = threading.Barrier(6), []

    def work() -> None:
        ready.wait()
        claimed.append([row.pk for row in outbox._claim(10)[1]])
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [pk for pks in claimed for pk in pks]
    assert len(taken) == len(set(taken)) == 60
