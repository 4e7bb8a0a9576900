"""What machines testify: files with results that were proposed, what Digipost said itself, and its certificates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import Environment, Rung
from .integration import Integration
from .scenarios import ScenarioRun


class PinnedCertificateQuerySet(models.QuerySet["PinnedCertificate"]):
    def current(self, environment: str) -> PinnedCertificate | None:
        """The one that counts for an environment."""
        return self.filter(environment=environment, ended_at__isnull=True).first()


class PinnedCertificate(models.Model):
    """The certificate by which Digipost signs its answers in an environment, as staff have set it.

    A new one ends the one before; what was shown by that stays shown.
    """

    environment = models.CharField(_("environment"), max_length=10, choices=Environment.choices)
    pem = models.TextField(_("certificate"))
    fingerprint = models.CharField(max_length=64)  # SHA-256 in hex
    valid_until = models.DateTimeField(_("valid until"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PinnedCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of Digipost")
        verbose_name_plural = _("certificates of Digipost")
        ordering = ["environment", "-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "environment", condition=models.Q(ended_at__isnull=True), name="pinned_certificate_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.fingerprint[:16]}"


class ProposedResults(models.Model):
    """What files say of the scenarios of one set, until somebody records it or lets it go.

    `results` has for each scenario what is proposed, `unplaced` what could not be placed and why; see
    `evidence.proposing`. Of the files themselves nothing is kept but their names: they can name recipients.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="proposed_results")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    files = models.JSONField(default=list)
    results = models.JSONField(default=list)
    unplaced = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposed results")
        verbose_name_plural = _("proposed results")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.environment} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Testimony(models.Model):
    """An answer that Digipost signed, or a receipt of its: what it says, and by what that can be checked again.

    Kept are the text that was signed, the signature and the certificate's fingerprint, and `signs`, what was read of
    the body; the body never. `digest` makes sure that it proves once, for one integration.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="testimonies")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    rung = models.CharField(max_length=10, choices=Rung.choices)
    signs = models.JSONField(default=list)
    at = models.DateTimeField()
    sender_id = models.CharField(max_length=50, blank=True)
    about = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    signed_text = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    shows = models.ManyToManyField(ScenarioRun, related_name="testimonies")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("testimony")
        verbose_name_plural = _("testimonies")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.rung} {self.at:%Y-%m-%d}"
