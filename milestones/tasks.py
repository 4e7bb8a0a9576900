"""Celery shells: they take ids and call one function. What is to be done lies in rows; a message is only a hint."""

from __future__ import annotations

import time

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from . import housekeeping, outbox, personal, snapshots
from .reminders import announce, sweep

SECONDS_AT_A_TIME = 45
"""How long one task goes on sending before it leaves the rest to the next one."""


def hint_to_send() -> None:
    """On commit, tell a worker that there may be mail. Without a broker nothing is lost: beat looks twice a minute."""
    transaction.on_commit(_hint, robust=True)


def _hint() -> None:
    try:
        send_mails.apply_async(retry=False, expires=settings.HINT_HOLDS)
    except OperationalError as error:
        structlog.get_logger(__name__).warning("no broker to hint to", error=str(error))


@shared_task
def refresh_snapshots() -> int:
    """Nightly: some answers change with the date alone. Returns how many integrations were different."""
    return snapshots.refresh_all(announce.tell_of_lapses)


@shared_task
def remove_orphans() -> int:
    """Nightly: files that a dead process left without a row. Returns how many."""
    return housekeeping.remove_orphans()


@shared_task
def forget_sessions() -> int:
    """Nightly: sessions that are over, and where they were from. Returns how many."""
    return housekeeping.forget_sessions()


@shared_task
def forget_account_events() -> int:
    """Nightly: what happened to accounts ACCOUNT_EVENT_DAYS ago. Returns how many."""
    return housekeeping.forget_account_events()


@shared_task
def forget_forms() -> int:
    """Nightly: what was typed and never sent, and what was sent so long ago that it is not sent again. How many."""
    return housekeeping.forget_forms()


@shared_task
def anonymise() -> int:
    """Nightly: integrations that have been closed for RETENTION_MONTHS. Returns how many."""
    return personal.anonymise_due()


@shared_task
def tick() -> int:
    """Twice a minute: queue what the day asks for, and see that what is queued is sent. Returns how many it queued."""
    queued = sweep.tick()
    _hint()
    return queued


@shared_task
def send_mails() -> int:
    """Send what is due, a batch at a time. Returns how many were sent."""
    stop_at, sent = time.monotonic() + SECONDS_AT_A_TIME, 0
    while time.monotonic() < stop_at and (batch := outbox.send_batch()):
        sent += batch.sent
    return sent
