"""Reading what somebody drops, or a build sends: by its content, never by its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography import x509
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from ..documents import require_no_private_key
from ..documents.names import shown_name
from . import answers, receipts, reports
from .reports import Report
from .statements import Refused, Statement

MOST_FILES = 50
"""In one go."""
BUSY = "busy"
"""The code of what is refused for want of a place, and not for what the file holds; see `documents/places.py`."""
RECEIPT = re.compile(rb"<(?:[\w.-]+:)?(?:masseutsendelse|mottakersplitt)-resultat")
"""How the root of a receipt begins, see `receipts.py`: a test may be called after one, and is none."""
HEAD = 4096
"""Bytes in which the root of an XML file begins."""


_CTRF = re.compile(rb'"results"\s*:\s*\{')
"""In a test report of this kind, and in no captured answer."""


_IN_BRACKETS = re.compile(r"[\[(][^\[\]()]*[\])]?|\d{5,}")
_GIVEN = re.compile(r"[\[({\"].*|\d{5,}", re.DOTALL)
"""What a test that goes through data was given, in its name: it may be somebody's, and is not kept."""


@dataclass(frozen=True)
class Unplaced:
    """What could not be read, or leads nowhere; and why, for whoever sent it."""

    what: str
    why: str


@dataclass(frozen=True)
class Read:
    """What one file holds: a test report, or words of Digipost's; and what of it does not count.

    `sha256` (hex) is the file's own: the same file sent twice is known by it.
    """

    name: str
    sha256: str
    report: Report | None = None
    statements: tuple[Statement, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.sha256}"


def without_data(name: str) -> str:
    """The name of a test as far as its first bracket or quotation mark, and without long numbers."""
    return _GIVEN.sub("…", name)


def read_all(uploads: Iterable[File[bytes]], pinned: Iterable[x509.Certificate]) -> list[Read]:
    """Read files, and judge what Digipost signed by its `pinned` certificates.

    A file that cannot be read says so in its own `unplaced`. Raises ValidationError for none, or for too many, and,
    with code `busy`, while too many others are being read.
    """
    files = list(uploads)
    if not 0 < len(files) <= MOST_FILES:
        raise ValidationError(_("Choose between 1 and %(most)s files.") % {"most": MOST_FILES})
    certificates = list(pinned)
    return [_read(_named(file), file.read(), certificates) for file in files]


def _named(file: File[bytes]) -> str:
    """What a file is called, without long numbers, and without what stands in brackets."""
    return _IN_BRACKETS.sub("…", shown_name(file.name or ""))


def _read(name: str, content: bytes, pinned: list[x509.Certificate]) -> Read:
    read = Read(name, hashlib.sha256(content).hexdigest())
    try:
        require_no_private_key(content)
        if _is_receipt(content):
            return replace(read, statements=tuple(receipts.read(content)))
        if _is_answers(content):
            return _judged(read, content, pinned)
        return replace(read, report=reports.read(content))
    except ValidationError as refusal:
        if getattr(refusal, "code", "") == BUSY:
            raise
        return replace(read, unplaced=(Unplaced(name, " ".join(refusal.messages)),))


def _is_receipt(content: bytes) -> bool:
    """A ZIP, or XML with a receipt's root, in any encoding that leaves its letters apart."""
    head = content[:HEAD].replace(b"\0", b"")
    return content.startswith(b"PK") or bool(RECEIPT.search(head))


def _is_answers(content: bytes) -> bool:
    """JSON, but for a test report in it."""
    start = content[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start[:1] in (b"{", b"[") and not _CTRF.search(start)


def _judged(read: Read, content: bytes, pinned: list[x509.Certificate]) -> Read:
    found = answers.judge_all(answers.read(content), pinned)
    refused = [(number, one) for number, one in enumerate(found, 1) if isinstance(one, Refused)]
    unplaced = [
        Unplaced(read.name if len(found) == 1 else f"{read.name}, {number}", " ".join(one.messages))
        for number, one in refused
    ]
    statements = tuple(one for one in found if not isinstance(one, Refused))
    return replace(read, statements=statements, unplaced=tuple(unplaced))
