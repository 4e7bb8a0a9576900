"""One person is erased: a pseudonym takes their place everywhere, and history stays whole.

What they did, when and on which side stays true, and points to the same user, who is now called by the pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from .. import clock, snapshots
from ..mailboxes import normalised
from ..mails import announcing
from ..models import AccountEvent, Event, EventKind, Integration, Mail, SendState, User
from ..process import Status
from .naming import NOBODY, Naming, Pseudonym, ambiguous, naming_of, new_pseudonym
from .records import OURS, fields_naming_users, models_of, path_to_integration, rows_of
from .texts import across_integrations, found, rewrite, rewrite_texts_of
from .undecided import undecided_of


@dataclass(frozen=True)
class Effect:
    """What erasing would do on one integration. `shared` are names that somebody else there has too, and that stay."""

    integration: Integration
    entries: int
    texts: int
    shared: list[str]


def refusals(person: User, by: User) -> list[str]:
    """Why `by` cannot erase `person`, as sentences; empty when they can."""
    if person.erased_at:
        return [_("This person has been erased already.")]
    told = []
    if person.pk == by.pk:
        told.append(_("You cannot erase yourself. Ask a colleague."))
    elif person.is_active and (person.is_staff or person.is_superuser):
        told.append(_("They can still sign in as Digipost's staff. An administrator must deactivate them first."))
    on = Integration.objects.exclude(status=Status.CLOSED).filter(members__user=person, members__left_at__isnull=True)
    if references := ", ".join(on.values_list("reference", flat=True)):
        told.append(
            _("They are still a member of %(references)s. Remove them there, or close it, first.")
            % {"references": references}
        )
    return told + undecided_of(person)


def concerned(person: User) -> list[int]:
    """The integrations on which any row points to the person, by primary key, in ascending order."""
    pks: set[int | None] = set()
    for model in models_of():
        if path := path_to_integration(model):
            for name in fields_naming_users(model):
                pks |= set(model._default_manager.filter(**{name: person}).values_list(path, flat=True))
    return sorted(pk for pk in pks if pk is not None)


def effects(person: User) -> list[Effect]:
    """What erasing would do, by integration; for the page on which it is decided."""
    return [_effect_on(one, person) for one in Integration.objects.filter(pk__in=concerned(person))]


def shared_across(person: User) -> list[str]:
    """Names of several words that others have too, if a text of no single integration holds one: there they stay."""
    naming = naming_of(person).in_full
    shared = Naming(frozenset(ambiguous(naming, person)))
    held = any(row for rows in across_integrations(person, concerned(person)) for row in found(rows, shared, NOBODY))
    return sorted(shared.names) if held else []


def _effect_on(integration: Integration, person: User) -> Effect:
    naming = naming_of(person, integration)
    shared = ambiguous(naming, person, integration)
    counts = {
        rows.model: sum(1 for _row in found(rows, naming.without(shared), NOBODY)) for rows in rows_of(integration)
    }
    entries = counts.pop(Event)
    return Effect(integration, entries, sum(counts.values()), shared)


@transaction.atomic
def erase(person: User, integrations: Iterable[Integration], *, by: User | None, reason: str) -> Pseudonym:
    """Erase `person`, who was on these integrations; each of them records that, with how many entries were rewritten.

    They and the person are locked by whoever calls, in this order, and before any event is written: others who write
    events hold their integration already.
    """
    pseudonym, everywhere = new_pseudonym(), naming_of(person)
    reason = everywhere.replaced(reason, pseudonym)
    for integration in integrations:
        entries = use_pseudonym(person, integration, pseudonym)
        record(integration, EventKind.PERSON_ERASED, pseudonym.name, len(entries), by=by, reason=reason)
    in_full = everywhere.in_full
    for rows in across_integrations(person, [one.pk for one in integrations]):
        rewrite(rows, in_full.without(ambiguous(in_full, person)), pseudonym)
    forget(person, pseudonym)
    snapshots.refresh_many(sorted(one.pk for one in integrations), announcing.tell_of_lapses)
    return pseudonym


def use_pseudonym(person: User, integration: Integration, pseudonym: Pseudonym) -> set[int]:
    """The pseudonym, in every text of an integration; returns the events (primary keys) that were rewritten.

    A name that somebody else there has too stays in texts, which may mean either, but not where the row is theirs.
    """
    naming = naming_of(person, integration)
    shared = ambiguous(naming, person, integration)
    integration.members.filter(user=person).update(name=pseudonym.name)
    entries = rewrite_texts_of(integration, naming.without(shared), pseudonym)
    rekey(Mail.objects.filter(integration=integration, recipient=None, address=pseudonym.address), pseudonym.address)
    return entries


def record(
    integration: Integration, kind: EventKind, subject: str, entries: int, *, by: User | None, reason: str
) -> None:
    Event.objects.create(
        integration=integration, at=clock.now(), actor=by, kind=kind, subject=subject, to_value=str(entries),
        reason=reason,
    )  # fmt: skip


def forget(person: User, pseudonym: Pseudonym) -> None:
    """The account is the pseudonym's from now on, and nobody signs in with it."""
    at_theirs = Q(recipient=None, address__in=[normalised(person.email), pseudonym.address])  # a mailbox of one person
    rekey(Mail.objects.filter(at_theirs), pseudonym.address)
    blank(Mail.objects.filter(Q(recipient=person) | at_theirs), pseudonym)
    AccountEvent.objects.filter(user=person).forget_addresses()
    person.drafts.all().delete()
    person.saved_views.all().delete()
    person.calendar_feeds.all().delete()
    person.sent_forms.all().delete()
    _forget_in_other_apps(person, pseudonym)
    person.name, person.email, person.erased_at = pseudonym.name, pseudonym.address, clock.now()
    person.is_active = person.is_superuser = person.weekly_summary = False
    person.set_unusable_password()
    person.save()


def blank(mails: QuerySet[Mail], pseudonym: Pseudonym) -> None:
    """That they were sent stays, what they said does not. A worker that sends one now loses its claim on the row."""
    gone = _("The recipient has been erased.")
    unsent = mails.filter(state__in=(SendState.WAITING, SendState.SENDING))
    unsent.update(state=SendState.DROPPED, error=gone, claim="", claimed_until=None)
    mails.update(subject="", text="", detail="", address=pseudonym.address)


def rekey(mails: QuerySet[Mail], owner: object) -> None:
    """Replace the keys by ones of `owner`: a mail's key names its recipient, by primary key, address or its hash."""
    mails.update(key=Concat(Value(f"{owner}:"), Cast("pk", CharField())))


def _forget_in_other_apps(person: User, pseudonym: Pseudonym) -> None:
    """Addresses, authenticators and sessions of whatever app keeps them go; the admin's log names the pseudonym."""
    for model in apps.get_models(include_auto_created=True):
        for name in fields_naming_users(model):
            if model._meta.app_label not in OURS or model._meta.auto_created:
                model._base_manager.filter(**{name: person}).delete()
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(person.pk)).update(object_repr=pseudonym.name)
    theirs = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(person.pk)]
    Session.objects.filter(pk__in=theirs).delete()
