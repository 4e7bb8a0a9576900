"""What machines say: files with results that were proposed, what Digipost said itself, and its certificates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import Environment, Rung
from .base import Record
from .integration import Integration
from .scenarios import ScenarioRun
from .tokens import ApiToken


class PinnedCertificateQuerySet(models.QuerySet["PinnedCertificate"]):
    def current(self, environment: str) -> PinnedCertificate | None:
        """The one that counts for an environment."""
        return self.filter(environment=environment, ended_at__isnull=True).first()


class PinnedCertificate(Record):
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


class ProposedResults(Record):
    """What files say of the scenarios of one set, until somebody records it or lets it go.

    `results` has for each scenario what is proposed, `unplaced` what could not be placed and why; see
    `evidence.proposing`. Of the files themselves nothing is kept but their names: they can name recipients.
    `token` is by which a build sent them; None of what a person chose.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="proposed_results")
    environment = models.CharField(max_length=10, choices=Environment.choices)
    files = models.JSONField(default=list)
    results = models.JSONField(default=list)
    unplaced = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, blank=True, related_name="reported_results")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposed results")
        verbose_name_plural = _("proposed results")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(ended_at__isnull=True), name="proposed_results_open")
        ]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.environment} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def of_accounts(self, integration: Integration) -> list[Attestation]:
        """What Digipost signed last of the accounts as they are recorded now: of each environment one at most."""
        known = self.filter(integration=integration, knows_account__isnull=False).select_related("recorded_by")
        latest: dict[str, Attestation] = {}
        for one in known.order_by("environment", "-at", "-pk"):
            if one.sender_id == integration.accounts.account_id_of(one.environment):
                latest.setdefault(one.environment, one)
        return list(latest.values())


class Attestation(Record):
    """An answer that Digipost signed, or a receipt of its: what it says, and by what that can be checked again.

    Kept are the text that was signed, the signature and the certificate's fingerprint, and `signs`, what was read of
    the body; the body never. `digest` makes sure that it proves once, for one integration. `knows_account` is whether
    Digipost knows the account (1.4, 3.3), None of what says nothing of it.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="attestations")
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
    knows_account = models.BooleanField(null=True)
    shows = models.ManyToManyField(ScenarioRun, related_name="attestations")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = AttestationQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.rung} {self.at:%Y-%m-%d}"
