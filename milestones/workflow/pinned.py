"""The certificates by which Digipost signs its answers: set by staff, for each environment, for all integrations."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .. import clock, policy
from ..evidence.pinned import read_certificates
from ..models import PinnedCertificate, User
from ..process import Environment
from .move import stale


@transaction.atomic
def pin_certificate(*, by: User, environment: Environment, pem: str, seen: int) -> PinnedCertificate:
    """Judge Digipost's answers in an environment by this from now on; what was shown before stays shown.

    A file of several certificates holds the one in use, and those around it while it is replaced.

    `seen` is the primary key of the one that the page showed, 0 for none. Raises Forbidden for others than staff,
    Stale if somebody set another meanwhile, ValidationError (field `pem`) for what is no certificate, holds a private
    key, or has expired.
    """
    policy.require_staff(by)
    current = PinnedCertificate.objects.select_for_update().filter(environment=environment, ended_at=None).first()
    if (current.pk if current else 0) != seen:
        raise stale()
    try:
        certificates = read_certificates(pem.encode())
    except ValidationError as refusal:
        raise ValidationError({"pem": refusal.messages}) from None
    valid_until = max(one.not_valid_after_utc for one in certificates)
    if valid_until <= clock.now():
        raise ValidationError({"pem": _("The certificate has expired.")})
    if current:
        current.ended_at = clock.now()
        current.save(update_fields=["ended_at"])
    try:
        with transaction.atomic():
            return PinnedCertificate.objects.create(
                environment=environment,
                pem=pem,
                fingerprint=certificates[0].fingerprint(hashes.SHA256()).hex(),
                valid_until=valid_until,
                set_by=by,
                set_at=clock.now(),
            )
    except IntegrityError:  # somebody else set the first one at the same moment
        raise stale() from None
