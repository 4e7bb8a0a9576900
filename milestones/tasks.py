"""Celery shells: they take ids and call one function. What is to be done lies in rows; a message is only a hint."""

from __future__ import annotations

import time
from collections.abc import Callable

from celery import shared_task

from . import outbox, personal, snapshots, teams, webhooks, workflow
from .api import once
from .documents import orphans
from .entry import drafts, journal, sessions
from .mails import sending
from .models import Tick
from .reminders import sweep

SECONDS_AT_A_TIME = 45
"""How long one task goes on sending before it leaves the rest to the next one."""


@shared_task
def refresh_snapshots() -> int:
    """Nightly: some answers change with the date alone. Returns how many integrations were different."""
    return snapshots.refresh_all(workflow.draw_of_the_date)


@shared_task
def remove_orphans() -> int:
    """Nightly: files that a dead process left without a row. Returns how many."""
    return orphans.remove_orphans()


@shared_task
def forget_sessions() -> int:
    """Nightly: sessions that are over, and where they were from. Returns how many."""
    return sessions.forget_old()


@shared_task
def forget_account_events() -> int:
    """Nightly: what happened to accounts ACCOUNT_EVENT_DAYS ago. Returns how many."""
    return journal.forget_old()


@shared_task
def forget_forms() -> int:
    """Nightly: what was typed and never sent, and what was sent so long ago that it is not sent again. How many."""
    return drafts.forget_old()


@shared_task
def forget_answers() -> int:
    """Nightly: what posts to the API were answered, once it is not answered again. Returns how many."""
    return once.forget_answers()


@shared_task
def anonymise() -> int:
    """Nightly: integrations that have been closed for RETENTION_MONTHS. Returns how many."""
    return personal.anonymise_due()


@shared_task
def keep_up_with_register() -> int:
    """Nightly: what the register of entities says of organisations. Returns on how many integrations there is news."""
    return workflow.keep_up()


@shared_task
def discard_old_imports() -> int:
    """Nightly: imports that nobody has confirmed for a month. Returns how many."""
    return workflow.discard_old_imports()


@shared_task
def forget_old_results() -> int:
    """Nightly: results that files proposed a month ago. Returns how many."""
    return workflow.forget_old_results()


@shared_task
def tick() -> int:
    """Twice a minute: queue what the day asks for, and see that what waits is done. Returns how many it queued."""
    queued = sweep.tick()
    outbox.hint()
    teams.hint_if_posts_wait()
    webhooks.hint_if_posts_wait()
    workflow.hint_if_rows_wait()
    Tick.objects.note()
    return queued


@shared_task
def watch_heartbeats() -> int:
    """Twice a minute: whose monitoring has fallen silent, and whose is back. Returns how many."""
    return workflow.watch_heartbeats()


@shared_task
def take_in() -> int:
    """Take in rows of confirmed imports, and leave the rest to the next one. Returns how many were tried."""
    stop_at, tried = time.monotonic() + SECONDS_AT_A_TIME, 0
    while time.monotonic() < stop_at and (taken := workflow.take_in_some()):
        tried += taken
    workflow.hint_if_rows_wait()
    return tried


@shared_task
def send_mails() -> int:
    """Send what is due, a batch at a time. Returns how many were sent."""
    return _batch_by_batch(sending.send_batch)


@shared_task
def post_to_teams() -> int:
    """Send the messages to Teams that are due, a batch at a time. Returns how many were sent."""
    return _batch_by_batch(teams.post_batch)


@shared_task
def deliver_webhooks() -> int:
    """Send the messages to webhooks that are due, a batch at a time. Returns how many were sent."""
    return _batch_by_batch(webhooks.deliver_batch)


def _batch_by_batch(send_some: Callable[[], outbox.Batch]) -> int:
    """Send until nothing is due, or the rest is left to the next task. Returns how many were sent."""
    stop_at, sent = time.monotonic() + SECONDS_AT_A_TIME, 0
    while time.monotonic() < stop_at and (batch := send_some()):
        sent += batch.sent
    return sent
