"""Integrations that have been closed for RETENTION_MONTHS are anonymised: what happened stays, who did it does not."""

from __future__ import annotations

from functools import partial

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import append_only, clock, locks, snapshots
from ..mails import announcing
from ..models import Agreement, Document, Event, EventKind, Integration, Mail, TeamsAddress, User, Webhook
from ..process import Status
from .erasure import blank, forget, record, rekey, use_pseudonym
from .naming import Naming, Pseudonym, ambiguous, new_pseudonym
from .records import fields_naming_users, rows_of
from .texts import rewrite_texts_of
from .undecided import undecided_of

log = structlog.get_logger(__name__)


def anonymise_due() -> int:
    """Anonymise what has been closed for long enough, each integration by itself. Returns how many.

    One that fails is told of in the log and tried again the next night; the others do not wait for it.
    """
    done = 0
    for pk in list(due().order_by("pk").values_list("pk", flat=True)):
        try:
            done += _anonymise(pk)
        except Exception:
            log.exception("an integration could not be anonymised", integration=pk)
    return done


def due() -> QuerySet[Integration]:
    """Closed on this day of the month RETENTION_MONTHS ago, or earlier, and not anonymised yet."""
    closed = Event.objects.filter(kind=EventKind.CLOSED, at__date__lte=clock.months_ago(settings.RETENTION_MONTHS))
    return Integration.objects.filter(
        status=Status.CLOSED, anonymised_at__isnull=True, pk__in=closed.values("integration")
    )


@transaction.atomic
def _anonymise(pk: int) -> bool:
    locks.lock_these([pk])
    integration = due().filter(pk=pk).first()
    if integration is None:  # another worker was first
        return False
    people = list(_people_on(integration))
    entries = {entry for person in people for entry in _anonymise_person(person, integration)}
    entries |= _anonymise_signatories(integration)
    _remove_files(integration)
    TeamsAddress.objects.filter(integration=integration).delete()
    Webhook.objects.filter(integration=integration).delete()
    integration.anonymised_at = clock.now()
    integration.save(update_fields=["anonymised_at"])
    with override(settings.LANGUAGE_CODE):
        reason = _("Closed for longer than is kept: %(months)s months.") % {"months": settings.RETENTION_MONTHS}
    record(integration, EventKind.ANONYMISED, "", len(entries), by=None, reason=reason)
    snapshots.refresh_many([pk], announcing.tell_of_lapses)
    return True


def _people_on(integration: Integration) -> QuerySet[User]:
    """Who is or was a member, locked: nobody becomes one elsewhere meanwhile. Digipost's staff keep their names."""
    members = integration.members.values("user")
    return User.objects.select_for_update(no_key=True).filter(pk__in=members, erased_at__isnull=True).order_by("pk")


def _anonymise_person(person: User, integration: Integration) -> set[int]:
    """Erase the person, or only their ties to this integration if they are on another one, are staff, or are one side
    of something undecided elsewhere, which they could decide as a new user. Returns the events that were rewritten.
    """
    pseudonym = new_pseudonym()
    entries = use_pseudonym(person, integration, pseudonym)
    elsewhere = person.memberships.exclude(integration=integration).exists()
    if person.is_staff or elsewhere or undecided_of(person):
        return entries | _hand_over(person, integration, pseudonym)
    forget(person, pseudonym)
    return entries


def _hand_over(person: User, integration: Integration, pseudonym: Pseudonym) -> set[int]:
    """Whatever points to the person here points to a user of the pseudonym's instead; returns the events."""
    person.calendar_feeds.filter(integration=integration).delete()
    stand_in = User.objects.create_user(
        pseudonym.address, pseudonym.name, is_active=False, weekly_summary=False, erased_at=clock.now()
    )
    blank(Mail.objects.filter(integration=integration, recipient=person), pseudonym)
    rekey(Mail.objects.filter(integration=integration, recipient=person), stand_in.pk)
    acted = Event.objects.filter(integration=integration, actor=person).values_list("pk", flat=True)
    entries = [(pk, {"actor_id": stand_in.pk}) for pk in acted]
    append_only.rewrite(connection, entries)
    for rows in rows_of(integration):
        for name in fields_naming_users(rows.model) if rows.model is not Event else ():
            rows.filter(**{name: person}).order_by().update(**{name: stand_in})
    return {pk for pk, _values in entries}


def _anonymise_signatories(integration: Integration) -> set[int]:
    """Whoever signed an agreement need not have been a member. Where somebody else is called so, texts keep it."""
    signed = Agreement.objects.filter(integration=integration)
    pseudonyms = set(integration.members.values_list("name", flat=True))
    entries = set()
    for name in set(signed.values_list("signatory", flat=True)) - pseudonyms - {""}:
        naming, pseudonym = Naming(frozenset({name})), new_pseudonym()
        entries |= rewrite_texts_of(integration, naming.without(ambiguous(naming, None, integration)), pseudonym)
        signed.filter(signatory=name).update(signatory=pseudonym.name)
    return entries


def _remove_files(integration: Integration) -> None:
    """The rows stay, with size and digest: whoever has a copy can still show that it is the one."""
    for document in Document.objects.filter(integration=integration).exclude(file=""):
        for file in filter(None, (document.file, document.preview)):
            transaction.on_commit(partial(file.storage.delete, str(file.name)), robust=True)
    Document.objects.filter(integration=integration).update(file="", preview="")
