"""Messages are claimed, tried again, given up and sent again by hand; none is lost where a worker dies."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from milestones import channels, outbox, tasks, webhooks, workflow
from milestones.demo import Journey
from milestones.models import EventKind, SendState, Webhook, WebhookPost
from milestones.webhooks import sending, telling
from tests.cast import Cast
from tests.loopback import Receiver, hangs
from tests.processes import ROOT
from tests.racing import at_once
from tests.webhooks.receiver import deliver_all, outcomes

AN_HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def waiting(cast: Cast, ready: Journey, webhook: Webhook) -> Journey:
    """One message waits."""
    workflow.submit(ready.integration, 1, by=cast.manager)
    return ready


def post() -> WebhookPost:
    return WebhookPost.objects.get()


def waits() -> datetime.timedelta:
    """How long it is until the message is tried again."""
    return post().next_attempt_at - timezone.now()


def claimed() -> str:
    """The claim of a worker that then says nothing more."""
    return outbox.claimed(WebhookPost.objects.claimable(), 10)


def test_it_is_sent_once(waiting: Journey, receiver: Receiver) -> None:
    assert (tasks.deliver_webhooks(), tasks.deliver_webhooks()) == (1, 0)
    assert len(receiver.messages) == 1
    row = post()
    assert (row.state, row.attempts, row.error, row.claim) == ("sent", 1, "", "")
    assert row.sent_at


@pytest.mark.parametrize("status", [500, 404, 307])
def test_it_is_tried_later_and_later_and_is_the_same_message(
    waiting: Journey, receiver: Receiver, settings: Any, friday: time_machine.Traveller, status: int
) -> None:
    receiver.status = status
    for attempt in range(1, 4):
        assert (deliver_all(), post().attempts) == (0, attempt)
        longest = datetime.timedelta(seconds=settings.MAIL_BACKOFF * 2 ** (attempt - 1) * 1.5)
        assert longest / 3.1 < waits() <= longest
        friday.shift(waits() + datetime.timedelta(seconds=1))
    assert str(status) in post().error
    receiver.status = 200
    assert deliver_all() == 1
    assert post().error == ""
    assert {(one.headers["webhook-id"], one.body) for one in receiver.asked} == {
        (post().message_id, receiver.messages[0].body)
    }
    assert len({one.headers["webhook-timestamp"] for one in receiver.asked}) == 4


def test_it_waits_as_long_as_it_is_asked_to(waiting: Journey, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "1200"}
    deliver_all()
    assert datetime.timedelta(minutes=19) < waits() <= datetime.timedelta(minutes=20)
    assert (deliver_all(), len(receiver.asked)) == (0, 1)


def test_it_is_given_up_after_as_many_attempts_as_a_mail(waiting: Journey, receiver: Receiver, settings: Any) -> None:
    settings.MAIL_ATTEMPTS, settings.MAIL_BACKOFF_LIMIT = 3, 0
    receiver.status = 500
    assert deliver_all() == 0
    assert (post().state, post().attempts) == ("failed", 3)
    assert "500" in post().error
    assert WebhookPost.objects.all().failed_integrations() == [waiting.integration]


def test_a_receiver_that_is_gone_is_left_alone(cast: Cast, waiting: Journey, receiver: Receiver) -> None:
    receiver.status = 410
    workflow.return_milestone(waiting.integration, 1, by=cast.staff, reason="Derfor.")
    assert deliver_all() == 0
    assert [outcome[1:] for outcome in outcomes()] == [("failed", 1), ("dropped", 1)]
    webhook = Webhook.objects.get()
    assert webhook.gone_at
    event = waiting.integration.events.get(kind=EventKind.WEBHOOK_GONE)
    assert (event.actor, event.from_value) == (None, webhook.host)
    workflow.submit(waiting.integration, 1, by=cast.manager, answer="Gjort.")
    assert (deliver_all(), len(receiver.asked), WebhookPost.objects.count()) == (0, 1, 2)


def test_one_that_was_changed_meanwhile_is_not_turned_off(cast: Cast, waiting: Journey, receiver: Receiver) -> None:
    receiver.status = 410
    before = Webhook.objects.get()
    elsewhere = f"{receiver.address}&elsewhere=1"
    workflow.change_webhook(waiting.integration, before.pk, by=cast.lead, webhook_address=elsewhere)
    sending._turn_off(before)
    assert Webhook.objects.get().gone_at is None
    assert not waiting.integration.events.filter(kind=EventKind.WEBHOOK_GONE).exists()


def test_a_webhook_that_was_removed_gets_nothing(cast: Cast, waiting: Journey, receiver: Receiver) -> None:
    workflow.remove_webhook(waiting.integration, Webhook.objects.get().pk, by=cast.staff)
    assert (deliver_all(), receiver.asked) == (0, [])
    assert (post().state, post().webhook) == (SendState.DROPPED, None)
    assert post().error


def test_a_changed_address_gets_what_still_waits(cast: Cast, waiting: Journey, receiver: Receiver) -> None:
    new = f"{receiver.address}&new=1"
    workflow.change_webhook(waiting.integration, Webhook.objects.get().pk, by=cast.lead, webhook_address=new)
    assert deliver_all() == 1
    assert receiver.messages[0].path.endswith("&new=1")


def test_a_receiver_that_hangs_is_waited_for_once(
    cast: Cast, waiting: Journey, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "SECONDS", 1.0)
    for _more in range(3):
        workflow.send_webhook_test(waiting.integration, Webhook.objects.get().pk, by=cast.manager)
    receiver.misbehave = hangs
    batch = webhooks.deliver_batch()
    assert (batch.claimed, batch.sent, batch.delayed, len(receiver.asked)) == (4, 0, 4, 1)
    assert {state for _kind, state, _attempts in outcomes()} == {"waiting"}
    assert webhooks.deliver_batch().claimed == 0


def test_the_others_have_their_turn(
    cast: Cast, waiting: Journey, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another webhook's messages are not put off with those of one that nobody answers."""
    other = cast.journey("Et annet brev").integration
    address = f"{receiver.address.replace('/digipost', '/other')}"
    webhook = workflow.add_webhook(other, by=cast.manager, webhook_address=address)
    Webhook.objects.exclude(pk=webhook.pk).update(sealed="x")  # no address that anybody could be asked at
    workflow.send_webhook_test(other, webhook.pk, by=cast.manager)
    batch = webhooks.deliver_batch()
    assert (batch.sent, batch.delayed, len(receiver.messages)) == (1, 1, 1)


def test_one_that_cannot_be_written_keeps_nobody_back(
    cast: Cast, waiting: Journey, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow.send_webhook_test(waiting.integration, Webhook.objects.get().pk, by=cast.manager)
    body_of = telling.body_of

    def fail(one: WebhookPost) -> bytes:
        if one.event:
            raise RuntimeError("feil")
        return body_of(one)

    monkeypatch.setattr(sending, "body_of", fail)
    assert deliver_all() == 1
    assert [state for _kind, state, _attempts in outcomes()] == ["failed", "sent"]


# --- Whose it is


def test_a_claim_whose_worker_died_is_taken_over_after_the_lease(
    waiting: Journey, receiver: Receiver, settings: Any, friday: time_machine.Traveller
) -> None:
    claim, row = claimed(), post()
    assert deliver_all() == 0
    friday.shift(settings.MAIL_LEASE + 1)
    assert deliver_all() == 1
    outbox.settle(row, claim, SendState.FAILED)  # the dead one awakes: it is no longer its message
    assert (post().state, post().attempts) == ("sent", 2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_between_claim_and_sending(
    on_postgresql: None, waiting: Journey, receiver: Receiver, friday: time_machine.Traveller
) -> None:
    """A process of its own, which the operating system ends: nothing of it goes on, and the row is sent later."""
    database = connection.settings_dict
    where = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    code = (
        "import os, signal, django; django.setup(); from milestones.webhooks import sending; "
        "sending.deliver = lambda *_: os.kill(os.getpid(), signal.SIGKILL); sending.deliver_batch()"
    )
    environment = os.environ | {"DATABASE_URL": f"{where}/{database['NAME']}", "DEBUG": "on"}
    environment |= {"DJANGO_SETTINGS_MODULE": "integrasjon.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (post().state, post().attempts) == ("sending", 1)
    WebhookPost.objects.update(claimed_until=timezone.now() + AN_HOUR)  # by the clock of this test, which travels
    assert deliver_all() == 0
    friday.shift(AN_HOUR + datetime.timedelta(seconds=1))
    assert deliver_all() == 1
    assert len(receiver.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_once(on_postgresql: None, cast: Cast, waiting: Journey, receiver: Receiver) -> None:
    for _more in range(10):
        workflow.send_webhook_test(waiting.integration, Webhook.objects.get().pk, by=cast.manager)
    at_once(lambda: webhooks.deliver_batch(3), lambda: webhooks.deliver_batch(3))
    deliver_all()
    assert {outcome[1:] for outcome in outcomes()} == {("sent", 1)}
    assert len(receiver.messages) == 11


# --- Hints


def test_a_worker_is_told_on_commit_and_by_the_tick(
    cast: Cast, ready: Journey, webhook: Webhook, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr(outbox, "hint", lambda task=outbox.SENDS: told.append(task))
    tasks.tick()
    assert webhooks.DELIVERIES not in told
    with django_capture_on_commit_callbacks(execute=True):
        workflow.send_notice([ready.integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
    assert webhooks.DELIVERIES in told
    told.clear()
    tasks.tick()
    assert webhooks.DELIVERIES in told
    assert getattr(tasks, webhooks.DELIVERIES.rpartition(".")[2]).name == webhooks.DELIVERIES
