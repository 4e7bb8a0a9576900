"""The columns that an import knows: what they are called, how their cells are read, and which heads name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..exports.tables import NAME, Table
from ..exports.tables import Column as Written
from ..gates import CARRIED
from ..process import PLANNED_MILESTONES, REQUIREMENTS, Role, Text
from . import cells

ROLES = (Role.PROJECT_MANAGER, Role.CONTRACT_MANAGER, Role.BUSINESS_OWNER, Role.TECHNICAL_LEAD)
"""Whom an import names: those who must act in the process."""


@dataclass(frozen=True)
class Column:
    """One of ours. `read` makes a value of a cell that is not empty, or raises ValidationError.

    `example` shows how it is written; `also` are other heads under which people have it, in small letters.
    """

    key: str
    group: Text
    label: Text
    read: Callable[[str], Any]
    example: str = ""
    also: tuple[str, ...] = ()


_WHO, _PEOPLE, _PLAN, _DONE = (
    _("The integration"),
    _("People"),
    _("Accounts and plan"),
    _("Met before, on which date"),
)
GROUPS = (_WHO, _PEOPLE, _PLAN, _DONE)


def _people(role: Role) -> tuple[Column, Column]:
    return (
        Column(
            f"{role}_name",
            _PEOPLE,
            format_lazy(_("{role}: name"), role=role.label),
            cells.person_name,
            "Kari Nordmann",
        ),
        Column(
            f"{role}_email", _PEOPLE, format_lazy(_("{role}: e-mail"), role=role.label), cells.email, "kari@firma.no"
        ),
    )


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("reference", _WHO, _("Reference"), cells.reference, "BOFA-482", ("ref", "ref.", "referanse")),
        Column("number", _WHO, _("Organisation number"), cells.organisation_number, "984 661 185",
               ("orgnr", "org.nr", "org.nr.", "orgnummer", "org nr")),
        Column("organisation", _WHO, _("Organisation"), cells.organisation_name, "Posten Bring AS",
               ("virksomhet", "avsender", "kunde", "firma", "organisasjon", "verksemd")),
        Column("name", _WHO, _("Integration"), cells.title, "Fakturaer", ("navn", "navn på integrasjonen", "system")),
        Column("sender_kind", _WHO, _("Kind"), cells.sender_kind, "Avsender", ("type", "slag")),
        Column("contact", _WHO, _("Contact at Digipost (e-mail)"), cells.staff_email, "ola@posten.no",
               ("kontakt", "kontakt i digipost", "ansvarlig hos digipost", "saksbehandler")),
        *(column for role in ROLES for column in _people(role)),
        Column("test_account", _PLAN, _("Test account id"), cells.account_id, "100234"),
        Column("production_account", _PLAN, _("Production account id"), cells.account_id, "200345"),
        *(
            Column(f"target_{number}", _PLAN, format_lazy(_("Target date of milestone {number}"), number=number),
                   cells.date, "24.12.2026")
            for number in PLANNED_MILESTONES
        ),
        *(
            Column(f"done_{code}", _DONE, format_lazy("{code} {title}", code=code, title=REQUIREMENTS[code].title),
                   cells.past_date, "24.12.2025")
            for code in CARRIED
        ),
        Column("source", _DONE, _("Known from"), cells.source, "Regneark 2025", ("kilde", "kjelde")),
    )
}  # fmt: skip
"""By key, in the order of the template."""


def recognised(heads: Iterable[str]) -> list[str]:
    """Which of ours each head names, "" for none; each of ours once, for the first that names it."""
    taken: set[str] = set()
    found = []
    for head in heads:
        key = _key_of(head)
        found.append("" if key in taken else key)
        taken.add(key)
    return found


_CODE = re.compile(r"((?:\d|D)\.\d)(?![\d.])")


def _key_of(head: str) -> str:
    """By a label in any of our languages, by another name that people use, or by the code that it begins with."""
    plain = _plain(head)
    if plain in _by_head():
        return _by_head()[plain]
    code = _CODE.match(head.strip())
    return f"done_{code[1]}" if code and code[1] in CARRIED else ""


@cache
def _by_head() -> dict[str, str]:
    found = {_plain(head): one.key for one in COLUMNS.values() for head in (one.key, *one.also)}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found |= {_plain(str(one.label)): one.key for one in COLUMNS.values()}
    return found


def _plain(head: str) -> str:
    return " ".join(re.sub(r"[_:()\-]", " ", head.casefold()).split())


def template() -> Table:
    """An empty sheet with all of our columns."""
    return Table("import", _("Import"), [Written(one.label, NAME) for one in COLUMNS.values()], ())
