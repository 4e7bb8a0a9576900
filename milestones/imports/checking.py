"""Rows beside what is recorded: which integration each is about, what differs, how far it comes, and what is wrong."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import gates
from ..clock import today
from ..exports.tables import in_chunks
from ..facts import facts_for
from ..models import Change, Import, ImportRow, Integration, User, taken_back
from ..process import MILESTONE_NUMBERS, Accord, MilestoneState, Role, Status, Text
from ..searching import searchable
from .columns import COLUMNS
from .rows import Wanted, Wrong, wanted_of

NEEDED = ("number", "organisation", "name", f"{Role.PROJECT_MANAGER}_name", f"{Role.PROJECT_MANAGER}_email")
"""What a new integration cannot be without."""


MARK = 16
"""Characters by which one difference is told from another."""


@dataclass(frozen=True)
class Difference:
    """What a row changes: of what, from and to, as people read it."""

    label: Text
    new: object
    old: object = ""
    beside: bool = False
    """Whether the old stays too: another person in a role."""


class Does(NamedTuple):
    """What a row does, counted: people invited, requirements carried over, milestones approved, production opened."""

    invites: int = 0
    carries: int = 0
    approves: int = 0
    opens: int = 0

    def exceeds(self, other: Does) -> bool:
        """Whether it carries over, approves or opens more; who is invited is for no gate."""
        return any(mine > others for mine, others in zip(self[1:], other[1:], strict=True))

    def plus(self, other: Does) -> Does:
        return Does(*(mine + others for mine, others in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Checked:
    """A row with what it wants, what is wrong by column, what it changes, and how many milestones are approved then.

    `lacks` are the requirements that keep it from the next one. `contact` is the member of staff whom it names.
    """

    row: ImportRow
    wanted: Wanted
    wrong: Wrong = field(default_factory=dict)
    integration: Integration | None = None
    contact: User | None = None
    differences: tuple[Difference, ...] = ()
    reaches: int = 0
    lacks: tuple[str, ...] = ()
    does: Does = field(default_factory=Does)
    cells: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def said(self) -> list[tuple[Text, str]]:
        """What its cells say, by what our columns are called; without those that are empty."""
        return [(COLUMNS[key].label, cell) for key, cell in self.cells.items() if cell]

    @property
    def marks(self) -> list[str]:
        """One for each of its differences: another one where it is from or to anything else."""
        said = [repr((str(one.label), str(one.old), str(one.new))) for one in self.differences]
        return [hashlib.sha256(one.encode()).hexdigest()[:MARK] for one in said]

    @property
    def change(self) -> Change:
        if self.wrong:
            return Change.WRONG
        if self.integration is None:
            return Change.NEW
        return Change.CHANGED if self.differences else Change.SAME


def check(
    wanting: Import, rows: Iterable[ImportRow], first_lines: Mapping[tuple[str, ...], int] | None = None
) -> Iterator[Checked]:
    """These rows of an import, a chunk at a time.

    What stands twice is looked for in all of its rows, or among `first_lines`: in which line each integration stands.
    """
    complete = first_lines is None
    lines = _Lines(_first_lines(wanting) if first_lines is None else first_lines, {}, complete)
    for some in in_chunks(rows):
        yield from _Chunk(wanting, some, lines).checked()


class _Lines(NamedTuple):
    """In which line each integration stands first: as it is written, and (primary key) as it was found.

    Both are known where all rows are looked at, `complete`.
    """

    first: Mapping[tuple[str, ...], int]
    found: dict[int, int]
    complete: bool


def cells_of(wanting: Import, cells: Sequence[str]) -> dict[str, str]:
    """A row's cells by the keys of our columns."""
    return {key: cell for key, cell in zip(wanting.columns, cells, strict=False) if key}


def _first_lines(wanting: Import) -> dict[tuple[str, ...], int]:
    """In which line each integration stands first."""
    found: dict[tuple[str, ...], int] = {}
    rows = wanting.rows.order_by("line").values_list("line", "cells")
    for line, cells in rows.iterator(chunk_size=500):
        found.setdefault(_identity(cells_of(wanting, cells)), line)
    return found


def _identity(cells: Mapping[str, str]) -> tuple[str, ...]:
    """By what two rows are about the same: a reference, or a number and a name, however they are written."""
    reference = "".join(filter(str.isalnum, cells.get("reference", ""))).casefold()
    if reference:
        return (reference,)
    return "".join(filter(str.isdigit, cells.get("number", ""))), searchable(cells.get("name", ""))


class _Chunk:
    """Some rows, with all that is recorded about what they name, read in as many queries for one as for many."""

    def __init__(self, wanting: Import, rows: list[ImportRow], lines: _Lines) -> None:
        self.first_lines, self.lines_of, self.complete = lines
        self.preparer = wanting.uploaded_by_id
        self.cells = [cells_of(wanting, row.cells) for row in rows]
        self.read = [(row, *wanted_of(cells)) for row, cells in zip(rows, self.cells, strict=True)]
        wanted = [one for _row, one, _wrong in self.read]
        emails = {one.contact for one in wanted} | {person.email for one in wanted for person in one.people}
        self.staff = {person.email: person for person in User.objects.staff().filter(email__in=emails)}
        self.by_reference = self._integrations(reference__in={one.reference for one in wanted if one.reference})
        numbers = {one.number for one in wanted if not one.reference}
        self.named: dict[tuple[str, str], list[Integration]] = defaultdict(list)
        for found in self._integrations(organisation__number__in=numbers):
            self.named[found.organisation.number, searchable(found.name)].append(found)
        self.references = {one.reference: one for one in self.by_reference}
        known = [one for row in self.read for one in [self._found(row[1])] if one]
        self.facts, self.taken_back = facts_for(known), taken_back(known)

    def _integrations(self, **named: object) -> list[Integration]:
        return list(Integration.objects.with_records().filter(**named))

    def _found(self, wanted: Wanted) -> Integration | None:
        if wanted.reference:
            return self.references.get(wanted.reference)
        found = self._open_named(wanted)
        return found[0] if len(found) == 1 else None

    def _open_named(self, wanted: Wanted) -> list[Integration]:
        return [one for one in self.named.get((wanted.number, searchable(wanted.name)), ()) if one.is_open]

    def checked(self) -> Iterator[Checked]:
        for (row, wanted, wrong), cells in zip(self.read, self.cells, strict=True):
            found = self._found(wanted)
            facts = self.facts[found.pk] if found else _of_nothing(wanted)
            after = _facts_after(facts, wanted)
            standing = {code: fact for code, fact in facts.carried.items() if code in after.carried}
            recorded = replace(after, carried=standing)  # all that the row records but what it carries over
            wrong = self._wrong_beside(row, wanted, found, after, cells) | wrong
            contact = self.staff.get(wanted.contact)
            reaches = gates.carried_up_to(after)
            yield Checked(
                row,
                wanted,
                wrong,
                found,
                contact,
                tuple(_differences(wanted, found, facts, recorded, contact)) if found else (),
                reaches,
                _lacking(reaches, after),
                _counted(wanted, facts, recorded, reaches),
                cells,
                _names_that_differ(wanted, found) if found else (),
            )

    def _wrong_beside(
        self, row: ImportRow, wanted: Wanted, found: Integration | None, after: gates.Facts, cells: Mapping[str, str]
    ) -> Wrong:
        """What is wrong with a row for what is recorded, or stands in another row."""
        wrong = self._wrong_identity(wanted, found)
        key = "reference" if cells.get("reference") else "name"
        first = self.first_lines.get(_identity(cells), row.line)
        if found is not None and self.complete:
            first = min(first, self.lines_of.setdefault(found.pk, row.line))
        if first != row.line:
            wrong[key] = _("The same integration stands in row %(line)s too.") % {"line": first}
        if wanted.contact and wanted.contact not in self.staff:
            wrong["contact"] = _("Nobody at Digipost has this address here.")
        if found is None:
            empty = [one for one in NEEDED if not cells.get(one)]
            wrong |= {one: _("This cannot be empty for a new integration.") for one in empty}
        else:
            wrong |= self._wrong_with_known(found, key, wanted)
        for person in wanted.people:
            if person.email in self.staff:
                told = _("This is somebody at Digipost, who cannot be a member.")
                wrong |= {f"{role}_email": told for role in person.roles}
        return _contradicted(wanted, after) | wrong | _wrong_accounts(wanted, found, after)

    def _wrong_with_known(self, found: Integration, key: str, wanted: Wanted) -> Wrong:
        """What keeps an integration that is here from being imported into, or a part of it from being changed."""
        wrong: Wrong = {}
        facts = self.facts[found.pk]
        if found.status == Status.PAUSED:
            wrong[key] = _("%(reference)s is paused. Resume it first.") % {"reference": found.reference}
        elif not found.is_accepted:
            wrong[key] = _("%(reference)s is not accepted yet. Do that under Approvals first.") % {
                "reference": found.reference
            }
        elif self.preparer in facts.joined_ids:
            wrong[key] = _("You were on %(reference)s for the sender. Somebody else must import it.") % {
                "reference": found.reference
            }
        agreed = facts.accords.get(Accord.PLAN, gates.AccordFact())
        if agreed.sender and agreed.digipost:
            told = _("Both sides have agreed on the plan here. Change the date there.")
            wrong |= {f"target_{number}": told for number in moved_targets(wanted, facts)}
        for code, on in wanted.done.items():
            gone = self.taken_back.get((found.pk, code))
            if gone and on < gone and code not in facts.carried:
                told = _("%(code)s was taken back here on %(day)s. Leave the cell empty, or write a later date.")
                wrong[f"done_{code}"] = told % {"code": code, "day": date_format(gone, "SHORT_DATE_FORMAT")}
        return wrong

    def _wrong_identity(self, wanted: Wanted, found: Integration | None) -> Wrong:
        if wanted.reference and found is None:
            return {"reference": _("No integration has this reference.")}
        if found is not None and not found.is_open:
            return {"reference": _("%(reference)s is closed.") % {"reference": found.reference}}
        if found is not None and wanted.number and wanted.number != found.organisation.number:
            told = _("%(reference)s belongs to %(number)s.")
            return {"number": told % {"reference": found.reference, "number": found.organisation.shown_number}}
        if not wanted.reference and len(self._open_named(wanted)) > 1:
            return {"name": _("Several integrations of this organisation are called so. Write the reference.")}
        return {}


def _wrong_accounts(wanted: Wanted, found: Integration | None, after: gates.Facts) -> Wrong:
    """Accounts come after the agreement (1.1), each has an id of its own, and production needs one.

    Another production account than the one that is recorded closes sending, which is for people to do.
    """
    recorded = found.accounts.production_account_id if found else ""
    if wanted.production_account and recorded and wanted.production_account != recorded:
        told = _("%(account)s is recorded here. Another account is recorded on the page of accounts.")
        return {"production_account": told % {"account": recorded}}
    if after.test_account_id and after.test_account_id == after.production_account_id:
        key = "production_account" if wanted.production_account else "test_account"
        return {key: _("The test account has this id. The two accounts have an id each.")}
    number = found.organisation.number if found else wanted.number
    for key in ("test_account", "production_account"):
        if getattr(wanted, key) == number:
            return {key: _("This is the organisation number, not the account id.")}
    given = [key for key in ("test_account", "production_account") if getattr(wanted, key)]
    if given and gates.blockers("1.4", after):
        return {given[0]: _("Accounts come after the agreement. Write a date in 1.1 too.")}
    if "3.3" in wanted.done and not after.production_account_id:
        return {"production_account": _("Write the account from which they send, since production is open (3.3).")}
    return {}


def _contradicted(wanted: Wanted, after: gates.Facts) -> Wrong:
    """What would be carried over and not count, because of what is recorded here or missing in the row."""
    wrong = {}
    for code in wanted.done:
        if broken := gates.unmet_of(code, after):
            told = _("This would not count: %(why)s.") if code != "3.2" else _("3.2 rests on 3.1: %(why)s.")
            wrong[f"done_{code}"] = told % {"why": (gates.unmet_of("3.1", after) or broken)[0].text}
    if "3.3" in wanted.done:
        gap = gates.gate(2, after) + gates.unmet_of("3.2", after)
        if gap:
            told = _("Production is open only after milestone 2 and 3.2. Missing: %(codes)s.")
            wrong["done_3.3"] = told % {"codes": ", ".join(dict.fromkeys(unmet.code for unmet in gap))}
        elif gates.carried_up_to(after) < 2:
            wrong["done_3.3"] = _("A milestone before it is submitted or returned here: decide that first.")
    return wrong


def _of_nothing(wanted: Wanted) -> gates.Facts:
    return gates.Facts(today=today(), is_partner=wanted.sender_kind == "partner")


def _facts_after(facts: gates.Facts, wanted: Wanted) -> gates.Facts:
    """What will be recorded when the row has been taken in, as far as gates read it."""
    people = dict(facts.people)
    for person in wanted.people:
        for role in person.roles:
            people[role] = (*people.get(role, ()), gates.Person(person.name, person.email))
    carried = {code: gates.CarriedFact(on, "", "") for code, on in wanted.done.items()}
    standing = dict(facts.carried)
    if moved_targets(wanted, facts):  # other dates ask both sides again
        standing.pop("2.2", None)
    return replace(
        facts,
        people=people,
        vacated=facts.vacated - set(people),
        test_account_id=wanted.test_account or facts.test_account_id,
        production_account_id=wanted.production_account or facts.production_account_id,
        production_enabled=facts.production_enabled or "3.3" in carried,
        carried=standing | carried,
    )


def _counted(wanted: Wanted, facts: gates.Facts, recorded: gates.Facts, reaches: int) -> Does:
    here = {person.email for people in facts.people.values() for person in people}
    approved = sum(facts.state_of(number) == MilestoneState.APPROVED for number in MILESTONE_NUMBERS)
    return Does(
        invites=sum(person.email not in here for person in wanted.people),
        carries=len(news(wanted, recorded)),
        approves=max(0, reaches - approved),
        opens=int(recorded.production_enabled and not facts.production_enabled),
    )


def _lacking(reaches: int, after: gates.Facts) -> tuple[str, ...]:
    """What keeps it from the next milestone, by code."""
    following = reaches + 1
    if following > MILESTONE_NUMBERS[-1]:
        return ()
    return tuple(dict.fromkeys(unmet.code for unmet in gates.gate(following, after)))


def _names_that_differ(wanted: Wanted, found: Integration) -> tuple[str, ...]:
    """What the row calls otherwise than it is called here: it stays, and whoever reads the row is to see it."""
    told = _("In the sheet: %(said)s. Here: %(known)s, which stays.")
    pairs = ((wanted.organisation, found.organisation.name), (wanted.name, found.name))
    return tuple(
        told % {"said": said, "known": known}
        for said, known in pairs
        if said and searchable(said) != searchable(known)
    )


def _differences(
    wanted: Wanted, integration: Integration, facts: gates.Facts, recorded: gates.Facts, contact: User | None
) -> Iterator[Difference]:
    if contact and contact.pk != integration.onboarding_contact_id:
        yield Difference(COLUMNS["contact"].label, contact.name, integration.onboarding_contact or "")
    for person in wanted.people:
        for role in person.roles:
            held = facts.people.get(role, ())
            if person.email not in {one.email for one in held}:
                yield Difference(role.label, person.name, ", ".join(one.name for one in held), beside=True)
    for key in ("test_account", "production_account"):
        new, old = getattr(wanted, key), getattr(facts, f"{key}_id")
        if new and new != old:
            yield Difference(COLUMNS[key].label, new, old)
    for number, new_date in moved_targets(wanted, facts).items():
        yield Difference(COLUMNS[f"target_{number}"].label, new_date, facts.milestones[number].target_on or "")
    for code, on in news(wanted, recorded).items():
        old_fact = facts.carried.get(code)
        yield Difference(COLUMNS[f"done_{code}"].label, on, old_fact.on if old_fact else "")


def moved_targets(wanted: Wanted, facts: gates.Facts) -> dict[int, datetime.date]:
    """The target dates that differ, of milestones that are not approved."""
    return {
        number: day
        for number, day in wanted.targets.items()
        if facts.state_of(number) != MilestoneState.APPROVED
        and facts.milestones.get(number, gates.MilestoneFact()).target_on != day
    }


def news(wanted: Wanted, facts: gates.Facts) -> dict[str, datetime.date]:
    """What is to be carried over anew: what is not recorded here yet, or with another date."""
    return {
        code: on
        for code, on in wanted.done.items()
        if (facts.carried[code].on != on if code in facts.carried else bool(gates.unmet_of(code, facts)))
    }
