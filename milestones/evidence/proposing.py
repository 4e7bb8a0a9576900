"""From what files say to what is proposed: a result for each scenario, and what could not be placed, with why.

Nothing here is recorded, and no scenario is made: a result belongs to one that is in the set.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import clock
from ..process import Outcome, Rung
from . import binding
from .files import Read, Unplaced, without_data
from .oracles import Oracle, lowest_rung
from .refusals import refused
from .reports import Report, told_of, unknown
from .signs import described
from .statements import Statement

MOST_NAMED = 5
"""Names of tests that are kept of a report, of those that failed; of the others their number is enough."""
MOST_UNPLACED = 100
VALID, UNKNOWN_SENDER = "sender:VALID_SENDER", "sender:NO_INFO_AVAILABLE"
EVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)
ACCOUNT = "1.4"
"""What stands in a result in place of a scenario's id, where Digipost says something of the account."""


@dataclass(frozen=True)
class Asked:
    """A scenario of the set, and what proves it."""

    pk: int
    code: str
    oracle: Oracle


@dataclass(frozen=True)
class Ground:
    """What results are judged by: the set, and what Digipost's words must be about.

    `agreed_at` is when both sides agreed on the set, None while they have not; `used` are the digests of what proved
    something before, here or elsewhere. `reported` says that a build sent the files, by a token, and no person.
    """

    scenarios: Sequence[Asked]
    account_id: str
    agreed_at: datetime.datetime | None
    used: frozenset[str]
    reported: bool = False


@dataclass(frozen=True)
class Result:
    """What is proposed for one scenario (primary key), or for the account: how it went, how that is known, and when.

    `found` is what a machine found, see `ScenarioRun.found`; `statements` are Digipost's own words that show it.
    """

    scenario: int | None
    code: str
    outcome: Outcome
    rung: Rung
    ran_on: datetime.date
    found: dict[str, Any] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()


def propose(read: Iterable[Read], ground: Ground) -> tuple[list[Result], list[Unplaced]]:
    """The results that files show, in the order of the set, and what could not be placed."""
    files = list(read)
    unplaced = [one for file in files for one in file.unplaced]
    reports = [(file.name, file.report) for file in files if file.report]
    results = [result for name, report in reports for result in _of_report(name, report, ground, unplaced)]
    bound = [one for file in files for one in _bound(file, ground, unplaced)]
    results += _of_statements(bound, ground, unplaced)
    strongest = _strongest(results)
    unplaced += _outweighed(results, strongest)
    ordered = [strongest[asked.pk] for asked in ground.scenarios if asked.pk in strongest]
    return [*_of_account(bound, ground), *ordered], _listed(unplaced)


def _listed(unplaced: list[Unplaced]) -> list[Unplaced]:
    """As many as a page has room for, and in the last place how many more there are."""
    more = len(unplaced) - MOST_UNPLACED
    if more <= 0:
        return unplaced
    told = ngettext("%(count)s more could not be placed.", "%(count)s more could not be placed.", more)
    return [*unplaced[:MOST_UNPLACED], Unplaced("…", told % {"count": more})]


def _strongest(results: Iterable[Result]) -> dict[int | None, Result]:
    """Of several results for one scenario the one that is known best; of those as good, one that failed."""
    best: dict[int | None, Result] = {}
    for one in results:
        before = best.get(one.scenario)
        if (
            before is None
            or not before.rung.reaches(one.rung)
            or (before.rung == one.rung and before.outcome == Outcome.PASSED and one.outcome == Outcome.FAILED)
        ):
            best[one.scenario] = one
    return best


def _outweighed(results: Iterable[Result], strongest: dict[int | None, Result]) -> Iterator[Unplaced]:
    """What failed, and is known less well than what is proposed: it is told, so that both are seen."""
    for one in results:
        if one.outcome == Outcome.FAILED and one.rung != strongest[one.scenario].rung:
            told = _("It failed here. What is known better counts instead: look at both.")
            yield Unplaced(f"{one.found['file']}: {one.code}" if "file" in one.found else one.code, told)


# --- Test reports


def _of_report(name: str, report: Report, ground: Ground, unplaced: list[Unplaced]) -> Iterator[Result]:
    by_code = {asked.code: asked for asked in ground.scenarios}
    day = clock.in_oslo(report.made_at).date() if report.made_at else clock.today()
    for code, result in told_of(report, by_code).items():
        if result.outcome is None:
            unplaced.append(Unplaced(f"{name}: {code}", _("All tests of it were skipped. That shows nothing.")))
            continue
        failed = [without_data(test) for test in result.failed[:MOST_NAMED]]
        found = {"format": report.format, "file": name, "passed": result.passed, "skipped": result.skipped}
        found |= {"failed": len(result.failed), "names": failed}
        rung = Rung.REPORTED if ground.reported else Rung.DOCUMENT
        yield Result(by_code[code].pk, code, result.outcome, rung, day, found)
    unplaced += _nowhere(name, report, by_code)


def _nowhere(name: str, report: Report, known: dict[str, Asked]) -> Iterator[Unplaced]:
    beside = unknown(report, known)
    for code in beside.ids:
        yield Unplaced(f"{name}: {code}", _("The set has no scenario with this id. Nothing is added to it."))
    placed = {*known, *beside.ids}
    nameless = sum(not test.ids & placed for test in report.tests)
    if nameless:
        told = ngettext(
            "%(count)s test names no scenario: put its id into the name, as in t07_letter.",
            "%(count)s tests name no scenario: put the id into the name, as in t07_letter.",
            nameless,
        )
        yield Unplaced(name, told % {"count": nameless})


# --- What Digipost says


def _bound(file: Read, ground: Ground, unplaced: list[Unplaced]) -> Iterator[Statement]:
    """What is about this integration's account, its set as agreed, and has proved nothing before."""
    for number, statement in enumerate(file.statements, 1):
        try:
            binding.require_bound(
                statement,
                account_id=ground.account_id,
                agreed_at=_from_when(statement, ground),
                seen_digests=ground.used,
                now=clock.now(),
            )
        except ValidationError as refusal:
            what = file.name if len(file.statements) == 1 else f"{file.name}, {number}"
            unplaced.append(Unplaced(what, " ".join(refusal.messages)))
        else:
            yield statement


def require_still_bound(result: Result, ground: Ground) -> None:
    """Raise Refused where what Digipost said no longer counts for this: the account id or the set is another now."""
    since = EVER if result.scenario is None else ground.agreed_at
    for one in result.statements:
        binding.require_bound(
            one, account_id=ground.account_id, agreed_at=since, seen_digests=ground.used, now=clock.now()
        )


def _from_when(statement: Statement, ground: Ground) -> datetime.datetime | None:
    """Since when a statement counts: of a scenario since both agreed on the set, of the account always."""
    return EVER if _is_of_account(statement) else ground.agreed_at


def _is_of_account(statement: Statement) -> bool:
    return statement.rung == Rung.SIGNED and bool({VALID, UNKNOWN_SENDER} & statement.signs)


def _of_statements(bound: list[Statement], ground: Ground, unplaced: list[Unplaced]) -> Iterator[Result]:
    """What the scenarios of the set are shown by. What is of the account may be older: that shows no scenario."""
    since = [one for one in bound if ground.agreed_at and one.at >= ground.agreed_at.replace(microsecond=0)]
    placed: set[str] = set()
    for asked in ground.scenarios:
        said = [one for one in since if one.scenario in ("", asked.code)]
        refuting = [one for one in said if asked.oracle.refuted_by(one)]
        proof = asked.oracle.proved_by(said)
        if result := _judged(asked, said, refuting, proof):
            yield result
            placed |= {one.digest for one in (*result.statements, *proof)}
            placed |= {one.digest for one in refuting if result.outcome == Outcome.FAILED}
    unplaced += [_nowhere_said(one, ground) for one in bound if one.digest not in placed and not _is_own(one, ground)]


def _judged(
    asked: Asked, said: list[Statement], refuting: list[Statement], proof: tuple[Statement, ...]
) -> Result | None:
    """It passed if it was proved, unless the latest word against it came after the last proof that is known as well.

    Who polls, or tries a second time, captures more than one answer: the last of them says how it ended.
    """
    if refuting:
        last = max(refuting, key=lambda one: one.at)
        proof = asked.oracle.last_proof(one for one in said if one.rung.reaches(last.rung))
        if not proof or last.at > max(one.at for one in proof):
            return _shown(asked, Outcome.FAILED, (last,))
    return _shown(asked, Outcome.PASSED, proof) if proof else None


def _nowhere_said(statement: Statement, ground: Ground) -> Unplaced:
    told = _("It proves no scenario of the set.")
    if _is_of_account(statement):
        told = " ".join(refused("other_sender", account=ground.account_id).messages)
    return Unplaced(described(statement.signs) or "–", told)


def _is_own(statement: Statement, ground: Ground) -> bool:
    """Whether it is of this integration's own account: also where a broker asked."""
    return _is_of_account(statement) and statement.sender_id == ground.account_id


def _shown(asked: Asked, outcome: Outcome, statements: tuple[Statement, ...]) -> Result:
    latest = max(one.at for one in statements)
    found = {"signs": sorted({sign for one in statements for sign in one.signs}), "at": latest.isoformat()}
    return Result(
        asked.pk, asked.code, outcome, lowest_rung(statements), clock.in_oslo(latest).date(), found, statements
    )


def _of_account(bound: list[Statement], ground: Ground) -> Iterator[Result]:
    """What Digipost signed of the account itself: the latest word."""
    about = [one for one in bound if _is_own(one, ground)]
    if about:
        latest = max(about, key=lambda one: one.at)
        outcome = Outcome.PASSED if VALID in latest.signs else Outcome.FAILED
        found = {"signs": sorted(latest.signs), "at": latest.at.isoformat()}
        yield Result(None, ACCOUNT, outcome, Rung.SIGNED, clock.in_oslo(latest.at).date(), found, (latest,))


# --- As it is kept until somebody records it


def as_kept(result: Result) -> dict[str, Any]:
    """A result in JSON."""
    kept = asdict(result) | {"ran_on": result.ran_on.isoformat()}
    kept["statements"] = [
        asdict(one) | {"signs": sorted(one.signs), "at": one.at.isoformat(), "rung": one.rung.value}
        for one in result.statements
    ]
    return kept | {"outcome": result.outcome.value, "rung": result.rung.value}


def from_kept(kept: dict[str, Any]) -> Result:
    """And back."""
    statements = tuple(
        Statement(
            **one
            | {
                "signs": frozenset(one["signs"]),
                "at": datetime.datetime.fromisoformat(one["at"]),
                "rung": Rung(one["rung"]),
            }
        )
        for one in kept["statements"]
    )
    return Result(
        **kept
        | {
            "outcome": Outcome(kept["outcome"]),
            "rung": Rung(kept["rung"]),
            "ran_on": datetime.date.fromisoformat(kept["ran_on"]),
            "statements": statements,
        }
    )
