"""What is done alike with messages to channels in Teams and to webhooks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .. import outbox
from ..models.outgoing import OutgoingQuerySet
from . import room
from .move import stale


def require_turn_to_test(tests: OutgoingQuerySet[Any]) -> None:
    """Raise ValidationError after too many test messages, of which `tests` are those so far."""
    often = _("%(most)s test messages in 24 hours is the maximum. You can go on at %(when)s.")
    room.require_turn(tests, "created_at", room.CHANNEL_TESTS_A_DAY, often)


def try_again(posts: OutgoingQuerySet[Any], task: str) -> None:
    """Have the worker's `task` send these again. Raises Stale if none of them has failed any more."""
    if not posts.try_again():
        raise stale()
    outbox.hint_to_send(task)
