"""1.1 the signed agreements and 1.3 the services."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .. import policy
from ..compiled import insert
from ..documents import Examined
from ..models import Agreement, EventKind, Integration, ServiceDecision, User
from ..names import require_names
from ..process import AgreementKind, ServiceChoice
from . import room
from .door import door
from .move import Move, asks
from .once import adds


@adds()
@asks(policy.Right.RECORD_AGREEMENT)
def record_agreement(
    integration: Integration,
    *,
    by: User,
    kind: AgreementKind,
    signatory: str,
    signed_on: datetime.date,
    document: File[Any] | Examined,
) -> Agreement:
    """Put a signed agreement on file, in place of any earlier one of its kind. Digipost verifies it next.

    Raises ValidationError (by field) without the name of a signatory, and for a date of signature that lies ahead.
    """
    with door(integration, by) as move:
        move.ask(record_agreement)
        move.require_past(signed_on=signed_on)
        require_names(signatory=signatory)
        room.require_room(
            move.integration.agreements.count(),
            room.AGREEMENTS,
            _("There are %(most)s agreements on file, earlier ones included, which is the maximum. Ask Digipost."),
        )
        for earlier in integration.agreements.current().filter(kind=kind):
            _end(move, earlier, "")
        agreement = Agreement(
            integration=move.integration,
            kind=kind,
            signatory=signatory,
            signed_on=signed_on,
            document=move.store(document),
            recorded_by=by,
            recorded_at=move.now,
        )
        insert(agreement)
        move.log(EventKind.AGREEMENT_RECORDED, kind, new=f"{signatory}, {signed_on}")
        return agreement


def verify_agreement(integration: Integration, agreement_id: int, *, by: User) -> None:
    """Digipost has seen that the agreement is signed by somebody who may."""
    with door(integration, by) as move:
        move.require(policy.Right.VERIFY_AGREEMENT)
        agreement = move.fetch(Agreement, agreement_id, ended_at__isnull=True, verified_at__isnull=True)
        move.require_someone_else(agreement.recorded_by_id)
        move.update(agreement, verified_by=by, verified_at=move.now)
        move.log(EventKind.AGREEMENT_VERIFIED, agreement.kind, new=agreement.signatory)


@asks(policy.Right.WITHDRAW_AGREEMENT)
def withdraw_agreement(integration: Integration, agreement_id: int, *, by: User, reason: str) -> None:
    """Take an agreement off file; 1.1 is unmet from now on, whatever was approved."""
    with door(integration, by) as move:
        move.ask(withdraw_agreement)
        _end(move, move.fetch(Agreement, agreement_id, ended_at__isnull=True), reason)


def _end(move: Move, agreement: Agreement, reason: str) -> None:
    move.update(agreement, ended_at=move.now, ended_because=reason)
    move.log(EventKind.AGREEMENT_WITHDRAWN, agreement.kind, old=agreement.signatory, reason=reason)


def _require_words(decisions: Mapping[str, tuple[ServiceChoice, str]]) -> None:
    silent = [service for service, (choice, note) in decisions.items() if choice != ServiceChoice.SKIP and not note]
    if silent:
        raise ValidationError({f"{service}_note": _("Say briefly how or when.") for service in silent})


@asks(policy.Right.DECIDE_SERVICES)
def decide_services(integration: Integration, *, by: User, decisions: Mapping[str, tuple[ServiceChoice, str]]) -> None:
    """Record the business owner's decision, with a word on how, for each service named in `decisions`.

    Raises ValidationError (by field) where a service is to be used, now or later, without a word on how.
    """
    with door(integration, by) as move:
        move.ask(decide_services)
        _require_words(decisions)
        stored = {row.service: row for row in move.integration.service_decisions.all()}
        for service, (choice, note) in decisions.items():
            row = stored.get(service)
            if row and (row.choice, row.note) == (choice, note):
                continue
            old, decided = row.choice if row else "", {"decided_by": by, "decided_at": move.now}
            if row:
                move.update(row, choice=choice, note=note, **decided)
            else:
                said = {"service": service, "choice": choice, "note": note}
                insert(ServiceDecision(integration=move.integration, **said, **decided))
            move.log(EventKind.SERVICE_DECIDED, service, old=old, new=choice, reason=note)
