"""D.3: the sender's public certificates, as they were uploaded and read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import Record
from .integration import Integration


class Certificate(Record):
    """A public certificate, and what was read from it (RFC 5280). Whether its issuer can be trusted is not judged.

    `pem` is the certificate itself; `organisation_number` is empty where it names none, `serial` and `fingerprint`
    (SHA-256) are hex digits. `reason` says why it is another organisation's, where it is. The one that D.3 goes by is
    `Operations.certificate`.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="certificates")
    pem = models.TextField()
    subject = models.CharField(_("issued to"), max_length=200)
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200)
    serial = models.CharField(_("serial number"), max_length=60)
    fingerprint = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    reason = models.TextField(_("reason"), blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject
