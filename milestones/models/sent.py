"""Forms on their way: which have added something already, and what stood in one whose sender was signed out."""

from __future__ import annotations

import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import clock
from .base import Record

DRAFT_HOLDS = datetime.timedelta(days=1)
ENDINGS = ("ended_at", "removed_at", "left_at", "closed_at", "revoked_at", "called_off_at", "deleted_at", "overtaken")
"""Where a row says that it no longer counts, or that something has happened since."""


class SentForm(Record):
    """Something that somebody added: sent again, it adds nothing. Kept as long as its page can be sent.

    `what` names the kind of thing and where it was added, `digest` all that was sent, `row` what came of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sent_forms")
    number = models.CharField(max_length=32, blank=True)
    what = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    row = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        constraints = [
            models.UniqueConstraint(
                "user", "number", "digest", condition=~models.Q(number=""), name="sent_form_adds_once"
            )
        ]
        indexes = [models.Index("what", name="sent_form_what"), models.Index("sent_at", name="sent_form_sent_at")]

    def __str__(self) -> str:
        return f"{self.what} {self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def stands(self) -> bool:
        """Whether what came of it still counts; what was taken away may be added anew."""
        label, _space, pk = self.row.partition(" ")
        row = apps.get_model("milestones", label)._base_manager.filter(pk=pk).first() if pk else None
        return row is not None and not any(getattr(row, name, None) for name in ENDINGS)


class DraftQuerySet(models.QuerySet["Draft"]):
    def held(self) -> DraftQuerySet:
        """Those that are not too old to be shown."""
        return self.filter(kept_at__gt=clock.now() - DRAFT_HOLDS)


class Draft(Record):
    """What somebody had typed into a form when their session ended: for them alone, and for a day.

    `sent` holds lists of values by the name of the field: no files, passwords or codes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    page = models.CharField(_("page"), max_length=500)
    slot = models.CharField(max_length=50)
    sent: models.JSONField[Any, Any] = models.JSONField(_("what was typed"))
    kept_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("what was typed and not sent")
        verbose_name_plural = _("what was typed and not sent")
        constraints = [models.UniqueConstraint("user", "page", "slot", name="draft_once_a_form")]
        indexes = [models.Index("kept_at", name="draft_kept_at")]

    def __str__(self) -> str:
        return f"{self.page} {self.kept_at:%Y-%m-%d %H:%M}"
