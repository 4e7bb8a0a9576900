"""Messages to Teams are sent as mails are, in the same hours; `channels.py` says how."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from django.utils.translation import gettext as _

from .. import channels, clock, outbox
from ..channels import HandOver
from ..mails.letter import NotDue
from ..mails.today import Today, today_for
from ..models import TeamsAddress, TeamsPost
from ..outbox import Batch
from .cards import card_of
from .client import deliver
from .telling import told_by

POSTS = "milestones.tasks.post_to_teams"
"""The task that sends them, by its name: tasks know us, and we not them."""


def hint_if_posts_wait() -> None:
    """Tell a worker if there is something to send."""
    channels.hint_if_waiting(TeamsPost.objects.all(), POSTS)


def post_batch(limit: int = channels.BATCH) -> Batch:
    """Claim up to `limit` messages that are due and send them. An empty batch: nothing is due."""
    rows = TeamsPost.objects.select_related("event__actor", "integration__organisation")
    due = TeamsPost.objects.due(window_open=outbox.is_window_open())
    prepare = partial(_prepared, today=cache(partial(today_for, [], clock.today())))
    return channels.send_batch(rows, due, prepare, lambda post: post.channel, limit)


def _prepared(post: TeamsPost, today: Callable[[], Today]) -> HandOver | str:
    """What hands it to its channel, or why there is nothing to tell any more."""
    told = told_by(post, today())
    if isinstance(told, NotDue):
        return told.because
    channel = TeamsAddress.objects.of(post.channel)
    if channel is None:
        return _("The workflow address was removed.")
    return partial(deliver, channel.address, card_of(told))
