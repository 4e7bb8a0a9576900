"""D.3 the sender's certificate: the date on which it expires, typed or read from the certificate itself."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import clock, policy
from ..evidence.certificates import PublicCertificate
from ..models import Certificate, EventKind, Integration, User
from . import room
from .door import door
from .move import Move, asks
from .once import adds


@asks(policy.Right.OPERATE)
def record_certificate(integration: Integration, *, by: User, expires_on: datetime.date | None) -> None:
    """Record when the sender's certificate expires, or that nothing is recorded. Never the certificate's key.

    Another date than the one that was read from a certificate is somebody's word, and so stands alone.
    """
    with door(integration, by) as move:
        move.ask(record_certificate)
        old = move.integration.certificate_expires_on
        if old != expires_on:
            move.update(move.integration.operations, certificate=None)
        move.update(move.integration, certificate_expires_on=expires_on)
        move.log(EventKind.CERTIFICATE_RECORDED, "D.3", old=old or "", new=expires_on or "")


@adds()
@asks(policy.Right.OPERATE)
def upload_certificate(
    integration: Integration, *, by: User, certificate: PublicCertificate, reason: str = ""
) -> Certificate:
    """Keep the sender's public certificate; D.3 goes by the date on which it expires, from now on.

    Raises ValidationError (by field) for one that is not in force or is recorded already; and without a `reason` where
    it is not the organisation's own, as a supplier's.
    """
    with door(integration, by) as move:
        move.ask(upload_certificate)
        _require_in_force(certificate, move.now)
        _require_new(move, certificate)
        _require_reason(move, certificate, reason)
        room.require_room(
            move.integration.certificates.count(),
            room.CERTIFICATES,
            _("There are %(most)s certificates on file, which is the maximum. Tell Digipost."),
        )
        row = _kept(move, certificate, reason)
        old = move.integration.certificate_expires_on or ""
        move.update(move.integration, certificate_expires_on=certificate.expires_on)
        move.update(move.integration.operations, certificate=row)
        number = certificate.organisation_number or "–"
        move.log(EventKind.CERTIFICATE_UPLOADED, number, old=old, new=certificate.expires_on, reason=reason)
        return row


def _kept(move: Move, certificate: PublicCertificate, reason: str) -> Certificate:
    read = {name: value for name, value in vars(certificate).items() if name != "others"}
    return Certificate.objects.create(
        integration=move.integration, reason=reason, uploaded_by=move.by, uploaded_at=move.now, **read
    )


def _require_in_force(certificate: PublicCertificate, now: datetime.datetime) -> None:
    if certificate.valid_until <= now:
        told = _("The certificate of %(subject)s expired on %(day)s. Choose the one that is in use now.")
        day = certificate.valid_until
    elif certificate.valid_from > now:
        told = _("The certificate of %(subject)s is not valid before %(day)s. Upload it from then on.")
        day = certificate.valid_from
    else:
        return
    shown = date_format(clock.in_oslo(day), "SHORT_DATETIME_FORMAT")
    raise ValidationError({"certificate": told % {"subject": certificate.subject, "day": shown}})


def _require_new(move: Move, certificate: PublicCertificate) -> None:
    current = move.integration.operations.certificate
    if current and current.fingerprint == certificate.fingerprint:
        told = _("This certificate is recorded already.")
        raise ValidationError({"certificate": told})


def _require_reason(move: Move, certificate: PublicCertificate, reason: str) -> None:
    own = move.integration.organisation.number
    if reason or certificate.organisation_number == own:
        return
    if certificate.organisation_number:
        told = _(
            "The certificate is another organisation's: %(subject)s, %(number)s; the integration is that of %(own)s. "
            "If that is right, as with a supplier, say why, and choose the file again."
        )
    else:
        told = _(
            "The certificate of %(subject)s names no organisation number. If it is the right one all the same, say "
            "why, and choose the file again."
        )
    named = {"subject": certificate.subject, "number": certificate.organisation_number, "own": own}
    raise ValidationError({"reason": told % named})
