"""D.1 as a fact: the address that the sender's monitoring calls, and when it last did."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..clock import DatabaseNow
from ..process import Phase, Status
from .base import Record
from .integration import Integration
from .member import hash_of
from .operations import Deviation

SHORTEST, LONGEST = datetime.timedelta(minutes=1), datetime.timedelta(hours=24)
"""Of a period, and of its grace."""


UNTIL = ExpressionWrapper(F("last_beat_at") + F("period") + F("grace"), DateTimeField())
"""Until when the latest beat counts; none where there is none."""


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def of_token(self, token: str) -> HeartbeatQuerySet:
        return self.filter(token_hash=hash_of(token))

    def newly_silent(self) -> HeartbeatQuerySet:
        """Those that beat once, are late now, and count as silent from now on: in operations, and not paused."""
        watched = {"integration__phase": Phase.OPERATIONS, "integration__status": Status.ACTIVE}
        return self.filter(silent_since=None, **watched).filter(LessThan(UNTIL, DatabaseNow()))

    def heard_again(self) -> HeartbeatQuerySet:
        """Those that count as silent, and have beaten since: a longer period is no beat."""
        beaten = self.filter(last_beat_at__gt=F("silent_since"))
        return beaten.filter(GreaterThanOrEqual(UNTIL, DatabaseNow()))


class Heartbeat(Record):
    """A private address that the sender's monitoring calls once a `period`; it may be `grace` late.

    Whoever has the address can beat, and do nothing else, so the token in it is kept only as a hash, and shown once.
    `last_beat_at` is by the database's clock. `silent_since` is set, and a deviation opened, by the repeated look at
    all of them (`workflow/heartbeats.py`), and unset by it when the beat is back.
    """

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="heartbeat")
    token_hash = models.CharField(max_length=64, unique=True)
    period = models.DurationField(_("period"))
    grace = models.DurationField(_("grace"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    last_beat_at = models.DateTimeField(_("last beat"), null=True, blank=True)
    silent_since = models.DateTimeField(_("silent since"), null=True, blank=True)
    deviation = models.ForeignKey(Deviation, models.PROTECT, null=True, blank=True, related_name="+")

    token: str = ""
    """On the one that has just been made or given another address. Not stored."""

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints = [
            models.CheckConstraint(
                condition=Q(period__range=(SHORTEST, LONGEST), grace__range=(SHORTEST, LONGEST)),
                name="heartbeat_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.integration_id)

    @property
    def minutes(self) -> tuple[int, int]:
        """Its period and grace."""
        a_minute = datetime.timedelta(minutes=1)
        return self.period // a_minute, self.grace // a_minute
