"""Whatever is sent is a row, mails and messages to Teams and webhooks alike: claimed, tried later and later, given up.

A worker claims a few rows, and before each of them asks whether its lease still holds; it records each as soon as the
other side has taken it. What fails for a while is tried again, later and later; what fails for good says why and
waits for staff. A worker that dies loses its lease, and another takes the rows over. Leases run on the database's
clock.
"""

from __future__ import annotations

import datetime
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override
from kombu.exceptions import OperationalError as BrokerAway

from . import clock
from .clock import DatabaseNow
from .models import SendState
from .models.outgoing import Outgoing, OutgoingQuerySet
from .reminders import cases

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

SENDS = "milestones.tasks.send_mails"
"""The task that sends mails, by its name: tasks know us, and we not them."""


@dataclass
class Batch:
    """What became of the rows of one claim."""

    claimed: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0
    delayed: int = 0

    def __bool__(self) -> bool:
        return self.claimed > 0

    def add(self, state: SendState) -> None:
        """Count a row by what became of it."""
        self.sent += state == SendState.SENT
        self.dropped += state == SendState.DROPPED
        self.failed += state == SendState.FAILED
        self.delayed += state == SendState.WAITING


def hint_to_send(task: str = SENDS) -> None:
    """On commit, tell a worker that there may be mail, or messages of another kind, by the name of the task.

    Without a broker nothing is lost: beat looks twice a minute.
    """
    if not clock.moved():  # what belongs to the demo's past is not sent
        transaction.on_commit(partial(hint, task), robust=True)


def hint(task: str = SENDS) -> None:
    """Tell a worker now, by the name of a task; for what is committed."""
    try:
        current_app.send_task(task, retry=False, expires=settings.HINT_HOLDS)
    except BrokerAway as error:
        log.warning("no broker to hint to", error=str(error))


def is_window_open() -> bool:
    """Whether mail, and what keeps to the same hours, may go out now."""
    return cases.rules_in_force().open_at(clock.in_oslo(clock.now()))


def claimed(due: OutgoingQuerySet[Any], limit: int) -> str:
    """Take up to `limit` of these rows for a worker, under a lease; returns their claim, empty where none is due.

    On PostgreSQL others skip the rows we hold; on SQLite they wait their turn.
    """
    claim = uuid.uuid4().hex
    with transaction.atomic():
        due = due.order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due.values_list("pk", "state")[:limit])
        if found and found[0][1] == SendState.SENDING:
            pks = [found[0][0]]  # abandoned: what killed one worker must not take others with it again
        else:
            pks = [pk for pk, state in found if state == SendState.WAITING]
        due.model._default_manager.filter(pk__in=pks).update(
            state=SendState.SENDING, claim=claim, claimed_until=DatabaseNow() + _lease(), attempts=F("attempts") + 1
        )
    return claim if pks else ""


def _lease() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.MAIL_LEASE)


def holds(row: Outgoing, claim: str, for_another: datetime.timedelta) -> bool:
    """Whether the row is still ours, and will be for that long: then nobody else sends it meanwhile."""
    return despite_lost_connections(_like(row).held(claim, for_another).filter(pk=row.pk).exists)


def settle(row: Outgoing, claim: str, state: SendState, *, error: str = "", **values: Any) -> SendState:
    """Record, and return, what became of a row that is still ours."""
    if state != SendState.WAITING:
        values |= row.not_kept
    values |= {"state": state, "error": error.replace("\0", "")[:500], "claim": "", "claimed_until": None}
    despite_lost_connections(lambda: _like(row).filter(pk=row.pk, claim=claim).update(**values))
    return state


def put_off(row: Outgoing, claim: str, because: str, at_least: datetime.timedelta = datetime.timedelta()) -> SendState:
    """Try again later and later, and not before `at_least` has passed; give up after MAIL_ATTEMPTS."""
    if row.attempts >= settings.MAIL_ATTEMPTS:
        return settle(row, claim, SendState.FAILED, error=because)
    later = DatabaseNow() + max(_wait_after(row.attempts), at_least)
    return settle(row, claim, SendState.WAITING, next_attempt_at=later, error=because)


def give_up_abandoned(rows: OutgoingQuerySet[Any]) -> None:
    """What a worker has died of at every attempt is not given to another."""
    with override(settings.LANGUAGE_CODE):
        because = _("The worker stopped while sending it.")
    for row in rows.abandoned().filter(attempts__gte=settings.MAIL_ATTEMPTS):
        settle(row, row.claim, SendState.FAILED, error=because)


def let_go(ours: OutgoingQuerySet[Any]) -> int:
    """Hand back what was not tried, before the lease is over. Returns how many."""
    untried = ours.filter(state=SendState.SENDING)
    back = {"state": SendState.WAITING, "claim": "", "claimed_until": None, "attempts": F("attempts") - 1}
    return despite_lost_connections(lambda: untried.update(**back))


def _wait_after(attempts: int) -> datetime.timedelta:
    """How long after so many attempts: doubling, with jitter, so that a server that comes back is not run down."""
    jitter = random.uniform(0.5, 1.5)  # noqa: S311  # nosec B311  # no secret, only a wait
    wait = settings.MAIL_BACKOFF * 2 ** (attempts - 1) * jitter
    return datetime.timedelta(seconds=min(wait, settings.MAIL_BACKOFF_LIMIT))


def _like(row: Outgoing) -> OutgoingQuerySet[Any]:
    """All rows of its kind."""
    return type(row)._default_manager.all()  # type: ignore[return-value]


def despite_lost_connections(do: Callable[[], Answer], attempts: int = 6) -> Answer:
    """Retry `do` while the database is away: what was taken, and is not recorded, is sent twice."""
    for attempt in range(1, attempts):
        try:
            return do()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            log.warning("database away, trying again", error=str(error))
            connection.close()
            time.sleep(0.1 * 2**attempt)
    return do()
