"""Judging as the product will: what was captured, against Digipost's certificate, for one account."""

from __future__ import annotations

from typing import Any

from milestones.evidence import answers, binding, oracles, receipts
from milestones.evidence.oracles import BASIC_ORACLES, Oracle
from milestones.evidence.statements import Statement
from tests.evidence.digipost_here import ACCOUNT, AGREED, NOW, a_certificate, a_file


def judged(*found: dict[str, Any], by: str = "digipost") -> list[Statement]:
    """What captured answers say. Raises Refused for the first that does not hold."""
    return [answers.judge(one, [a_certificate(by)]) for one in answers.read(a_file(*found))]


def all_of(*files: str | bytes) -> list[Statement]:
    """What receipts say, a file each."""
    return [one for file in files for one in receipts.read(file.encode() if isinstance(file, str) else file)]


def oracle(code: str) -> Oracle:
    """Of a basic scenario."""
    return oracles.parse(BASIC_ORACLES[code])


def bind(statement: Statement, **other: Any) -> None:
    """As an ordinary one is bound, unless it is told otherwise."""
    usual: dict[str, Any] = {"account_id": ACCOUNT, "agreed_at": AGREED, "seen_digests": set(), "now": NOW}
    binding.require_bound(statement, **usual | other)
