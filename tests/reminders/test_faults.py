"""Faults, with PostgreSQL, Redis, worker processes and an SMTP server of flesh and blood.

Two beats tell workers to send, one of which has a clock that is a quarter of an hour ahead. Meanwhile workers are
killed at random moments, Redis is killed and comes back empty, database connections are cut, and the server refuses
with 4xx for a while, with 5xx for one address, and hangs.
Afterwards every mail that was due is sent, and none is lost; a duplicate is only there where a worker died between
acceptance and commit, and has the same Message-ID.

IN_FULL=1 pytest tests/reminders/test_faults.py -s is the long form; CI runs a short one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from milestones.mails import sending
from milestones.models import Mail, SendState, Sweep, SweepKind
from milestones.reminders import cases, sweep
from milestones.workdays import working_day_from
from tests.amounts import MAILS
from tests.processes import PATIENCE
from tests.reminders.chaos import Celery, Redis, report, unleashed
from tests.reminders.crowd import gather
from tests.reminders.sink import Keeper, listen

pytestmark = [pytest.mark.django_db(transaction=True)]
HALF_A_SECOND = 0.5


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
        chaos = unleashed(celery, redis, keeper)
        while _unsettled() and time.monotonic() - started < PATIENCE + MAILS:
            time.sleep(HALF_A_SECOND)  # a step of what happens to them: nothing is waited for
            cut += next(chaos, 0)
        beating = [beat.poll() is None for beat in celery.beats]
    finally:
        celery.stop()
    report(keeper, celery, cut, time.monotonic() - started)

    failed = Mail.objects.filter(state=SendState.FAILED)
    assert [row.to for row in failed] == ["teknisk3@fjordvik.example"]
    assert "550" in failed[0].error
    assert Mail.objects.filter(state=SendState.SENT).count() == MAILS - 1
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


def _unsettled() -> int:
    return Mail.objects.filter(state__in=(SendState.WAITING, SendState.SENDING)).count()


def test_two_beats_at_once_queue_nothing_twice(on_postgresql: None) -> None:
    gather(recipients=40, integrations=80)
    day, rules = working_day_from(timezone.localdate()), cases.rules_in_force()  # on another nobody is told
    ready, swept, queued = threading.Barrier(8), threading.Barrier(8), []

    def beat() -> None:
        ready.wait()
        queued.append(sweep.sweep_once(SweepKind.DIGEST, day, rules))
        swept.wait()  # or what follows would be ahead of who sweeps, and leave nothing to queue
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
        claimed.append([row.pk for row in sending._claim(10)[1]])
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [pk for pks in claimed for pk in pks]
    assert len(taken) == len(set(taken)) == 60
