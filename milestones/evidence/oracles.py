"""What proves a scenario, as data that staff can edit.

A text of lines; each line is one way to prove it. A line has parts, joined by ` + `, and each part the signs, with
spaces between them, that one statement must all have:

    delivery:DELIVERED method:DIGIPOST
    status:MOTTATT + status:SUKSESS

Parts are shown by different statements. Those about a batch or a job are about the same one, in the line's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..basic_scenarios import BASIC_SCENARIOS
from ..process import Rung
from ..texts import mid_sentence
from .signs import KEYS, described, is_known, is_of_receipts, values_of
from .statements import Statement

MOST_LINES, MOST_PARTS, MOST_SIGNS = 20, 4, 10
WENT_WRONG = ("error:", "http:4", "http:5")
"""How signs begin of an error of Digipost's, and of a status that says that nothing was done."""
Part = frozenset[str]

BASIC_ORACLES: dict[str, str] = {scenario.code: scenario.oracle for scenario in BASIC_SCENARIOS if scenario.oracle}
"""Of the basic scenarios, by id: those that Digipost can testify to."""


@dataclass(frozen=True)
class Oracle:
    """The ways to prove a scenario; without any, nothing that Digipost says proves it, or speaks against it."""

    lines: tuple[tuple[Part, ...], ...] = ()

    def proved_by(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        """The statements that prove it, in the order of the line's parts; empty if they do not.

        Signed ones alone if they suffice, then all; the first line that is shown, by the earliest statements.
        """
        known = sorted(statements, key=lambda one: one.at)
        for pool in ([one for one in known if one.rung == Rung.SIGNED], known):
            for line in self.lines:
                if proof := _shown(line, pool):
                    return proof
        return ()

    def last_proof(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        """Of all that the statements prove, what ends last; empty if they prove nothing."""
        known = sorted(statements, key=lambda one: one.at, reverse=True)
        found = [proof for line in self.lines for proof in _all_shown(line, known, backwards=True)]
        return max(found, key=lambda proof: max(one.at for one in proof), default=())

    def reaches(self, rung: Rung) -> bool:
        """Whether some way to prove it is known so well: what is said, sent or reported needs none."""
        if Rung.REPORTED.reaches(rung):
            return True
        return any(rung == Rung.RECEIPT or not _needs_a_receipt(line) for line in self.lines)

    def refuted_by(self, statement: Statement) -> bool:
        """Whether a statement that was captured for this scenario, by name, shows no part of any way to prove it.

        The name is the sender's, and nothing that Digipost signed: so it must say something of what is asked, or that
        something went wrong; or, where Digipost was to refuse, that it did not. The answer to another question speaks
        neither for nor against it.
        """
        parts = [part for line in self.lines for part in line]
        if not statement.scenario or any(part <= statement.signs for part in parts):
            return False
        asked = {_key_of(sign) for part in parts for sign in part} - {"http"}
        against = ("http:2",) if self._asks_for_a_refusal else WENT_WRONG
        return bool(parts) and any(_key_of(sign) in asked or sign.startswith(against) for sign in statement.signs)

    @property
    def _asks_for_a_refusal(self) -> bool:
        """Whether all that an answer of the API can show of it is that something went wrong."""
        answers = [line for line in self.lines if not _needs_a_receipt(line)]
        parts = [part for line in answers for part in line]
        return bool(parts) and all(any(sign.startswith(WENT_WRONG) for sign in part) for part in parts)


def _key_of(sign: str) -> str:
    return sign.partition(":")[0]


def lowest_rung(proof: Sequence[Statement]) -> Rung:
    """How well a proof shows: as its weakest statement. Raises ValueError for none."""
    return min((one.rung for one in proof), key=list(Rung).index)


def require_reachable(text: str, rung: Rung) -> None:
    """Raise ValidationError, for `oracle`, where no run could be known as well as is asked: a gate nobody can open."""
    if not parse(text).reaches(rung):
        told = _("Nothing in “What proves it” can be %(rung)s, which is asked at least. Add a way to prove it.")
        raise ValidationError({"oracle": told % {"rung": mid_sentence(rung.label)}})


def parse(text: str) -> Oracle:
    """Read what staff wrote. Raises ValidationError, which names the line and the sign that cannot be."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("There are more than %(most)s ways to prove it.") % {"most": MOST_LINES})
    return Oracle(tuple(_line(number, line) for number, line in lines))


def ways(text: str, least: Rung) -> list[str]:
    """Each way to prove it that reaches `least`, as people read it: receipts are not signed."""
    lines = parse(text).lines
    if least == Rung.SIGNED:
        lines = tuple(line for line in lines if not _needs_a_receipt(line))
    return [" + ".join(described(part) for part in line) for line in lines]


def _needs_a_receipt(line: tuple[Part, ...]) -> bool:
    """Whether a receipt of a batch job, which nobody signs, is among what proves it by this way."""
    return any(is_of_receipts(sign) for part in line for sign in part)


def _line(number: int, line: str) -> tuple[Part, ...]:
    words = [part.split() for part in f" {line} ".split(" + ")]
    if len(words) > MOST_PARTS or not all(0 < len(part) <= MOST_SIGNS for part in words):
        told = _(
            "Line %(line)s: it has between one and %(parts)s parts, joined by +, of at most %(signs)s signs each."
        )
        raise ValidationError(told % {"line": number, "parts": MOST_PARTS, "signs": MOST_SIGNS})
    for said in (one for part in words for one in part):
        if not is_known(said):
            raise _unknown(number, said)
    return tuple(frozenset(part) for part in words)


def _unknown(number: int, said: str) -> ValidationError:
    key = said.partition(":")[0]
    if key not in KEYS:
        told = _("Line %(line)s: “%(sign)s” is no sign. A sign begins with one of these, and a colon: %(known)s.")
        return ValidationError(told % {"line": number, "sign": said, "known": ", ".join(KEYS)}, code="key")
    told = _("Line %(line)s: “%(sign)s” has a value that Digipost does not document. Documented: %(known)s.")
    known = ", ".join(values_of(key)) or _("a status such as 200, or a feature such as delivery.digipost")
    return ValidationError(told % {"line": number, "sign": said, "known": known}, code="value")


def _shown(line: tuple[Part, ...], statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The first batch or job of which the statements, in order of time, show each part; or what is about none."""
    return next(_all_shown(line, statements), ())


def _all_shown(
    line: tuple[Part, ...], statements: Sequence[Statement], *, backwards: bool = False
) -> Iterator[tuple[Statement, ...]]:
    """Of each batch or job the statements that show each part. `backwards`, they come the latest first."""
    telling = [one for one in statements if any(part <= one.signs for part in line)]
    for about in dict.fromkeys(one.about for one in telling):
        concerned = [one for one in telling if one.about in ("", about)]
        if proof := _in_order(line[::-1] if backwards else line, concerned, backwards=backwards):
            yield proof[::-1] if backwards else proof


def _in_order(
    line: tuple[Part, ...], statements: Sequence[Statement], *, backwards: bool = False
) -> tuple[Statement, ...]:
    """For each part the first statement that is left, and of those about a batch or a job none before the last.

    `backwards`, parts and statements both come from the end, and none is after the last.
    """
    chosen: list[Statement] = []
    for part in line:
        ordered = [one for one in chosen if one.about]
        for one in statements:
            follows = not one.about or not ordered or _follows(ordered[-1], one, backwards)
            if part <= one.signs and one not in chosen and follows:
                chosen.append(one)
                break
        else:
            return ()
    return tuple(chosen)


def _follows(before: Statement, one: Statement, backwards: bool) -> bool:
    return one.at <= before.at if backwards else before.at <= one.at
