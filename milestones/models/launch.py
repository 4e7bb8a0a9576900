"""5.0 the launch date and 5.2 the first real sending."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Record
from .integration import Integration


class Launch(Record):
    """The launch, in its steps: date confirmed, first sending, confirmed to work by each side."""

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="launch")
    launch_on = models.DateField(_("launch date"), null=True, blank=True)
    date_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_sending_on = models.DateField(_("date of the first sending"), null=True, blank=True)
    documents_sent = models.PositiveIntegerField(_("number of documents"), null=True, blank=True)
    sending_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_confirmed_at = models.DateTimeField(null=True, blank=True)
    digipost_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    digipost_confirmed_at = models.DateTimeField(null=True, blank=True)
    manual_approval = models.BooleanField(_("the first mass sendings are approved by hand"), null=True, blank=True)
    manual_approval_note = models.CharField(_("how"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender_confirmed_by=models.F("digipost_confirmed_by")),
                name="launch_confirmed_by_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(digipost_confirmed_by=models.F("sending_recorded_by")),
                name="launch_confirmed_for_digipost_by_another_than_recorded",
            ),
        ]

    def __str__(self) -> str:
        return str(self.integration_id)

    @property
    def is_dated_for_good(self) -> bool:
        """Whether it has been launched, on a date that was confirmed for it."""
        return self.first_sending_on is not None and self.date_confirmed_by_id is not None

    @property
    def sending(self) -> str:
        """Tells one first sending from another: a page names the one that it showed. Empty when none is recorded."""
        return f"{self.first_sending_on}, {self.documents_sent}" if self.first_sending_on else ""
