"""What one row says, all of it: values of its cells, and what is wrong with them taken together."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..gates import CARRIED
from ..process import PLANNED_MILESTONES, Role, SenderKind
from .columns import COLUMNS, ROLES

Wrong = dict[str, str]
"""What is wrong, by the key of the column in whose cell it is to be put right."""


@dataclass(frozen=True)
class Named:
    """A person with the roles that a row gives them."""

    name: str
    email: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Wanted:
    """What a row says an integration is to be. What is left empty is not said, and changes nothing."""

    reference: str = ""
    number: str = ""
    organisation: str = ""
    name: str = ""
    sender_kind: SenderKind | None = None
    contact: str = ""
    people: tuple[Named, ...] = ()
    test_account: str = ""
    production_account: str = ""
    targets: Mapping[int, datetime.date] = field(default_factory=dict)
    done: Mapping[str, datetime.date] = field(default_factory=dict)
    source: str = ""


def wanted_of(cells: Mapping[str, str]) -> tuple[Wanted, Wrong]:
    """What a row wants, as far as its cells can be read, and what is wrong with the others."""
    values, wrong = {}, {}
    for key, text in cells.items():
        try:
            values[key] = COLUMNS[key].read(text) if text else None
        except ValidationError as error:
            wrong[key] = error.messages[0]
    wrong |= {key: told for key, told in _wrong_together(values, cells).items() if key not in wrong}
    return _wanted(values), wrong


def _wanted(values: Mapping[str, object]) -> Wanted:
    said = {key: value for key, value in values.items() if value}
    single = {key: said[key] for key in Wanted.__dataclass_fields__ if key in said}
    return Wanted(
        **single,  # type: ignore[arg-type]
        people=_people(said),
        targets={n: said[f"target_{n}"] for n in PLANNED_MILESTONES if f"target_{n}" in said},  # type: ignore[misc]
        done={code: said[f"done_{code}"] for code in CARRIED if f"done_{code}" in said},  # type: ignore[misc]
    )


def _people(said: Mapping[str, object]) -> tuple[Named, ...]:
    """Each person once, with all that they are to be, as the first of their roles names them."""
    found: dict[str, Named] = {}
    for role in ROLES:
        name, email = said.get(f"{role}_name"), said.get(f"{role}_email")
        if name and email:
            first = found.get(str(email), Named(str(name), str(email), ()))
            found[str(email)] = Named(first.name, first.email, (*first.roles, role))
    return tuple(found.values())


def _wrong_together(values: Mapping[str, object], cells: Mapping[str, str]) -> Wrong:
    wrong: Wrong = {}
    for role in ROLES:
        name, email = f"{role}_name", f"{role}_email"
        if cells.get(name) and not cells.get(email):
            wrong[email] = _("Write the e-mail address of %(name)s.") % {"name": cells[name]}
        if cells.get(email) and not cells.get(name):
            wrong[name] = _("Write whose address %(email)s is.") % {"email": cells[email]}
    return wrong
