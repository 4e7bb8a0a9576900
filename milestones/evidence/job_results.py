"""What the receipt of a batch job says, without whom it is about.

By local names, so that versions with other namespaces are read too: 1.6 has `jobb-sammendrag` where 2.1 has
`jobb-info`. Imported by the process that reads XML: it knows nothing of the product.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from .safe_xml import Element, Unsafe, elements
from .vocabulary import sign

ROOTS = ("masseutsendelse-resultat", "mottakersplitt-resultat")
ABOUT_THE_JOB = ("jobb-info", "jobb-sammendrag")
PLAIN_LETTERS = str.maketrans({"Æ": "AE", "Ø": "OE", "Å": "AA"})
JOB = re.compile(r"[A-Za-z0-9_.-]{1,100}")
ACCOUNT = re.compile(r"[0-9]{1,20}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:[0-9]{2})?")
FIELDS = {
    "ref-avsender-id": ("sender_id", ACCOUNT),
    "ref-behandler-id": ("user_id", ACCOUNT),
    "ref-jobb-id": ("about", JOB),
    "start-tid": ("start", MOMENT),
    "slutt-tid": ("end", MOMENT),
}
TEXTS: dict[tuple[str, ...], str] = {
    ("mottaker-resultater", "resultat", "status"): "recipients",
    ("mottaker-resultater", "resultat", "uidentifisert-grunn"): "reason",
    ("mottaker-resultater", "resultat", "ugyldig-grunn"): "reason",
    ("dokument-med-feil", "feil", "type"): "fault",
    ("feilinformasjon", "feil", "type"): "fault",
    ("feilinformasjon", "feilkode"): "error",
}
"""The last names of whose text is a sign, and by which key."""
COUNTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("mottaker-sammendrag", "digipost"): ("recipients:DIGIPOST",),
    ("mottaker-sammendrag", "digipost-vask"): ("recipients:DIGIPOST",),
    ("mottaker-sammendrag", "identifisert"): ("recipients:IDENTIFISERT",),
    ("mottaker-sammendrag", "identifisert-vask"): ("recipients:IDENTIFISERT",),
    ("mottaker-sammendrag", "uidentifisert"): ("recipients:UIDENTIFISERT",),
    ("mottaker-sammendrag", "uidentifisert-flere-treff"): ("recipients:UIDENTIFISERT", "reason:FLERE_TREFF"),
    ("mottaker-sammendrag", "ugyldig"): ("recipients:UGYLDIG",),
    ("print-sammendrag", "sendt-til-print"): ("letter:SENDT.PRINT",),
}
"""What a number above zero says."""
LETTERS = "brev-resultater"


def read(chunks: Iterable[bytes]) -> dict[str, Any]:
    """`root`, `status`, `signs`, a list, `sender_id` and `user_id` (digits or empty), `about` (the job's id), `start`
    and `end` (xsd:dateTime or empty). Raises Unsafe, also for XML that is no receipt.
    """
    receipt = _Receipt()
    for element in elements(chunks):
        if element.path[0] not in ROOTS:
            raise Unsafe("no_receipt")
        receipt.take(element)
    return receipt.found | {"signs": sorted(receipt.signs - {""})}


class _Receipt:
    def __init__(self) -> None:
        self.found = dict.fromkeys(("root", "status", *(name for name, _form in FIELDS.values())), "")
        self.signs: set[str] = set()
        self.letter: dict[str, str] = {}

    def take(self, element: Element) -> None:
        path, text = element.path, _in_plain_letters(element.text)
        self.found["root"] = path[0]
        if path[-1] == "status" and (len(path) == 2 or path[1:-1] == ABOUT_THE_JOB[1:]):
            self.signs.add(sign("status", text))
            self.found["status"] = text if sign("status", text) else ""
        if len(path) == 3 and path[1] in ABOUT_THE_JOB and path[2] in FIELDS:
            name, form = FIELDS[path[2]]
            self.found[name] = element.text if form.fullmatch(element.text) else ""
        for last in (path[-2:], path[-3:]):
            if last in TEXTS:
                self.signs.add(sign(TEXTS[last], text))
            if last in COUNTS and text.isdecimal() and text.strip("0"):
                self.signs.update(COUNTS[last])
        if LETTERS in path:
            self._take_letter(path[path.index(LETTERS) + 1 :], text)

    def _take_letter(self, path: tuple[str, ...], text: str) -> None:
        """What became of a letter and by which channel are one sign, made where the letter ends."""
        if len(path) == 2:
            self.letter[path[1]] = text
        elif len(path) == 1:
            what = [self.letter.get(name, "") for name in ("resultat", "kanal")]
            self.signs.add(sign("letter", ".".join(filter(None, what))))
            self.letter = {}


def _in_plain_letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(PLAIN_LETTERS)
