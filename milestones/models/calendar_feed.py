"""Private addresses at which calendar programs read dates."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import Record
from .integration import Integration
from .member import Member, hash_of

TOKEN_BYTES = 32
"""Too many to be guessed: nobody tells one address from the hash of another."""


def new_token() -> str:
    """The secret part of an address, drawn at random: 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def live(self) -> CalendarFeedQuerySet:
        """Those that have not been revoked."""
        return self.filter(revoked_at__isnull=True)

    def of_token(self, token: str) -> CalendarFeedQuerySet:
        return self.filter(token_hash=hash_of(token))

    def readable(self) -> CalendarFeedQuerySet:
        """Those whose owner may still see what they hold: all at Digipost, and of the senders' people who is in."""
        on = Member.objects.joined().filter(user=models.OuterRef("user"))
        here = on.filter(integration=models.OuterRef("integration"))
        holds = Q(of_staff=True) | Q(Q(integration=None), Exists(on)) | Q(Exists(here))
        return self.live().filter(holds, user__is_active=True, of_staff=F("user__is_staff"))


class CalendarFeed(Record):
    """A private address at which a calendar program reads somebody's dates, without signing in.

    Of one `integration`, or of all that its owner is on. Whoever has the address can read it until it is revoked, so
    the token in it is kept only as a hash, and shown once. `of_staff` says as what its owner made it: whoever changes
    sides, or leaves Digipost, makes a new one. Erased with its owner.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    integration = models.ForeignKey(Integration, models.PROTECT, null=True, blank=True, related_name="calendar_feeds")
    name = models.CharField(_("name"), max_length=60, blank=True)
    of_staff = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    token: str = ""
    """On the one that has just been made. Not stored."""

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.made_at:%Y-%m-%d}"
