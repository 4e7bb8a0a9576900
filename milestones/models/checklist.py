"""What people check off, and what Digipost excepts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import RESPONSIBLE_ROLES, Party, Role
from .base import Record
from .document import Document
from .integration import Integration


class ChecklistItem(Record):
    """An item of the integration's own, on either party, required or optional. A removed one stays on file."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="items")
    milestone = models.PositiveSmallIntegerField(_("milestone"))
    title = models.CharField(_("what is to be done"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    required = models.BooleanField(_("required"), default=True)
    stands_on = models.CharField(
        _("who must do it"),
        max_length=30,
        choices=[(role.value, role.label) for role in RESPONSIBLE_ROLES],
        default=Role.PROJECT_MANAGER,
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_for = models.CharField(_("added for"), max_length=10, choices=Party.choices)
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["milestone", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        return item_key(self.pk)


def item_key(pk: int) -> str:
    """How confirmations, exceptions and gates name a checklist item."""
    return f"item-{pk}"


class CurrentQuerySet(models.QuerySet[Any]):
    def current(self) -> CurrentQuerySet:
        return self.filter(ended_at__isnull=True)


class Confirmation(Record):
    """A named person checked something off on a date. `key` is a requirement code or an item's key."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="confirmations")
    key = models.CharField(max_length=20)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_on = models.DateField(_("date"))
    statement = models.TextField(_("statement"), blank=True)
    note = models.TextField(_("note"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                "integration", "key", condition=models.Q(ended_at__isnull=True), name="confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class ExceptionGrant(Record):
    """An exception (unntak) that Digipost granted, with its reason and, if wanted, its last day."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="exceptions")
    key = models.CharField(max_length=20)
    reason = models.TextField(_("reason"))
    until = models.DateField(_("last day"), null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                "integration", "key", condition=models.Q(ended_at__isnull=True), name="excepted_once"
            )
        ]

    def __str__(self) -> str:
        return self.key
