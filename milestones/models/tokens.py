"""By what a build, or another system of the sender's, comes in without signing in; and what it was answered."""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import clock
from .base import Record
from .integration import Integration
from .member import hash_of

PREFIX = "dgp_"
"""By which people, and what searches code for secrets, know a token when they see one."""
TOKEN_BYTES = 32
"""256 random bits: nobody guesses one, so a plain hash of it keeps it."""
SHOWN = 4
"""Characters at its end by which somebody who has a token tells it from another."""
LONGEST = datetime.timedelta(days=366)
"""From when it is made until it expires."""


def new_api_token() -> str:
    """A token, drawn at random: `dgp_` and 43 letters, digits, hyphens and underscores."""
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


class Scope(models.TextChoices):
    """What a token may be used for; reporting includes reading."""

    READ = "read", _("Read only")
    REPORT = "report", _("Read and report")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> ApiTokenQuerySet:
        """Those that are neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=clock.now())

    def of_token(self, token: str) -> ApiTokenQuerySet:
        return self.filter(token_hash=hash_of(token))


class ApiToken(Record):
    """A key to one integration, for a build. It acts as who made it, and for as long as they may make one.

    The token itself is kept only as a hash, and shown once; `last_four` are its last characters.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=SHOWN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    noted_on = models.DateField(null=True, blank=True)  # the last day on which its use was noted in the history
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    token: str = ""
    """On the one that has just been made. Not stored."""

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="api_token_scope_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()

    @property
    def last_day(self) -> datetime.date:
        """The day, in Oslo, to whose end it works."""
        return clock.date_of(self.expires_at - datetime.timedelta(seconds=1))

    @property
    def may_report(self) -> bool:
        return self.scope == Scope.REPORT


class ApiAnswer(Record):
    """What a post was answered, so that the same post again is answered the same, and does nothing more.

    `key` is the client's own (Idempotency-Key), or says that there was none; `digest` all that was posted, and where.
    While it is worked on `status` is 0, and `claim` says by whom, who holds it `until` then, by the database's clock;
    after that, `until` says how long it is answered so. Forgotten at night.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("answer to a post by the API")
        verbose_name_plural = _("answers to posts by the API")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint("token", "key", name="api_answer_once_a_key")]
        indexes = [models.Index("until", name="api_answer_until")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.status}"
