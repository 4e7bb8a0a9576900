"""What comments are about and where that is; who may be told of a comment, and whom its text names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from .addresses import path_of
from .models import Integration, User
from .models.comments import DEVIATION, MILESTONE, REQUIREMENT, SCENARIO, kind_and_key
from .process import MILESTONE_TITLES, REQUIREMENTS
from .searching import searchable

# --- What is talked about


@dataclass(frozen=True)
class Thing:
    """What a comment is about: what it is called, in the language in force, and what events call it.

    `path` is the page on which it is; empty where it is on none any more.
    """

    about: str
    title: str
    recorded: str
    path: str


def thing_of(about: str, integration: Integration) -> Thing | None:
    """What `about` means on the integration; None if there is no such thing. A query for what is a row."""
    kind, key = kind_and_key(about)
    return _THINGS[kind](about, key, integration)


def _requirement(about: str, key: str, integration: Integration) -> Thing | None:
    if key.startswith("item-"):
        return _own_item(about, int(key.removeprefix("item-")), integration)
    requirement = REQUIREMENTS.get(key)
    if requirement is None:
        return None
    path = _page_of(requirement.milestone, integration)
    return Thing(about, f"{key} {requirement.title}", key, path)


def _own_item(about: str, pk: int, integration: Integration) -> Thing | None:
    item = integration.items.filter(pk=pk).first()
    if item is None:
        return None
    path = "" if item.removed_at else _page_of(item.milestone, integration)
    return Thing(about, item.title, item.title, path)


def _milestone(about: str, key: str, integration: Integration) -> Thing | None:
    return Thing(about, f"{key} {MILESTONE_TITLES[int(key)]}", key, _page_of(int(key), integration))


def _scenario(about: str, key: str, integration: Integration) -> Thing | None:
    scenario = integration.scenarios.filter(pk=int(key)).first()
    if scenario is None:
        return None
    path = path_of("scenario", integration.reference, pk=scenario.pk)
    return Thing(about, f"{scenario.code} {scenario.shown_title}", scenario.code, path)


def _deviation(about: str, key: str, integration: Integration) -> Thing | None:
    deviation = integration.deviations.filter(pk=int(key)).first()
    if deviation is None:
        return None
    path = path_of("deviation", integration.reference, pk=deviation.pk)
    return Thing(about, deviation.title, deviation.title, path)


_THINGS = {REQUIREMENT: _requirement, MILESTONE: _milestone, SCENARIO: _scenario, DEVIATION: _deviation}


def _page_of(milestone: int | None, integration: Integration) -> str:
    """The page of a milestone, or of operations."""
    if milestone is None:
        return path_of("operations", integration.reference)
    return path_of("milestone", integration.reference, f"M{milestone}")


def path_to(thing: Thing, integration: Integration, place: str) -> str:
    """Where what is said of a thing is read, unfolded, down to a `place`; on its own page where the thing has one."""
    if not thing.path:
        return f"{reverse('comments', args=[integration.reference, thing.about])}#{place}"
    return unfolded(thing.path, thing.about, place)


def unfolded(page: str, about: str, place: str) -> str:
    """The address of a page, down to a `place`, with what is said of one thing unfolded; of others no longer."""
    path, _mark, asked = page.partition("?")
    query = QueryDict(asked, mutable=True)
    query["talk"] = about
    return f"{path}?{query.urlencode()}#{place}"


# --- Who may be told


@dataclass(frozen=True)
class Readers:
    """Who may be told of a comment, by user: what they are called on the integration."""

    members: Mapping[int, str]
    staff: Mapping[int, str]

    def of(self, *, internal: bool) -> dict[int, str]:
        """Those who may read it; of an internal note, Digipost's staff."""
        return dict(self.staff) if internal else {**self.members, **self.staff}


def readers_of(integration: Integration, by: User, members: Mapping[int, str]) -> Readers:
    """Whom `by` may tell: `members` who are in, and of Digipost's staff all, if `by` is one of them.

    To members those of the staff whom they know from here: the contact, and who has written to everybody. One query.
    """
    staff = User.objects.staff()
    if not by.is_staff:
        wrote = Q(comments__integration=integration, comments__internal=False)
        staff = staff.filter(Q(onboards=integration) | wrote).distinct()
    called = {one.pk: one.name for one in staff if one.pk != by.pk}
    return Readers({pk: name for pk, name in members.items() if pk != by.pk}, called)


# --- Whom a text names


@dataclass(frozen=True)
class Named:
    """Whom a text names after an @: people by user, and words that mean nobody, or more than one."""

    people: frozenset[int] = frozenset()
    nobody: tuple[str, ...] = field(default=())


_AT = re.compile(r"(?<![\w.+-])@(?=\w)")
"""One that begins a name: not the one in an address."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LONGEST = 160
"""Characters after an @ that may be a name."""


def named_in(text: str, people: Mapping[int, str]) -> Named:
    """Whom of `people` (what each user is called) the text names: by the whole name, or by the first one.

    A name that more than one of them has means none of them.
    """
    called = {pk: searchable(name) for pk, name in people.items()}
    found: set[int] = set()
    nobody: dict[str, None] = {}
    for begins in {text[match.end() : match.end() + _LONGEST]: None for match in _AT.finditer(text)}:
        meant = _meant(searchable(begins), called)
        if len(meant) == 1:
            found |= meant
        else:
            nobody[_WORD.match(begins)[0]] = None  # type: ignore[index]  # begins with a letter or a digit
    return Named(frozenset(found), tuple(nobody))


def _meant(begins: str, called: Mapping[int, str]) -> set[int]:
    """Everybody whose name stands where a text goes on: the longest one, else the first names."""
    whole = {pk: name for pk, name in called.items() if re.match(rf"{re.escape(name)}(?!\w)", begins)}
    if whole:
        longest = max(map(len, whole.values()))
        return {pk for pk, name in whole.items() if len(name) == longest}
    word = _WORD.match(begins)
    return {pk for pk, name in called.items() if word and name.partition(" ")[0] == word[0]}
