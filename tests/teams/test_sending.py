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

from milestones import channels, outbox, tasks, teams, workflow
from milestones.demo import Journey
from milestones.models import SendState, TeamsPost
from milestones.teams import sending, telling
from tests.cast import Cast
from tests.loopback import hangs
from tests.processes import ROOT
from tests.racing import at_once
from tests.teams.channel import Workflow, outcomes, post_all

AN_HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def waiting(cast: Cast, connected: Journey) -> Journey:
    """One message waits."""
    workflow.submit(connected.integration, 1, by=cast.manager)
    return connected


def post() -> TeamsPost:
    return TeamsPost.objects.get()


def claimed() -> str:
    """The claim of a worker that then says nothing more."""
    return outbox.claimed(TeamsPost.objects.due(window_open=True), 10)


def waits() -> datetime.timedelta:
    """How long it is until the message is tried again."""
    return post().next_attempt_at - timezone.now()


def test_it_is_sent_once(waiting: Journey, channel: Workflow) -> None:
    assert (tasks.post_to_teams(), tasks.post_to_teams()) == (1, 0)
    assert len(channel.taken) == 1
    row = post()
    assert (row.state, row.attempts, row.error, row.claim) == ("sent", 1, "", "")
    assert row.sent_at


def test_what_passes_is_tried_later_and_later(
    waiting: Journey, channel: Workflow, settings: Any, friday: time_machine.Traveller
) -> None:
    channel.status, before = 500, datetime.timedelta()
    for attempt in range(1, 4):
        assert (post_all(), post().attempts) == (0, attempt)
        longest = datetime.timedelta(seconds=settings.MAIL_BACKOFF * 2 ** (attempt - 1) * 1.5)
        assert longest / 3.1 < waits() <= longest
        assert waits() > before / 3
        before = waits()
        friday.shift(waits() + datetime.timedelta(seconds=1))
    assert "status 500" in post().error
    channel.status = 202
    assert post_all() == 1
    assert post().error == ""


def test_it_waits_as_long_as_it_is_asked_to(waiting: Journey, channel: Workflow) -> None:
    channel.status, channel.headers = 429, {"Retry-After": "1200"}
    post_all()
    assert datetime.timedelta(minutes=19) < waits() <= datetime.timedelta(minutes=20)
    assert (post_all(), len(channel.asked)) == (0, 1)


def test_it_waits_an_hour_at_most(waiting: Journey, channel: Workflow) -> None:
    channel.status, channel.headers = 503, {"Retry-After": "999999"}
    post_all()
    assert AN_HOUR - datetime.timedelta(minutes=1) < waits() <= AN_HOUR


def test_it_is_given_up_after_as_many_attempts_as_a_mail(waiting: Journey, channel: Workflow, settings: Any) -> None:
    settings.MAIL_ATTEMPTS, settings.MAIL_BACKOFF_LIMIT = 3, 0
    channel.status = 500
    assert post_all() == 0
    assert (post().state, post().attempts) == ("failed", 3)
    assert "status 500" in post().error


def test_what_is_refused_fails_at_once_and_says_why(waiting: Journey, channel: Workflow) -> None:
    channel.status = 404
    assert post_all() == 0
    assert (post().state, post().attempts) == ("failed", 1)
    assert "404" in post().error
    assert len(channel.asked) == 1


def test_a_channel_that_hangs_is_waited_for_once(
    cast: Cast, waiting: Journey, channel: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others behind it have their turn: it has a message of another integration to take too."""
    monkeypatch.setattr(channels, "SECONDS", 1.0)
    for _more in range(3):
        workflow.send_teams_test(waiting.integration, by=cast.manager)
    channel.misbehave = hangs
    batch = teams.post_batch()
    assert (batch.claimed, batch.sent, batch.delayed, len(channel.asked)) == (4, 0, 4, 1)
    assert {state for _kind, state, _attempts in outcomes()} == {"waiting"}
    assert teams.post_batch().claimed == 0


def test_one_that_cannot_be_written_keeps_nobody_back(
    cast: Cast, waiting: Journey, channel: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow.send_teams_test(waiting.integration, by=cast.manager)
    told_by = telling.told_by

    def fail(one: TeamsPost, today: Any) -> Any:
        if one.event:
            raise RuntimeError("feil")
        return told_by(one, today)

    monkeypatch.setattr(sending, "told_by", fail)
    assert post_all() == 1
    assert [state for _kind, state, _attempts in outcomes()] == ["failed", "sent"]


# --- Whose it is


def test_a_claim_whose_worker_died_is_taken_over_after_the_lease(
    waiting: Journey, channel: Workflow, settings: Any, friday: time_machine.Traveller
) -> None:
    claim, row = claimed(), post()
    assert post_all() == 0
    friday.shift(settings.MAIL_LEASE + 1)
    assert post_all() == 1
    outbox.settle(row, claim, SendState.FAILED)  # the dead one awakes: it is no longer its message
    assert (post().state, post().attempts) == ("sent", 2)


def test_what_workers_die_of_is_given_up(
    waiting: Journey, channel: Workflow, settings: Any, friday: time_machine.Traveller
) -> None:
    settings.MAIL_ATTEMPTS = 2
    for _worker in range(2):
        outbox.give_up_abandoned(TeamsPost.objects.all())
        assert claimed()
        friday.shift(settings.MAIL_LEASE + 1)
    assert (post_all(), channel.asked) == (0, [])
    assert post().state == "failed"
    assert post().error


def test_a_lease_that_ends_too_soon_is_not_used(waiting: Journey, channel: Workflow, settings: Any) -> None:
    settings.MAIL_LEASE = channels.SECONDS
    batch = teams.post_batch()
    assert (batch.sent, batch.delayed, channel.asked) == (0, 1, [])
    assert outcomes() == [("submitted", "waiting", 0)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_between_claim_and_sending(
    on_postgresql: None, waiting: Journey, channel: Workflow, friday: time_machine.Traveller, settings: Any
) -> None:
    """A process of its own, which the operating system ends: nothing of it goes on, and the row is sent later."""
    database = connection.settings_dict
    where = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    code = (
        "import os, signal, django; django.setup(); from milestones.teams import sending; "
        "sending.deliver = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "sending.outbox.is_window_open = lambda: True; sending.post_batch()"
    )
    environment = os.environ | {"DATABASE_URL": f"{where}/{database['NAME']}", "DEBUG": "on"}
    environment |= {"DJANGO_SETTINGS_MODULE": "integrasjon.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (post().state, post().attempts) == ("sending", 1)
    TeamsPost.objects.update(claimed_until=timezone.now() + AN_HOUR)  # by the clock of this test, which travels
    assert post_all() == 0
    friday.shift(AN_HOUR + datetime.timedelta(seconds=1))
    assert post_all() == 1
    assert len(channel.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_once(on_postgresql: None, cast: Cast, waiting: Journey, channel: Workflow) -> None:
    for _more in range(10):
        workflow.send_teams_test(waiting.integration, by=cast.manager)
    at_once(lambda: teams.post_batch(3), lambda: teams.post_batch(3))
    post_all()
    assert {outcome[1:] for outcome in outcomes()} == {("sent", 1)}
    assert len(channel.taken) == 11


# --- Hints


def test_a_worker_is_told_on_commit_and_by_the_tick(
    cast: Cast, connected: Journey, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr(outbox, "hint", lambda task=outbox.SENDS: told.append(task))
    tasks.tick()
    assert teams.POSTS not in told
    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(connected.integration, 1, by=cast.manager)
    assert teams.POSTS in told
    told.clear()
    tasks.tick()
    assert teams.POSTS in told
    assert getattr(tasks, teams.POSTS.rpartition(".")[2]).name == teams.POSTS


def test_what_is_told_to_nobody_is_not_hinted(
    cast: Cast, ready: Journey, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr(outbox, "hint", lambda task=outbox.SENDS: told.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        workflow.add_follow_up(ready.integration, by=cast.manager, title="Punkt", description="")
    assert told == [outbox.SENDS]
