"""1.4 the organisation account and 3.3 the opening of production."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..process import Environment
from .base import Record
from .integration import Integration

account_id_digits = RegexValidator(r"^[0-9]{1,20}\Z", _("An account id (sender id) consists of digits only."))


class Accounts(Record):
    """The integration's accounts at Digipost, and whether it may send in production. No key or password belongs here.

    The account id is the sender id that Digipost gives: digits, and not the organisation number.
    """

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="accounts")
    test_account_id = models.CharField(_("test account id"), max_length=20, blank=True, validators=[account_id_digits])
    production_account_id = models.CharField(
        _("production account id"), max_length=20, blank=True, validators=[account_id_digits]
    )
    production_enabled_at = models.DateTimeField(null=True, blank=True)
    production_enabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    details = models.TextField(_("environment and account details"), blank=True)
    details_passed_at = models.DateTimeField(null=True, blank=True)
    details_passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    details_acknowledged_at = models.DateTimeField(null=True, blank=True)
    details_acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("accounts")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(details_acknowledged_by=models.F("details_passed_by")),
                name="details_acknowledged_by_another_than_passed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.test_account_id} / {self.production_account_id}"

    def account_id_of(self, environment: str) -> str:
        """The account id in an environment; empty while there is none."""
        return self.test_account_id if environment == Environment.TEST else self.production_account_id

    @property
    def passing(self) -> str:
        """Tells details that were passed on from others: a page names those it showed. Empty if there are none."""
        return self.details_passed_at.isoformat() if self.details_passed_at else ""

    @property
    def production_enabled(self) -> bool:
        return self.production_enabled_at is not None
