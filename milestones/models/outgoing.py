"""What is to be sent, as rows: claimed under a lease, tried later and later, given up. `outbox.py` does it."""

from __future__ import annotations

import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..clock import DatabaseNow
from .base import Record

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class SendState(models.TextChoices):
    """What has become of a row so far."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not sent: no longer due")


STILL_TO_SEND = (SendState.WAITING, SendState.SENDING)


class OutgoingQuerySet(models.QuerySet[Row_co]):
    def unsettled(self) -> Self:
        """What waits, or is being sent."""
        return self.filter(state__in=STILL_TO_SEND)

    def claimable(self) -> Self:
        """What may be claimed now: waiting and due, or claimed by a worker whose lease has run out."""
        waiting = models.Q(state=SendState.WAITING, next_attempt_at__lte=DatabaseNow())
        return self.filter(waiting | _abandoned())

    def abandoned(self) -> Self:
        """What was claimed by a worker whose lease has run out."""
        return self.filter(_abandoned())

    def held(self, claim: str, for_another: datetime.timedelta) -> Self:
        """What `claim` still holds, and will for that long: nobody else has it meanwhile."""
        return self.filter(claim=claim, state=SendState.SENDING, claimed_until__gt=DatabaseNow() + for_another)

    def try_again(self) -> int:
        """Try those that failed again, from the beginning and at any hour. Returns how many."""
        again = {"state": SendState.WAITING, "attempts": 0, "next_attempt_at": DatabaseNow(), "error": ""}
        return self.filter(state=SendState.FAILED).update(forced=True, **again)


def _abandoned() -> models.Q:
    return models.Q(state=SendState.SENDING, claimed_until__lt=DatabaseNow())


class Outgoing(Record):
    """A row that is to be sent. It is claimed first: `claim` names the worker's batch, `claimed_until` when its lease
    ends.

    Claims and attempts go by the database's clock, `sent_at` by the app's. What is `forced` waits for no window.
    """

    forced = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=SendState.choices, default=SendState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=DatabaseNow)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=DatabaseNow)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def not_kept(self) -> dict[str, Any]:
        """What replaces values that are kept no longer than the row waits."""
        return {}
