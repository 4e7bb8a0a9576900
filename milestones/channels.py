"""Messages to others' systems, in Teams or by webhook, on their way: what both have in common.

What `outbox.py` says of claims and of the clock holds here too: rows are claimed under a lease, tried later and later,
given up. A worker that dies after a receiver has taken a message, and before that is recorded, leaves it to be sent a
second time.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar

import requests
import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import clock, outbox, outside
from .models import SendState
from .models.channels import PostQuerySet
from .models.outgoing import Outgoing, OutgoingQuerySet
from .outbox import Batch

log = structlog.get_logger(__name__)

Row = TypeVar("Row", bound=Outgoing)

BATCH = 20
"""Rows of one claim: with each as slow as may be, they are sent within a lease of MAIL_LEASE as it is by default."""
SECONDS = 10.0
"""Within which an answer has begun, with looking up the name and connecting."""
LONGEST_WAIT = datetime.timedelta(hours=1)
"""What a `Retry-After` counts for at most."""
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Digipost integration tracker"}

HandOver = Callable[[], None]
"""Hands a message to its receiver, who has taken it where nothing is raised. Raises Later and Refused."""


class Later(Exception):
    """Not now: to be tried again, after `wait` at the earliest. Its words say why."""

    def __init__(self, because: str, wait: datetime.timedelta | None = None) -> None:
        super().__init__(because)
        self.wait = wait or datetime.timedelta()


class Refused(Exception):
    """Not at all, until somebody has done something about it. Its words say why."""


class Answer(NamedTuple):
    """All that is read of an answer."""

    status: int
    retry_after: str

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def wait(self) -> datetime.timedelta:
        """How long it asks us to wait: in seconds, or until a moment; nothing where it makes no sense."""
        asked = datetime.timedelta()
        if self.retry_after.isascii() and self.retry_after.isdigit():
            asked = datetime.timedelta(seconds=min(int(self.retry_after[:9]), LONGEST_WAIT.total_seconds()))
        else:
            with suppress(ValueError, TypeError, OverflowError):
                asked = parsedate_to_datetime(self.retry_after) - clock.now()
        return min(max(asked, datetime.timedelta()), LONGEST_WAIT)


def post(session: requests.Session, address: str, **what: Any) -> Answer:
    """What is answered at this address. TLS is verified, no redirect is followed, and no body is read."""
    with session, session.post(address, timeout=SECONDS, stream=True, allow_redirects=False, **what) as answer:
        return Answer(answer.status_code, answer.headers.get("Retry-After", ""))


def within_time(ask: Callable[[], Answer], name: str, *, too_slow: str, no_connection: str) -> Answer:
    """What `ask` is answered within SECONDS, by a thread of this `name`. Raises Later in the words that are given."""
    try:
        return outside.within(SECONDS, lambda _ends: ask(), name)
    except (outside.TooSlow, requests.Timeout):
        raise Later(too_slow) from None
    except Exception:  # its words, and those of what caused it, may hold the address
        raise Later(no_connection) from None


def hint_if_waiting(rows: OutgoingQuerySet[Any], task: str) -> None:
    """Tell a worker, by the name of the task, if any of the rows is to be sent."""
    if rows.unsettled().exists():
        outbox.hint(task)


def send_batch(
    rows: PostQuerySet[Any],
    due: OutgoingQuerySet[Any],
    prepare: Callable[[Row], HandOver | str],
    to: Callable[[Row], Hashable],
    limit: int,
) -> Batch:
    """Claim up to `limit` of the rows that are `due`, and send them. An empty batch: nothing is due.

    `rows` are all of the kind, with what is read of each. `prepare` returns what hands a message over, or why there
    is nothing to tell any more. `to` says to whom: who could not take one is not asked again in this batch.
    """
    outbox.give_up_abandoned(rows)
    claim = outbox.claimed(due, limit)
    ours = list(rows.filter(claim=claim, state=SendState.SENDING).order_by("pk")) if claim else []
    batch = Batch(claimed=len(ours))
    silent: dict[Hashable, Later] = {}
    for row in ours:
        if not outbox.holds(row, claim, datetime.timedelta(seconds=SECONDS)):
            continue
        try:
            batch.add(_send(row, claim, prepare, silent.get(to(row))))
        except Later as error:
            silent[to(row)] = error  # nobody waits for it again in this batch
            batch.add(outbox.put_off(row, claim, str(error), error.wait))
    if claim:
        batch.delayed += outbox.let_go(rows.filter(claim=claim))
    return batch


def _send(row: Row, claim: str, prepare: Callable[[Row], HandOver | str], silent: Later | None) -> SendState:
    """Send one message and record what became of it, which is returned. Raises Later before it is recorded.

    `silent` is why its receiver could not take the one before.
    """
    with override(settings.LANGUAGE_CODE):  # everybody reads what went wrong
        try:
            prepared = prepare(row)
            if isinstance(prepared, str):
                return outbox.settle(row, claim, SendState.DROPPED, error=prepared)
            if silent:
                raise silent
            prepared()
        except Refused as error:
            return outbox.settle(row, claim, SendState.FAILED, error=str(error))
        except (Later, DatabaseError):
            raise
        except Exception as error:  # an error of ours, which must not keep the others back
            log.error("a message cannot be written", row=str(row._meta.label), pk=row.pk, error=type(error).__name__)
            because = _("The message could not be written. This is a fault in the product.")
            return outbox.settle(row, claim, SendState.FAILED, error=because)
    return outbox.settle(row, claim, SendState.SENT, sent_at=clock.now())
