"""A mail server, a mail or a database that misbehaves in one way at a time: what is tried again or given up."""

from __future__ import annotations

import contextlib
import datetime
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError
from django.utils import timezone

from milestones import outbox
from milestones.mails import sending
from milestones.mails.letter import Letter
from milestones.models import Mail, SendState, WaitingItem
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.outboxes import reach_one_at, states
from tests.reminders.server import Server

Send = Callable[[], int]


def test_an_address_that_is_refused_for_good_fails_with_the_servers_words(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, send_all: Send
) -> None:
    refused = {"teknisk1@fjordvik.example": (550, b"no such user")}
    error = smtplib.SMTPRecipientsRefused(refused)
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error if to in refused else None))
    assert send_all() == 4
    failed = Mail.objects.get(state=SendState.FAILED)
    assert (failed.to, failed.error, failed.attempts) == ("teknisk1@fjordvik.example", "550 no such user", 1)
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: None))
    assert Mail.objects.filter(pk=failed.pk).try_again()
    assert not Mail.objects.filter(pk=failed.pk).try_again()
    assert send_all() == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"x": (451, b"later")}),
        smtplib.SMTPDataError(452, b"full"),
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError("timed out"),
        ConnectionRefusedError("refused"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_refused_for_now_is_tried_later_and_later(
    crowd: None,
    server: type[Server],
    monkeypatch: pytest.MonkeyPatch,
    monday: time_machine.Traveller,
    send_all: Send,
    error: Exception,
) -> None:
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error))
    for attempt in range(4):
        began = timezone.now()
        assert send_all() == 0
        assert set(states()) == {"waiting"}
        due = Mail.objects.earliest("pk").next_attempt_at
        assert (due - began).total_seconds() >= 30 * 2**attempt
        assert (due - timezone.now()).total_seconds() <= 90 * 2**attempt
        monday.move_to(max(Mail.objects.values_list("next_attempt_at", flat=True)) + datetime.timedelta(seconds=1))
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: None))
    assert send_all() == 5


def test_after_the_last_attempt_it_fails_and_says_why(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, settings: Any, send_all: Send
) -> None:
    settings.MAIL_ATTEMPTS = 1
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: TimeoutError("timed out")))
    send_all()
    assert set(Mail.objects.values_list("state", "error")) == {("failed", "timed out")}


def test_a_database_that_is_away_for_a_moment_does_not_lose_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    monkeypatch.setattr("milestones.outbox.time.sleep", lambda seconds: None)

    def update() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(outbox, "connection", _NoConnection())
    outbox.despite_lost_connections(update)
    assert len(tries) == 3


class _NoConnection:
    in_atomic_block = False

    def close(self) -> None: ...


def test_an_address_that_cannot_be_written_fails(crowd: None, send_all: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    reach_one_at("a\r\nBcc: b@evil.example", monkeypatch)
    assert send_all() == 4
    assert states().count("failed") == 1
    assert len(mail.outbox) == 4


def test_a_mail_that_cannot_be_written_fails_alone(crowd: None, send_all: Send) -> None:
    broken = WaitingItem.objects.filter(integration__members__user__email="teknisk2@fjordvik.example")
    broken.update(where="nowhere")
    assert send_all() == 4
    failed = Mail.objects.get(state=SendState.FAILED)
    assert failed.to == "teknisk2@fjordvik.example"
    assert failed.error.startswith("NoReverseMatch: ")


@pytest.mark.parametrize(
    "error", [smtplib.SMTPSenderRefused(530, b"log in first", "x"), smtplib.SMTPDataError(421, b"bye")]
)
def test_what_is_about_us_fails_nobodys_mail(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, send_all: Send, error: Exception
) -> None:
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error))
    send_all()
    assert set(states()) == {"waiting"}


def test_an_unexpected_error_puts_off_that_mail_alone(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, monday: time_machine.Traveller, settings: Any,
    send_all: Send,
) -> None:  # fmt: skip
    bad = "teknisk2@fjordvik.example"
    error = RuntimeError("surprise\0")
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error if to == bad else None))
    settings.MAIL_ATTEMPTS, settings.MAIL_BACKOFF_LIMIT = 3, 60
    for _attempt in range(3):
        send_all()
        monday.shift(datetime.timedelta(seconds=61))
    assert states().count("sent") == 4
    failed = Mail.objects.get(state=SendState.FAILED)
    assert (failed.to, failed.error, failed.attempts) == (bad, "RuntimeError: surprise", 3)


def test_a_mail_that_kills_its_workers_takes_no_other_with_it_and_is_given_up(
    crowd: None, monkeypatch: pytest.MonkeyPatch, monday: time_machine.Traveller, settings: Any, send_all: Send
) -> None:
    class Killed(BaseException): ...

    deliver = sending._deliver

    def deadly(server: Any, letter: Letter, pk: int) -> None:
        if letter.to == "teknisk2@fjordvik.example":
            raise Killed
        deliver(server, letter, pk)

    monkeypatch.setattr(sending, "_deliver", deadly)
    for _death in range(settings.MAIL_ATTEMPTS + 1):
        with contextlib.suppress(Killed):
            send_all()
        monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE + 1))
    assert states().count("sent") == 4
    failed = Mail.objects.get(state=SendState.FAILED)
    assert failed.attempts == settings.MAIL_ATTEMPTS
    assert failed.error


def test_a_waiting_item_that_cannot_be_read_silences_nobody_else(db: None, monday: object, send_all: Send) -> None:
    gather(recipients=5, integrations=5)
    broken = WaitingItem.objects.filter(integration__members__user__email="teknisk2@fjordvik.example")
    broken.update(role="gone_role")
    assert sweep.queue_digests(timezone.localdate(), cases.rules_in_force()) == 4
    assert send_all() == 4
