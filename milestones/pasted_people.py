"""People as they are pasted, one a line: name, e-mail address and roles, from a spreadsheet or typed by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import texts
from .mailboxes import normalised, require_deliverable, require_sender
from .names import require_name
from .process import MEMBER_ROLES, Role

MOST = 50
"""People at a time."""
LONGEST_NAME = 150
SEPARATORS = "\t;,"
"""Between name, address and roles: the first of them that stands in a line. A row of a spreadsheet has tabs."""
BETWEEN_ROLES = "+"
HEADS = {"name", "navn", "namn"}
"""What the first cell of a head says, in our languages: a line that begins so, and has no address, is none."""


@dataclass(frozen=True)
class Invitee:
    """Who is to be invited, as `line` of what was pasted says it."""

    line: int
    name: str
    email: str
    roles: tuple[Role, ...]


@dataclass
class Pasted:
    """What was pasted: the people whose lines make sense, and a sentence for each thing that does not."""

    people: list[Invitee] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """In which line each address stands first."""

    def refuse(self, line: int, *sentences: str) -> None:
        self.wrong += [(line, sentence) for sentence in sentences]

    @property
    def told(self) -> list[str]:
        """What is wrong, from the first line to the last."""
        return [at_line(line, sentence) for line, sentence in sorted(self.wrong, key=lambda one: one[0])]


def at_line(line: int, sentence: str) -> str:
    """A sentence, with the line that it is about."""
    return _("Line %(line)s: %(told)s") % {"line": line, "told": sentence}


def read(text: str) -> Pasted:
    """Read lines; empty ones, and a head, are passed over. Nothing is asked of what is recorded."""
    pasted = Pasted()
    lines = [(number, _cells(line)) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if lines and _is_head(lines[0][1]):
        del lines[0]
    if len(lines) > MOST:
        told = _("There are %(count)s lines, and %(most)s is the maximum. Invite these first, then the rest.")
        pasted.refuse(lines[MOST][0], told % {"count": len(lines), "most": MOST})
        return pasted
    for number, cells in lines:
        _read_line(pasted, number, cells)
    return pasted


def _cells(line: str) -> list[str]:
    """What stands between the separators, without the quotation marks that a spreadsheet puts around some cells."""
    separator = next((one for one in SEPARATORS if one in line), SEPARATORS[-1])
    try:
        rows = list(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except csv.Error:
        rows = [line.split(separator)]
    return [cell.strip() for cell in rows[0]]


def _is_head(cells: list[str]) -> bool:
    return cells[0].casefold() in HEADS and not any("@" in cell for cell in cells)


def _read_line(pasted: Pasted, number: int, cells: list[str]) -> None:
    """Before the address stands the name, which may hold a comma; after it the roles."""
    place = next((place for place, cell in enumerate(cells) if "@" in cell), None)
    if place is None:
        pasted.refuse(number, _("There is no e-mail address. Write name, e-mail address and role."))
        return
    before = len(pasted.wrong)
    name = _checked(pasted, number, ", ".join(filter(None, cells[:place])), _name)
    email = _checked(pasted, number, cells[place], _email)
    if email and (first := pasted.lines.setdefault(email, number)) != number:
        pasted.refuse(number, _("The address stands in line %(first)s too.") % {"first": first})
    roles = _roles(pasted, number, cells[place + 1 :])
    if len(pasted.wrong) == before:
        pasted.people.append(Invitee(number, name, email, roles))


def _checked(pasted: Pasted, number: int, cell: str, check: Callable[[str], str]) -> str:
    try:
        return check(cell)
    except ValidationError as error:
        pasted.refuse(number, *error.messages)
        return ""


def _name(cell: str) -> str:
    name = texts.one_line(cell)
    if not name:
        raise ValidationError(_("There is no name before the e-mail address."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("The name is too long. It can have %(most)s characters.") % {"most": LONGEST_NAME})
    require_name(name)
    return name


def _email(cell: str) -> str:
    email = normalised(texts.one_line(cell))
    require_deliverable(email)
    require_sender(email)
    return email


def _roles(pasted: Pasted, number: int, cells: Iterable[str]) -> tuple[Role, ...]:
    words = [word.strip() for cell in cells for word in cell.split(BETWEEN_ROLES) if word.strip()]
    if not words:
        pasted.refuse(number, _("There is no role after the e-mail address."))
    found = {word: _by_name().get(_plain(word)) for word in words}
    for word in (word for word, role in found.items() if role is None):
        known = ", ".join(str(role.label) for role in MEMBER_ROLES)
        pasted.refuse(
            number, _("“%(word)s” is no role. Write one of these: %(known)s.") % {"word": word, "known": known}
        )
    return tuple(role for role in MEMBER_ROLES if role in found.values())


@cache
def _by_name() -> dict[str, Role]:
    """The roles by their codes, and by what they are called in each language."""
    found = {_plain(role.value): role for role in MEMBER_ROLES}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found |= {_plain(str(role.label)): role for role in MEMBER_ROLES}
    return found


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
