"""People in texts: by which words somebody is named, where these stand, and the pseudonym that takes their place."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import EmailField, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import append_only
from ..mailboxes import spellings
from ..models import CatalogueScenario, Event, Integration, Invitation, Mail, Member, Notice, User
from .records import rows_of, text_fields

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is taken for something else when it is read aloud."""
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Pseudonym:
    """What somebody is called from now on. Drawn at random: nothing leads back to the name or the address."""

    name: str
    address: str


NOBODY = Pseudonym("", "")
"""For looking without writing: what would change is what names the person."""


def new_pseudonym() -> Pseudonym:
    """One that nobody has. In the product's default language, as it is stored and everybody reads it."""
    code = "".join(secrets.choice(_ALPHABET) for _n in range(4))
    with override(settings.LANGUAGE_CODE):
        drawn = Pseudonym(_("Erased person %(code)s") % {"code": code}, f"{code.lower()}@erased.invalid")
    taken = User.objects.filter(email=drawn.address).exists() or Member.objects.filter(name=drawn.name).exists()
    return new_pseudonym() if taken else drawn


@dataclass(frozen=True)
class Naming:
    """The names and addresses by which texts mean one person."""

    names: frozenset[str]
    addresses: frozenset[str] = frozenset()

    def without(self, ambiguous: Collection[str]) -> Naming:
        return Naming(self.names - set(ambiguous), self.addresses)

    def replaced(self, value: Any, pseudonym: Pseudonym, *, in_address: bool = False) -> Any:
        """A text, or whatever JSON holds, with the pseudonym in place of the person."""
        if isinstance(value, list):
            return [self.replaced(one, pseudonym) for one in value]
        if isinstance(value, dict):
            return {key: self.replaced(one, pseudonym) for key, one in value.items()}
        if not isinstance(value, str):
            return value
        value = self._addresses.sub(pseudonym.address if in_address else pseudonym.name, value)
        return self._names.sub(pseudonym.name, value)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        """As whole words, in the genitive too. A single word counts only as it is written: Mai is no month."""
        words = [f"(?i:{re.escape(name)})" if " " in name else re.escape(name) for name in _longest_first(self.names)]
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?=s?(?!\w))") if words else _NEVER

    @cached_property
    def _addresses(self) -> re.Pattern[str]:
        words = [re.escape(address) for address in _longest_first(self.addresses)]
        return re.compile(rf"(?<![\w.+-])(?i:{'|'.join(words)})(?![\w-]|\.\w)") if words else _NEVER

    def shared_with(self, others: Collection[str]) -> list[str]:
        """Those of the names that also stand in what others are called: there, a text may mean either."""
        return sorted(name for name in self.names if any(Naming(frozenset({name}))._names.search(o) for o in others))


def _longest_first(words: Collection[str]) -> list[str]:
    return sorted(filter(None, (word.strip() for word in words)), key=len, reverse=True)


def naming_of(person: User, integration: Integration | None = None) -> Naming:
    """What `person` is called: by themselves, and by whoever invited them to the integration (to any, if None)."""
    memberships = person.memberships.filter(**({"integration": integration} if integration else {}))
    sent_to = person.mails.exclude(address="").values_list("address", flat=True).distinct()
    invited_at = Invitation.objects.filter(member__user=person).values_list("email", flat=True).distinct()
    names = {person.name, *memberships.values_list("name", flat=True)} - {""}
    addresses = {written for one in {person.email, *sent_to, *invited_at} for written in spellings(one)}
    return Naming(frozenset(names), frozenset(addresses))


def called_beside(person: User, integration: Integration | None = None) -> set[str]:
    """What everybody else is called who was a member of the integration or acted there (anywhere, if None)."""
    members, others = Member.objects.exclude(user=person), User.objects.exclude(pk=person.pk)
    if integration:
        members = members.filter(integration=integration)
        actors = Event.objects.filter(integration=integration).values("actor")
        others = others.filter(Q(pk__in=actors) | Q(memberships__in=members) | Q(onboards=integration))
    return {*members.values_list("name", flat=True), *others.values_list("name", flat=True)}


def across_integrations(naming: Naming) -> list[QuerySet[Any]]:
    """Rows that belong to no single integration and name the person."""
    rows: list[QuerySet[Any]] = [
        Notice.objects.order_by("pk"),
        CatalogueScenario.objects.order_by("pk"),
        Mail.objects.filter(integration__isnull=True).order_by("pk"),
    ]
    return [one.filter(_mentions(one, naming)) for one in rows]


def _mentions(rows: QuerySet[Any], naming: Naming) -> Q:
    fields = [field.name for field in text_fields(rows.model)]
    return reduce(
        or_, (Q(**{f"{name}__icontains": word}) for name in fields for word in naming.names | naming.addresses)
    )


def found(rows: QuerySet[Any], naming: Naming, pseudonym: Pseudonym) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each of the rows that names the person: its primary key, and its columns as they will be."""
    fields = text_fields(rows.model)
    for pk, *values in rows.values_list("pk", *(field.name for field in fields)):
        changed = {}
        for field, value in zip(fields, values, strict=True):
            new = naming.replaced(value, pseudonym, in_address=isinstance(field, EmailField))
            if new != value:
                changed[field.name] = new[: getattr(field, "max_length", None)] if isinstance(new, str) else new
        if changed:
            yield pk, changed


def rewrite(rows: QuerySet[Any], naming: Naming, pseudonym: Pseudonym) -> set[int]:
    """Put the pseudonym there; returns the primary keys of what was rewritten."""
    changes = list(found(rows, naming, pseudonym))
    if rows.model is Event:
        append_only.rewrite(connection, changes)
    else:
        for pk, values in changes:
            rows.model._default_manager.filter(pk=pk).update(**values)
    return {pk for pk, _values in changes}


def rewrite_texts_of(integration: Integration, naming: Naming, pseudonym: Pseudonym) -> set[int]:
    """Put the pseudonym into every text of an integration; returns the primary keys of the events among them."""
    rewritten = {rows.model: rewrite(rows, naming, pseudonym) for rows in rows_of(integration)}
    return rewritten[Event]
