"""People in texts: by which names and addresses somebody is meant, and the pseudonym that takes their place."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..mailboxes import normalised, spellings
from ..models import Comment, Event, Integration, Invitation, Member, Organisation, User
from ..names import is_code
from .spelling import pattern_of

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is taken for something else when it is read aloud."""
_ADDRESS = re.compile(r'(?:"[^"\s]{1,64}"|[\w\u0300-\u036f.+\'-]{1,64})(?:@|%40)[\w\u0300-\u036f.-]{1,255}')
"""Whatever may be an address in a text, with the dot or the quotation mark that may stand beside it."""


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
    """The names and addresses by which texts mean one person, in whatever spelling. What is a code names nobody."""

    names: frozenset[str]
    addresses: frozenset[str] = frozenset()

    def without(self, ambiguous: Collection[str]) -> Naming:
        return Naming(self.names - set(ambiguous), self.addresses)

    @property
    def in_full(self) -> Naming:
        """By names of several words alone: across integrations a single word may mean anything."""
        return self.without([name for name in self.names if len(name.split()) < 2])

    def replaced(self, text: str, pseudonym: Pseudonym) -> str:
        """The text with the pseudonym in place of the person."""
        if "@" in text or "%40" in text:
            text = self._literal.sub(pseudonym.name, text)
            text = _ADDRESS.sub(lambda match: self._unaddressed(match.group(), pseudonym), text)
        return self._names.sub(pseudonym.name, text)

    def has_address(self, address: str) -> bool:
        """Whether this is one of the person's addresses, however it is written."""
        return _canonical(address) in self._addresses

    def shared_with(self, others: Collection[str]) -> list[str]:
        """Those of the names that also stand in what others are called: there, a text may mean either."""
        patterns = {name: pattern_of(_searchable({name})) for name in self.names}
        return sorted(name for name, pattern in patterns.items() if any(map(pattern.search, others)))

    def _unaddressed(self, found: str, pseudonym: Pseudonym) -> str:
        """What was found, with the pseudonym for the address in it if that is the person's."""
        for address in (found.strip(".'-"), found):
            if self.has_address(address.replace("%40", "@")):
                return found.replace(address, pseudonym.name)
        return found

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return pattern_of(_searchable(self.names))

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return frozenset(map(_canonical, self.addresses - {""}))

    @cached_property
    def _literal(self) -> re.Pattern[str]:
        """Addresses with characters that `_ADDRESS` takes for what stands around one."""
        odd = [re.escape(one) for one in sorted(self._addresses) if not _ADDRESS.fullmatch(one)]
        return re.compile(rf"(?<![\w.+-])(?i:{'|'.join(odd)})(?![\w-]|\.\w)") if odd else re.compile(r"(?!)")


def _canonical(address: str) -> str:
    return normalised(unicodedata.normalize("NFC", address))


def _searchable(names: Collection[str]) -> list[str]:
    """What can be told from other words: no code, and no single letter."""
    return [name for name in names if not is_code(name) and sum(map(str.isalpha, name)) > 1]


def naming_of(person: User, integration: Integration | None = None) -> Naming:
    """What `person` is called: by themselves, and by whoever invited them to the integration (to any, if None).

    An account's name of a single word counts only where its owner was invited by it: another sender may have
    chosen it.
    """
    memberships = person.memberships.filter(**({"integration": integration} if integration else {}))
    called = set(memberships.values_list("name", flat=True))
    if len(person.name.split()) > 1 or not called:
        called.add(person.name)
    return Naming(frozenset(called), frozenset(addresses_of(person)))


def addresses_of(person: User) -> set[str]:
    """Theirs, and those at which they were invited or sent mail."""
    sent_to = person.mails.exclude(address="").values_list("address", flat=True).distinct()
    invited_at = Invitation.objects.filter(member__user=person).values_list("email", flat=True).distinct()
    return {written for one in {person.email, *sent_to, *invited_at} for written in spellings(one)}


def ambiguous(naming: Naming, person: User | None, integration: Integration | None = None) -> list[str]:
    """Those of the names that texts may use of somebody beside `person`, on the integration or, if None, anywhere.

    Beside them are whoever was a member or acted there, and an organisation that is called exactly so.
    """
    members, others = Member.objects.all(), User.objects.all()
    organisations = Organisation.objects.filter(name__in=naming.names)
    if person:
        members, others = members.exclude(user=person), others.exclude(pk=person.pk)
    if integration:
        members = members.filter(integration=integration)
        actors = Event.objects.filter(integration=integration).values("actor")
        authors = Comment.objects.filter(integration=integration).values("author")  # notes leave no event
        acted = Q(pk__in=actors) | Q(pk__in=authors)
        others = others.filter(acted | Q(memberships__in=members) | Q(onboards=integration))
        organisations = organisations.filter(pk=integration.organisation_id)
    beside = {name for rows in (members, others, organisations) for name in rows.values_list("name", flat=True)}
    return naming.shared_with(beside)
