"""What the register of entities says of an organisation: stored, and told in the history of its integrations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from .. import clock, locks, outbox
from ..entity_register import Answer, Outcome
from ..facts import facts_of
from ..mails import announcing
from ..models import Event, EventKind, Integration, Organisation, User
from ..process import Status

DETAILS = ("legal_form_code", "legal_form", "address", "municipality")
"""What an answer and an organisation call the same."""


@dataclass(frozen=True)
class Change:
    """What is different in the register: one of Organisation's fields, from what to what, as the history has it."""

    field: str
    old: str
    new: str


@transaction.atomic
def record_answer(answer: Answer) -> int:
    """Store what the register answered on a number; returns on how many open integrations it is news.

    Nobody decides it, and whatever it says, nothing is stopped: it is recorded as the system's. What is no answer, or
    older than what is stored, changes nothing.
    """
    if answer.outcome is Outcome.NO_ANSWER:
        return 0
    theirs = Integration.objects.exclude(status=Status.CLOSED).filter(organisation__number=answer.number)
    locks.lock_these(list(theirs.values_list("pk", flat=True)))
    rows = Organisation.objects.select_for_update(no_key=True).filter(number=answer.number).order_by("pk")
    news = {row.pk: _stored(row, answer) for row in rows if row.checked_at is None or row.checked_at < answer.asked_at}
    told = [one for one in theirs.with_records().order_by("pk") if news.get(one.organisation_id)]
    for integration in told:
        _tell(integration, news[integration.organisation_id])
    if told:
        outbox.hint_to_send()
    return len(told)


def _stored(row: Organisation, answer: Answer) -> list[Change]:
    """Store it with an organisation; returns what is news. What the register no longer says stays as it said it."""
    changes = list(_changes(row, answer))
    values: dict[str, object] = {"registered_name": answer.name or row.registered_name}
    values |= {"standing": answer.standing, "standing_since": answer.since, "checked_at": answer.asked_at}
    if answer.outcome is Outcome.FOUND:
        values |= {name: getattr(answer, name) for name in DETAILS}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return changes


def _changes(row: Organisation, answer: Answer) -> Iterator[Change]:
    """What is filled in for the first time is no change, unless it is bad news."""
    if row.standing != answer.standing and (row.standing or answer.standing.is_bad):
        yield Change("standing", row.standing, _dated(answer))
    if answer.outcome is not Outcome.FOUND:
        return
    now = {"registered_name": answer.name, "legal_form": answer.legal_form}
    now |= {"address": answer.address.replace("\n", ", "), "municipality": answer.municipality}
    for field, new in now.items():
        old = getattr(row, field).replace("\n", ", ")
        if old and new and old != new:
            yield Change(field, old, new)


def _dated(answer: Answer) -> str:
    """“bankrupt 2026-02-03”"""
    return f"{answer.standing.value or 'unknown'} {answer.since or ''}".strip()


def _tell(integration: Integration, changes: list[Change]) -> None:
    """An event for each; whoever is to judge it at Digipost is told of the standing at once."""
    facts = facts_of(integration)
    for change in changes:
        event = Event.objects.create(
            integration=integration,
            at=clock.now(),
            actor=None,
            kind=EventKind.ORGANISATION_CHANGED,
            subject=change.field,
            from_value=change.old,
            to_value=change.new,
        )
        if change.field == "standing":
            announcing.announce(facts, event, _at_digipost(integration))


def _at_digipost(integration: Integration) -> list[int]:
    """Its contact; any of the staff, while there is none who can act."""
    contact = integration.onboarding_contact
    if contact and integration.has_contact:
        return [contact.pk]
    return list(User.objects.staff().values_list("pk", flat=True))
