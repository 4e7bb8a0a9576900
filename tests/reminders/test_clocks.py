"""A host whose clock is wrong takes nothing that is another's, and whoever has lost a claim delivers nothing."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from milestones import outbox, tasks
from milestones.clock import DatabaseNow
from milestones.mails import composing, sending
from milestones.models import Mail, SendState, Sweep, SweepKind, User
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.skew import ahead

ROOT = Path(__file__).parent.parent.parent
QUARTER = datetime.timedelta(minutes=15)
ENDS_THERE = "print(json.dumps([timezone.now().timestamp(), *told]))"
BEGINS_THERE = """
import datetime, django, json
django.setup()
from django.utils import timezone
from milestones import tasks
from milestones.mails import composing, sending
from milestones.models import User
from milestones.reminders import sweep
"""


def on_a_host(minutes: int, does: str) -> list[Any]:
    """Run `does` in a process whose clock is so far ahead, on the same database; returns what it left in `told`."""
    database = settings.DATABASES["default"]
    place = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    environment = os.environ | {
        "DEBUG": "on",
        "DATABASE_URL": f"postgres://{place}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "integrasjon.settings",
        "EMAIL_URL": "dummymail://",
    }
    code = f"{BEGINS_THERE}\n{does}\n{ENDS_THERE}"
    began = timezone.now()
    answer = subprocess.run(
        [*ahead(minutes), "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    at, *told = json.loads(answer.stdout.splitlines()[-1])
    assert began.timestamp() <= at - minutes * 60 <= timezone.now().timestamp()
    return told


@pytest.mark.django_db(transaction=True)
def test_a_host_a_quarter_ahead_takes_no_claim_no_retry_and_no_sweep(on_postgresql: None) -> None:
    gather(recipients=5, integrations=5)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    claim, mine = sending._claim(3)
    later = Mail.objects.filter(state=SendState.WAITING).latest("pk")
    Mail.objects.filter(pk=later.pk).update(next_attempt_at=DatabaseNow() + QUARTER / 2)
    day = datetime.date(2026, 11, 23)
    Sweep.objects.create(kind=SweepKind.DIGEST, day=day)
    does = f"taken = sweep._claimed('digest', datetime.date({day:%Y, %m, %d})); "
    told = on_a_host(+15, does + "told = [sending.send_batch().claimed, sending.send_batch().claimed, bool(taken)]")
    assert told == [1, 0, False]
    assert Mail.objects.filter(claim=claim, state=SendState.SENDING).count() == len(mine) == 3
    assert Mail.objects.get(pk=later.pk).attempts == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("minutes", [-15, +15])
def test_a_code_is_due_at_once_and_holds_as_long_whatever_the_clock_of_whoever_queued_it(
    on_postgresql: None, minutes: int
) -> None:
    gather(recipients=1, integrations=1)
    on_a_host(minutes, "sending.queue_code(User.objects.latest('pk'), 'KODE-1234'); told = []")
    assert (sending.send_batch().sent, sending.send_batch().claimed) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_host_a_quarter_ahead_sends_a_code_that_still_holds(on_postgresql: None) -> None:
    gather(recipients=1, integrations=1)
    sending.queue_code(User.objects.latest("pk"), "KODE-1234")
    assert on_a_host(+15, "batch = sending.send_batch(); told = [batch.sent, batch.dropped]") == [1, 0]


def test_a_hint_outlives_a_clock_that_is_ahead(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hints: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("milestones.outbox.current_app.send_task", lambda name, **how: hints.append((name, how)))
    outbox.hint()
    name, how = hints[0]
    assert (name, how["retry"]) == (tasks.send_mails.name, False)
    assert how["expires"] > 2 * QUARTER.total_seconds()
    assert settings.CELERY_BEAT_SCHEDULE["tick"]["options"]["expires"] > 2 * QUARTER.total_seconds()


# --- Between claiming and delivering


@pytest.fixture
def crowd(db: None, monday: object) -> None:
    gather(recipients=5, integrations=5)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen between claiming and the first delivery."""
    compose = composing.compose

    def during_the_next_batch(happens: Callable[[], object]) -> None:
        def composed(*given: Any) -> Any:
            monkeypatch.setattr(composing, "compose", compose)
            letters = compose(*given)
            happens()
            return letters

        monkeypatch.setattr(composing, "compose", composed)

    return during_the_next_batch


def test_who_was_slow_and_lost_the_claim_delivers_nothing(
    crowd: None, meanwhile: Any, monday: time_machine.Traveller
) -> None:
    others: list[outbox.Batch] = []

    def another_takes_over() -> None:
        monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE + 1))
        while batch := sending.send_batch():
            others.append(batch)

    meanwhile(another_takes_over)
    mine = sending.send_batch()
    assert (mine.claimed, mine.sent) == (5, 0)
    assert sum(batch.sent for batch in others) == 5
    assert len(mail.outbox) == 5
    assert set(Mail.objects.values_list("state", "attempts")) == {("sent", 2)}


def test_who_has_too_little_left_of_the_lease_lets_go_of_what_nobody_took(
    crowd: None, meanwhile: Any, monday: time_machine.Traveller
) -> None:
    for_one_mail = sending.ROUND_TRIPS * settings.EMAIL_TIMEOUT
    meanwhile(lambda: monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE - for_one_mail + 1)))
    mine = sending.send_batch()
    assert (mine.claimed, mine.sent, mine.delayed) == (5, 0, 5)
    assert set(Mail.objects.values_list("state", "claim", "attempts")) == {("waiting", "", 0)}
    assert sending.send_batch().sent == len(mail.outbox) == 5


def test_one_mail_that_is_lost_keeps_no_other_back(crowd: None, meanwhile: Any) -> None:
    lost = Mail.objects.earliest("pk")
    meanwhile(lambda: Mail.objects.filter(pk=lost.pk).update(claim="another's"))
    assert sending.send_batch().sent == 4
    assert lost.to not in {one.to[0] for one in mail.outbox}
    assert Mail.objects.get(pk=lost.pk).state == SendState.SENDING


def test_the_claim_is_asked_for_before_each_delivery_and_not_only_before_the_first(
    crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = sending._deliver

    def then_another_takes_the_rest(*given: Any) -> None:
        deliver(*given)
        Mail.objects.filter(state=SendState.SENDING).exclude(pk=given[2]).update(claim="another's")

    monkeypatch.setattr(sending, "_deliver", then_another_takes_the_rest)
    assert sending.send_batch().sent == len(mail.outbox) == 1
