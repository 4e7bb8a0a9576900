"""What Enhetsregisteret, the Norwegian register of entities, says of an organisation, and of which ones it has news.

Its open API (NLOD, no key) is asked at ENTITY_REGISTER_URL, and not at all where that is empty. Nobody waits longer
than SECONDS for it, and nothing here is needed to go on: what is not answered is typed.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from . import clock, outside, texts
from .json_objects import json_object

T = TypeVar("T")

log = structlog.get_logger(__name__)

SECONDS = 4.0
"""Within which an answer is there, all of it, with looking up the name and connecting."""
LONGEST = 2 * 1024 * 1024
"""Bytes of an answer. An organisation has some 3,000, a page of changes some 300,000."""
PAGE = 1000
"""Changes that are asked for at a time."""
HOLDS = 24 * 60 * 60
"""Seconds for which an answer is remembered."""
AWAY = 60
"""Seconds for which nobody waits again for a register that has not answered."""
LAST_ID = 2**63 - 1
"""Of a change: what the database can hold."""
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # what is unpacked could be any size
    "User-Agent": "Digipost integration tracker",
}


class Standing(TextChoices):
    """How an organisation stands in the register."""

    UNKNOWN = "", _("Nothing known")
    NORMAL = "normal", _("Active")
    BANKRUPT = "bankrupt", _("Bankrupt")
    WINDING_UP = "winding_up", _("Being wound up")
    DELETED = "deleted", _("Deleted from the register")

    @property
    def is_bad(self) -> bool:
        """Whether it is a reason not to begin, or not to go on."""
        return self not in (Standing.UNKNOWN, Standing.NORMAL)


class Outcome(StrEnum):
    FOUND = "found"
    DELETED = "deleted"
    NOT_FOUND = "not_found"
    NO_ANSWER = "no_answer"


class Unanswered(Exception):
    """The register is away, slow, busy, or elsewhere: it may answer the same another time."""


class Unclear(Unanswered):
    """It answered what makes no sense."""


@dataclass(frozen=True)
class Answer:
    """What the register said of a number at `asked_at`. Where it is not FOUND, most of the rest is empty.

    `legal_form` is in words, `address` has a line for each of its lines; `since` is the day of the `standing`, where
    the register names one.
    """

    number: str
    outcome: Outcome
    asked_at: datetime.datetime
    name: str = ""
    legal_form_code: str = ""
    legal_form: str = ""
    address: str = ""
    municipality: str = ""
    standing: Standing = Standing.UNKNOWN
    since: datetime.date | None = None


@dataclass(frozen=True)
class Changes:
    """A page of the register's list of changes, oldest first: their ids, and whom each is about. `more` follow it."""

    entries: tuple[tuple[int, str], ...]
    more: bool


def is_on() -> bool:
    """Whether there is a register to ask."""
    return bool(settings.ENTITY_REGISTER_URL)


def look_up(number: str) -> Answer:
    """What the register says of an organisation number, nine digits: as it said within a day, or now.

    Raises nothing: whatever goes wrong is NO_ANSWER, and a word in the log.
    """
    nothing = Answer(number, Outcome.NO_ANSWER, clock.now())
    if not is_on():
        return nothing
    if kept := _remembered(number):
        return kept
    if _is_away():
        return nothing
    try:
        answer = ask(number)
    except Unanswered as error:
        log.warning("the register of entities does not answer", error=str(error))
        if not isinstance(error, Unclear):
            _remember(_key("away"), True, AWAY)
        return nothing
    _remember(_key(number), _as_plain(answer), HOLDS)
    return answer


def ask(number: str) -> Answer:
    """What the register says of a number now. Raises Unanswered."""
    asked_at = clock.now()
    status, body = _fetch(f"enheter/{number}")
    if status == 404:
        return Answer(number, Outcome.NOT_FOUND, asked_at)
    if status == 410:
        return Answer(number, Outcome.DELETED, asked_at, standing=Standing.DELETED, since=_removed_on(body))
    if status != 200:
        raise Unanswered(f"status {status}")
    return _making_sense(lambda: _read(number, asked_at, json_object(body)))


def changes_after(last: int) -> Changes:
    """The changes that follow the one with the id `last`. Raises Unanswered."""
    return _changes(last, oppdateringsid=last + 1)


def changes_since(moment: datetime.datetime) -> Changes:
    """The changes that were published at `moment`, or later. Raises Unanswered."""
    return _changes(0, dato=moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"))


# --- How it is asked


def _fetch(path: str, **query: int | str) -> tuple[int, bytes]:
    """The status and the body of an answer. Raises Unanswered, also where it is on its way for too long."""
    address = f"{settings.ENTITY_REGISTER_URL.rstrip('/')}/enhetsregisteret/api/{path}"
    try:
        return outside.within(SECONDS, lambda ends: _got(address, query, ends), "entity-register")
    except outside.TooSlow:
        raise Unanswered("too slow") from None
    except Unanswered:
        raise
    except Exception as error:
        raise Unanswered(type(error).__name__) from None


def _got(address: str, query: dict[str, int | str], ends: float) -> tuple[int, bytes]:
    """It is not followed elsewhere: whoever answers for the register is named by the setting."""
    with (
        outside.Session() as session,
        session.get(
            address, params=query, headers=_HEADERS, timeout=SECONDS, stream=True, allow_redirects=False
        ) as answer,
    ):
        body = b""
        while answer.status_code in (200, 410) and (part := answer.raw.read1(65536, decode_content=False)):
            body += part
            if len(body) > LONGEST:
                raise Unclear("too much")
            if time.monotonic() > ends:
                raise Unanswered("too slow")
        return answer.status_code, body


# --- How it is read


def _making_sense(read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise Unclear(f"no sense: {error}") from error


def _read(number: str, asked_at: datetime.datetime, said: dict[str, Any]) -> Answer:
    """Raises ValueError for what is not as it is documented."""
    if _text(said, "organisasjonsnummer") != number:
        raise ValueError("about another")
    standing, since = _standing(said)
    form, place = _object(said, "organisasjonsform"), _object(said, "forretningsadresse")
    place = place or _object(said, "postadresse")
    answer = Answer(
        number=number,
        outcome=Outcome.DELETED if standing is Standing.DELETED else Outcome.FOUND,
        asked_at=asked_at,
        name=_text(said, "navn"),
        legal_form_code=_text(form, "kode", 20),
        legal_form=_text(form, "beskrivelse"),
        address=_address(place),
        municipality=_text(place, "kommune", 100),
        standing=standing,
        since=since,
    )
    if not answer.name and answer.outcome is Outcome.FOUND:
        raise ValueError("without a name")
    return answer


_FLAGS = {
    Standing.BANKRUPT: ("konkurs",),
    Standing.WINDING_UP: ("underAvvikling", "underTvangsavviklingEllerTvangsopplosning"),
}
_DAYS = {
    Standing.BANKRUPT: ("konkursdato",),
    Standing.WINDING_UP: (
        "underAvviklingDato",
        "tvangsavvikletPgaManglendeSlettingDato",
        "tvangsopplostPgaManglendeDagligLederDato",
        "tvangsopplostPgaManglendeRevisorDato",
        "tvangsopplostPgaManglendeRegnskapDato",
        "tvangsopplostPgaMangelfulltStyreDato",
    ),
}
"""Where the register names the day of it. A forced dissolution is dated by its reason."""


def _standing(said: dict[str, Any]) -> tuple[Standing, datetime.date | None]:
    """The worst that is said of it. What is deleted says no more than that, and is answered all the same."""
    if deleted := _day(said, "slettedato"):
        return Standing.DELETED, deleted
    if _text(said, "respons_klasse") == "SlettetEnhet":
        return Standing.DELETED, None
    for standing, names in _FLAGS.items():
        if any(_flag(said, name) for name in names):
            return standing, next(filter(None, (_day(said, name) for name in _DAYS[standing])), None)
    return Standing.NORMAL, None


def _address(place: dict[str, Any]) -> str:
    lines = place.get("adresse") or []
    if not isinstance(lines, list) or len(lines) > 10:
        raise ValueError("adresse")
    written = [_text({"adresse": line}, "adresse") for line in lines]
    town = f"{_text(place, 'postnummer', 20)} {_text(place, 'poststed', 100)}".strip()
    country = _text(place, "land", 100)
    return "\n".join(filter(None, [*written, town, "" if country.casefold() == "norge" else country]))


def _object(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name) or {}
    if not isinstance(found, dict):
        raise ValueError(name)
    return found


def _text(said: dict[str, Any], name: str, longest: int = 200) -> str:
    """A line as it is stored, and as long."""
    found = said.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise ValueError(name)
    return texts.header(found)[:longest]


def _flag(said: dict[str, Any], name: str) -> bool:
    found = said.get(name) or False
    if not isinstance(found, bool):
        raise ValueError(name)
    return found


def _day(said: dict[str, Any], name: str) -> datetime.date | None:
    found = _text(said, name)
    return datetime.date.fromisoformat(found[:10]) if found else None


def _removed_on(body: bytes) -> datetime.date | None:
    """What is removed from the open data says hardly more than that, and may say nothing."""
    with suppress(ValueError):
        return _day(json_object(body), "slettedato")
    return None


def _changes(above: int, **query: int | str) -> Changes:
    status, body = _fetch("oppdateringer/enheter", **query, page=0, size=PAGE)
    if status != 200:
        raise Unanswered(f"status {status}")
    return _making_sense(lambda: _page(above, json_object(body)))


def _page(above: int, said: dict[str, Any]) -> Changes:
    """The id of each change is above that of the one before: they are the place from which reading goes on."""
    rows = _object(said, "_embedded").get("oppdaterteEnheter") or []
    total = _object(said, "page").get("totalElements", len(rows))
    if not isinstance(rows, list) or not isinstance(total, int):
        raise ValueError("no page")
    entries = []
    for row in rows:
        found = row.get("oppdateringsid") if isinstance(row, dict) else None
        if type(found) is not int or not above < found <= LAST_ID:
            raise ValueError("no change that follows")
        entries.append((above := found, _text(row, "organisasjonsnummer")))
    return Changes(tuple(entries), more=total > len(entries) > 0)


# --- What is remembered


def _key(what: str) -> str:
    return f"entity-register-{hashlib.sha256(f'{settings.ENTITY_REGISTER_URL} {what}'.encode()).hexdigest()}"


def _is_away() -> bool:
    with suppress(RedisError):
        return bool(cache.get(_key("away")))
    return False


def _remember(key: str, value: object, seconds: int) -> None:
    with suppress(RedisError):
        cache.set(key, value, seconds)


def _remembered(number: str) -> Answer | None:
    """What was answered within a day; None where the cache is away, or holds what is none of ours."""
    with suppress(RedisError, TypeError, ValueError, KeyError):
        kept = cache.get(_key(number))
        return _from_plain(kept) if isinstance(kept, dict) else None
    return None


def _as_plain(answer: Answer) -> dict[str, str]:
    """For the cache, which holds JSON."""
    return {name: str(value) for name, value in vars(answer).items() if value is not None}


def _from_plain(kept: dict[str, str]) -> Answer:
    since = kept.get("since")
    said: dict[str, Any] = {
        "outcome": Outcome(kept["outcome"]),
        "asked_at": datetime.datetime.fromisoformat(kept["asked_at"]),
        "standing": Standing(kept["standing"]),
        "since": datetime.date.fromisoformat(since) if since else None,
    }
    return Answer(**kept | said)
