"""That beat and the workers are there: when one of them last came to the end of a tick."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..clock import DatabaseNow
from .base import Record


class TickQuerySet(models.QuerySet["Tick"]):
    def note(self) -> None:
        """A tick has come to its end."""
        if not self.update(at=DatabaseNow()):
            self.bulk_create([Tick(pk=1)], ignore_conflicts=True)

    def age(self) -> datetime.timedelta | None:
        """How long ago the last one did, by the database's clock; None where none ever has."""
        row = self.annotate(now=DatabaseNow()).values_list("now", "at").first()
        return row[0] - row[1] if row else None


class Tick(Record):
    """The one row about ticks. Who looks at it knows whether what waits in rows is done by anybody."""

    at = models.DateTimeField(default=DatabaseNow)

    objects = TickQuerySet.as_manager()

    class Meta:
        verbose_name = _("last look for work")
        verbose_name_plural = _("last look for work")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="tick_is_one_row")]

    def __str__(self) -> str:
        return f"{self.at}"
