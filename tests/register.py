"""A register of entities on this machine: it answers as Enhetsregisteret documents, or as badly as it is told to."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from milestones import workflow
from milestones.entity_register import Answer, Outcome, Standing
from tests.loopback import Asked, Misbehave, Said, listening

FJORDVIK = "984661185"
NABOVIK = "974760673"
"""Organisation numbers that the cast has too."""
ENTITY: dict[str, Any] = {
    "organisasjonsnummer": FJORDVIK,
    "navn": "FJORDVIK KOMMUNE",
    "organisasjonsform": {
        "kode": "KOMM",
        "beskrivelse": "Kommune",
        "_links": {"self": {"href": "https://data.brreg.no/enhetsregisteret/api/organisasjonsformer/KOMM"}},
    },
    "registreringsdatoEnhetsregisteret": "1995-02-20",
    "postadresse": {"land": "Norge", "landkode": "NO", "postnummer": "5800", "poststed": "FJORDVIK",
                    "adresse": ["Postboks 1"], "kommune": "FJORDVIK", "kommunenummer": "4699"},
    "forretningsadresse": {"land": "Norge", "landkode": "NO", "postnummer": "5801", "poststed": "FJORDVIK",
                           "adresse": ["Rådhuset", "Torget 1"], "kommune": "FJORDVIK", "kommunenummer": "4699"},
    "antallAnsatte": 812,
    "konkurs": False,
    "underAvvikling": False,
    "underTvangsavviklingEllerTvangsopplosning": False,
    "_links": {"self": {"href": f"https://data.brreg.no/enhetsregisteret/api/enheter/{FJORDVIK}"}},
}  # fmt: skip
BANKRUPT: dict[str, Any] = {"konkurs": True, "konkursdato": "2026-02-03"}
GONE: dict[str, Any] = {
    "respons_klasse": "SlettetEnhet",
    "organisasjonsnummer": FJORDVIK,
    "navn": "FJORDVIK KOMMUNE",
    "organisasjonsform": {"kode": "KOMM", "beskrivelse": "Kommune"},
    "slettedato": "2026-03-04",
}


class Register:
    """What it says: `entities` by number, and the list of `changes`. `asked` are the paths that it was asked for.

    `status`, `body` or `misbehave`, once set, is what everybody is answered, or what is done to them.
    """

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, Any]] = {}
        self.removed: set[str] = set()
        self.changes: list[tuple[int, str]] = []
        self.page_size = 1000
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.location = ""
        self.body: bytes | None = None
        self.misbehave: Misbehave | None = None

    def knows(self, number: str = FJORDVIK, **said: Any) -> None:
        """It has an organisation of this number, of which it says this."""
        self.entities[number] = ENTITY | {"organisasjonsnummer": number} | said

    def tells_of(self, *numbers: str) -> None:
        """Its list of changes goes on with these."""
        last = self.changes[-1][0] if self.changes else 100
        self.changes += [(last + 7 * place, number) for place, number in enumerate(numbers, 1)]

    @property
    def looked_up(self) -> list[str]:
        """The numbers that it was asked about."""
        return [path.rpartition("/")[2] for path in self.asked if "/enheter/" in path]

    def answer(self, path: str) -> tuple[int, bytes]:
        """The status and the body for a path."""
        if self.status != 200 or self.body is not None:
            return self.status, self.body if self.body is not None else b"{}"
        split = urlsplit(path)
        if split.path == "/enhetsregisteret/api/oppdateringer/enheter":
            return 200, json.dumps(self._page(parse_qs(split.query))).encode()
        number = split.path.removeprefix("/enhetsregisteret/api/enheter/")
        if number in self.removed:
            return 410, json.dumps({"organisasjonsnummer": number, "slettedato": "2026-03-05"}).encode()
        found = self.entities.get(number)
        return (200, json.dumps(found).encode()) if found else (404, b"")

    def _page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """By id, from the one that is named, and as many as are asked for; without any, it leaves the list out."""
        first = int(query.get("oppdateringsid", ["0"])[0])
        size = min(int(query["size"][0]), self.page_size)
        rows = [
            {"oppdateringsid": change, "dato": "2026-11-26T04:00:00.000Z", "organisasjonsnummer": number,
             "endringstype": "Endring"}
            for change, number in self.changes if change >= first
        ]  # fmt: skip
        page = {"size": size, "totalElements": len(rows), "totalPages": -(-len(rows) // size), "number": 0}
        return {"page": page} | ({"_embedded": {"oppdaterteEnheter": rows[:size]}} if rows else {})


@contextmanager
def serving(register: Register) -> Iterator[str]:
    """The address at which it is asked, until the block ends."""

    def answer(asked: Asked) -> Said | Misbehave:
        register.asked.append(asked.path)
        register.headers.append(asked.headers)
        if register.misbehave:
            return register.misbehave
        status, body = register.answer(asked.path)
        location = {"Location": register.location} if register.location else {}
        return Said(status, body, location | {"Content-Type": "application/json;charset=UTF-8"})

    with listening(answer) as port:
        yield f"http://127.0.0.1:{port}"


# --- What becomes of an answer


IS_FOUND: dict[str, Any] = {
    "name": "FJORDVIK KOMMUNE",
    "legal_form_code": "KOMM",
    "legal_form": "Kommune",
    "address": "Torget 1\n5801 FJORDVIK",
    "municipality": "FJORDVIK",
    "standing": Standing.NORMAL,
}
IS_BANKRUPT = IS_FOUND | {"standing": Standing.BANKRUPT, "since": datetime.date(2026, 2, 3)}


def says(*, outcome: Outcome = Outcome.FOUND, later: int = 0, **said: Any) -> int:
    """The register answers so, `later` minutes from now."""
    asked_at = timezone.now() + datetime.timedelta(minutes=later)
    return workflow.record_answer(Answer(FJORDVIK, outcome, asked_at, **said))
