"""Invitations: the links by which people come in."""

from __future__ import annotations

import datetime
import hashlib

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .member import Member

INVITATION_HOLDS = datetime.timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime.datetime) -> InvitationQuerySet:
        """What can still be accepted at `now`."""
        return self.filter(
            used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now, member__left_at__isnull=True
        )

    def of_token(self, token: str) -> InvitationQuerySet:
        return self.filter(token_hash=hash_of(token))


class Invitation(models.Model):
    """A link, bound to an address, by which somebody joins an integration once.

    The link's token is kept only as a hash. It can be derived again from this row and the secret key, so that a mail
    that is tried twice holds the same link; from the row alone it cannot.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.sent_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        value = f"{self.member_id}:{self.email}:{self.sent_at.isoformat()}"
        return salted_hmac("milestones.Invitation", value, algorithm="sha256").hexdigest()

    def is_open(self, now: datetime.datetime) -> bool:
        """As `InvitationQuerySet.open`, of a row at hand."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
