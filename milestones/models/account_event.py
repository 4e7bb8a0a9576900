"""What happened to an account: who came in, or tried to, from where; what was changed about how they come in.

Append-only as events are, with two exceptions that the database lets through: the address may be forgotten, and so may
a whole row that is old.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .history import AppendOnly, AppendOnlyQuerySet


class AccountEventKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("Signed in")
    ATTEMPT_FAILED = "attempt_failed", _("Failed attempt")
    SIGNED_OUT = "signed_out", _("Signed out")
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", _("Signed out everywhere")
    FACTOR_ADDED = "factor_added", _("Second factor added")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    FACTOR_LET_GO = "factor_let_go", _("Second factor removed by an administrator")
    CODES_MADE = "codes_made", _("Recovery codes made")
    CODE_USED = "code_used", _("Recovery code used")
    PASSWORD_SET = "password_set", _("Password set")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    PASSWORD_REMOVED = "password_removed", _("Password removed")
    ACCOUNT_CONNECTED = "account_connected", _("Other account connected")
    ACCOUNT_DISCONNECTED = "account_disconnected", _("Other account disconnected")
    CALENDAR_MADE = "calendar_made", _("Calendar address made")
    CALENDAR_REVOKED = "calendar_revoked", _("Calendar address revoked")


class Way(models.TextChoices):
    """By what somebody shows who they are."""

    CODE = "code", _("a code by e-mail or an invitation")
    PASSWORD = "password", _("a password")
    PASSKEY = "passkey", _("a passkey")
    APP = "app", _("an authenticator app")
    RECOVERY_CODE = "recovery_code", _("a recovery code")
    PROVIDER = "provider", _("another account")


class AccountEventQuerySet(AppendOnlyQuerySet["AccountEvent"]):
    def forget_addresses(self) -> int:
        """Remove the network addresses only: what happened, and when, stays. Returns how many rows."""
        return models.QuerySet.update(self, address=None)

    def forget_older_than(self, moment: datetime.datetime) -> int:
        """Returns how many. The database refuses for what is younger than `append_only.YOUNGEST_TO_GO` days."""
        return models.QuerySet.delete(self.filter(at__lt=moment))[0]


class AccountEvent(AppendOnly):
    """One line of an account's history. `ways` are values of Way, by commas; `address` the network's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_events")
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what"), max_length=30, choices=AccountEventKind.choices)
    ways = models.CharField(_("with what"), max_length=60, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True, unpack_ipv4=True)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="account_event_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"

    @property
    def with_what(self) -> str:
        """In words: “a code by e-mail, an authenticator app”."""
        return ", ".join(str(Way(way).label) for way in self.ways.split(",") if way)
