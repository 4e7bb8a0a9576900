"""How mail is claimed, sent once, and dropped when it no longer holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import outbox, workflow
from milestones.mails import sending
from milestones.mails.letter import message_id
from milestones.mails.stop_links import stop_address
from milestones.models import (
    Integration,
    Mail,
    MailKind,
    Member,
    Organisation,
    RoleHolding,
    SendState,
    SweepKind,
    User,
    WaitingItem,
)
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.outboxes import due_now, reach_one_at, states
from tests.reminders.sink import Keeper, listen

Send = Callable[[], int]


def test_each_is_sent_once_with_all_that_waits(crowd: None, send_all: Send) -> None:
    assert (send_all(), send_all()) == (5, 0)
    assert states() == ["sent"] * 5
    assert len(mail.outbox) == 5
    row = Mail.objects.earliest("pk")
    assert row.lines.count() == 2
    assert mail.outbox[0].extra_headers["Message-ID"] == message_id(row)


def test_queueing_again_queues_nobody_again(crowd: None, send_all: Send) -> None:
    send_all()
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    assert send_all() == 0


def test_what_is_done_before_it_is_sent_is_not_told(crowd: None, send_all: Send) -> None:
    WaitingItem.objects.all().delete()
    assert send_all() == 0
    assert set(states()) == {"dropped"}


def test_yesterdays_digest_is_dropped(crowd: None, monday: time_machine.Traveller, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=1))
    assert send_all() == 0
    assert set(states()) == {"dropped"}


def test_a_claim_whose_worker_died_is_taken_over_after_the_lease(
    crowd: None, monday: time_machine.Traveller, settings: Any, send_all: Send
) -> None:
    claim, rows = sending._claim(3)
    assert len(rows) == 3
    assert send_all() == 2
    monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE + 1))
    assert send_all() == 3
    outbox.settle(rows[0], claim, SendState.FAILED)  # the dead one awakes: it is no longer its mail
    assert set(states()) == {"sent"}


def test_a_slow_server_does_not_outlast_the_lease(crowd: None, settings: Any, send_all: Send) -> None:
    settings.MAIL_LEASE = (
        sending.ROUND_TRIPS * settings.EMAIL_TIMEOUT
    )  # nothing is left of it when the first is to be sent
    batch = sending.send_batch()
    assert (batch.sent, batch.delayed) == (0, 5)
    assert set(Mail.objects.values_list("state", "attempts")) == {("waiting", 0)}


def test_two_beats_at_once_sweep_once(crowd: None, send_all: Send) -> None:
    sweep.tick()
    before = Mail.objects.count()
    assert sweep.tick() == 0
    assert Mail.objects.count() == before


def test_a_sweep_that_died_is_taken_over(crowd: None, monday: time_machine.Traveller) -> None:
    Mail.objects.all().delete()
    assert sweep._claimed(SweepKind.DIGEST, timezone.localdate()) is not None  # and dies
    assert sweep.tick() == 0
    monday.shift(sweep.GIVEN_UP_AFTER + datetime.timedelta(seconds=1))
    assert sweep.tick() == 5


def test_a_recipient_without_an_address_is_dropped_with_the_reason(
    crowd: None, send_all: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach_one_at("", monkeypatch)
    assert send_all() == 4
    assert Mail.objects.get(state=SendState.DROPPED).error == "Mottakeren har ingen e-postadresse."


def test_a_batch_takes_as_many_queries_whatever_it_tells(db: None, monday: object) -> None:
    taken = []
    for integrations in (10, 80):
        Mail.objects.all().delete()
        gather_again(integrations)
        sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
        with CaptureQueriesContext(connection) as queries:
            sending.send_batch()
        taken.append(len(queries))
    assert taken[0] == taken[1]


def gather_again(integrations: int) -> None:
    models: list[Any] = [WaitingItem, RoleHolding, Member, Integration, Organisation]
    for model in models:
        rows: QuerySet[Any] = model._default_manager.all()
        rows.delete()
    User.objects.filter(email__startswith="teknisk").delete()
    gather(recipients=10, integrations=integrations)


def test_a_batch_is_sent_over_one_connection(crowd: None, settings: Any, send_all: Send) -> None:
    kept = Keeper()
    running = listen(kept)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    assert send_all() == 5
    running.stop()
    assert (kept.count, kept.connections) == (5, 1)


def test_what_is_told_again_is_listed_once(crowd: None, send_all: Send) -> None:
    send_all()
    row = Mail.objects.earliest("pk")
    Mail.objects.filter(pk=row.pk).update(state=SendState.FAILED)
    Mail.objects.filter(pk=row.pk).try_again()
    send_all()
    assert row.lines.count() == 2


def test_what_was_dropped_is_decided_anew_when_staff_send_today(cast: Any, monday: object, send_all: Send) -> None:
    journey = cast.journey()
    journey.roles()
    WaitingItem.objects.update(due_on=timezone.localdate())
    sweep.tick()
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Ferie.")
    send_all()
    workflow.resume_integration(journey.integration, by=cast.staff)
    WaitingItem.objects.update(due_on=timezone.localdate())
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) > 0
    send_all()
    assert Mail.objects.filter(kind=MailKind.DIGEST, recipient=cast.owner).get().state == SendState.SENT
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) == 0


def test_who_unsubscribes_while_it_waits_is_not_sent_it(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    due_now(cast)
    sweep.tick()
    program = Client(enforce_csrf_checks=True)
    for what in ("digest", "weekly"):
        assert program.post(stop_address(cast.manager, what).removeprefix(settings.BASE_URL)).status_code == 200
    send_all()
    mine = Mail.objects.filter(recipient=cast.manager, kind__in=(MailKind.DIGEST, MailKind.WEEKLY))
    assert {row.state for row in mine} == {SendState.DROPPED}
    assert cast.manager.email not in {one.to[0] for one in mail.outbox}
