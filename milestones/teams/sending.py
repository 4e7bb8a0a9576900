"""Messages to Teams are sent as mails are: claimed under a lease, decided again, tried later and later, given up.

What `outbox.py` says of claims and of the clock holds here too. A worker that dies after a workflow has taken a
message, and before that is recorded, leaves it to be sent a second time.
"""

from __future__ import annotations

import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import clock, outbox
from ..mails.letter import NotDue
from ..mails.today import Today, today_for
from ..models import Integration, SendState, TeamsAddress, TeamsPost
from ..outbox import Batch
from .cards import card_of
from .client import SECONDS, Later, Refused, deliver
from .telling import told_by

log = structlog.get_logger(__name__)

BATCH = 20
"""Rows of one claim: with each as slow as may be, they are sent within a lease of MAIL_LEASE as it is by default."""
POSTS = "milestones.tasks.post_to_teams"
"""The task that sends them, by its name: tasks know us, and we not them."""


def hint_if_posts_wait() -> None:
    """Tell a worker if there is something to send."""
    if TeamsPost.objects.unsettled().exists():
        outbox.hint(POSTS)


def post_batch(limit: int = BATCH) -> Batch:
    """Claim up to `limit` messages that are due and send them. An empty batch: nothing is due."""
    claim, rows = _claim(limit)
    batch = Batch(claimed=len(rows))
    if not rows:
        return batch
    today = today_for([], clock.today())
    silent: dict[Integration | None, Later] = {}
    for post in rows:
        if not outbox.holds(post, claim, datetime.timedelta(seconds=SECONDS)):
            continue
        try:
            batch.add(_send(post, claim, today, silent.get(post.channel)))
        except Later as error:
            silent[post.channel] = error  # nobody waits for it again in this batch
            batch.add(outbox.put_off(post, claim, str(error), error.wait))
    batch.delayed += outbox.let_go(TeamsPost.objects.filter(claim=claim))
    return batch


def _claim(limit: int) -> tuple[str, list[TeamsPost]]:
    outbox.give_up_abandoned(TeamsPost.objects.all())
    claim = outbox.claimed(TeamsPost.objects.due(window_open=outbox.is_window_open()), limit)
    if not claim:
        return "", []
    rows = TeamsPost.objects.filter(claim=claim, state=SendState.SENDING).order_by("pk")
    return claim, list(rows.select_related("event__actor", "integration__organisation"))


def _send(post: TeamsPost, claim: str, today: Today, silent: Later | None) -> SendState:
    """Send one message and record what became of it, which is returned. Raises Later before it is recorded.

    `silent` is why its channel could not take the one before.
    """
    with override(settings.LANGUAGE_CODE):
        try:
            if because := _post(post, today, silent):
                return outbox.settle(post, claim, SendState.DROPPED, error=because)
        except Refused as error:
            return outbox.settle(post, claim, SendState.FAILED, error=str(error))
        except (Later, DatabaseError):
            raise
        except Exception as error:  # an error of ours, which must not keep the others back
            log.error("a message to Teams cannot be written", post=post.pk, error=type(error).__name__)
            because = _("The message could not be written. This is a fault in the product.")
            return outbox.settle(post, claim, SendState.FAILED, error=because)
    return outbox.settle(post, claim, SendState.SENT, sent_at=clock.now())


def _post(post: TeamsPost, today: Today, silent: Later | None) -> str:
    """Hand it to its channel; returns why not, where there is nothing to tell any more. Raises Later and Refused."""
    told = told_by(post, today)
    if isinstance(told, NotDue):
        return told.because
    channel = TeamsAddress.objects.of(post.channel)
    if channel is None:
        return _("The workflow address was removed.")
    if silent:
        raise silent
    deliver(channel.address, card_of(told))
    return ""
