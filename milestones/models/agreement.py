"""1.1 the signed agreements and 1.3 the decisions on services."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..names import require_name
from ..process import AgreementKind, Service, ServiceChoice
from .base import Record
from .checklist import CurrentQuerySet
from .document import Document, Signature
from .integration import Integration


class Agreement(Record):
    """A signed agreement. The one with no `ended_at` is on file; recording a new one or withdrawing ends it."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="agreements")
    kind = models.CharField(_("agreement"), max_length=10, choices=AgreementKind.choices)
    signatory = models.CharField(_("signed by"), max_length=150, validators=[require_name])
    signed_on = models.DateField(_("signed on"))
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(_("reason"), blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "integration", "kind", condition=models.Q(ended_at__isnull=True), name="agreement_on_file_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(verified_by=models.F("recorded_by")), name="agreement_verifier_is_not_recorder"
            ),
        ]

    def __str__(self) -> str:
        return str(AgreementKind(self.kind).label)

    @property
    def names_another(self) -> bool:
        """Whether the PDF says who signed it, and names nobody who is called as recorded."""
        signers = [one for one in self._signed if one.signer]
        return bool(signers) and not any(one.is_by(self.signatory) for one in signers)

    @property
    def has_another_date(self) -> bool:
        """Whether the PDF says when it was signed, by whoever is recorded if it names them: on another day."""
        dated = [one for one in self._signed if one.signed_on]
        theirs = [one for one in dated if one.is_by(self.signatory)] or dated
        return bool(dated) and self.signed_on not in [one.signed_on for one in theirs]

    @property
    def _signed(self) -> list[Signature]:
        return self.document.signed if self.document else []


class ServiceDecision(Record):
    """Whether one of Digipost's services is used, as the business owner decided it last."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="service_decisions")
    service = models.CharField(_("service"), max_length=20, choices=Service.choices)
    choice = models.CharField(_("decision"), max_length=10, choices=ServiceChoice.choices)
    note = models.CharField(_("how"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("service decision")
        verbose_name_plural = _("service decisions")
        constraints = [models.UniqueConstraint("integration", "service", name="service_decided_once")]

    def __str__(self) -> str:
        return f"{self.service}: {self.choice}"
