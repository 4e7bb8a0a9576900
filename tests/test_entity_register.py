"""The register of entities: what it answers is read as documented, and however it misbehaves nobody waits or falls."""

from __future__ import annotations

import datetime
import json
import time
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from milestones import entity_register
from milestones.entity_register import Outcome, Standing, Unanswered, Unclear
from tests.loopback import Misbehave, breaks_off, drips, drips_headers, hangs, hangs_up, is_no_server, zips_zeros
from tests.processes import HUNG
from tests.register import BANKRUPT, ENTITY, FJORDVIK, GONE, NABOVIK, Register

A_DAY = datetime.timedelta(days=1)


# --- What it answers


def test_an_organisation_is_read_as_it_is_documented(register: Register) -> None:
    register.knows()
    answer = entity_register.look_up(FJORDVIK)
    assert (answer.outcome, answer.number, answer.name) == (Outcome.FOUND, FJORDVIK, "FJORDVIK KOMMUNE")
    assert (answer.legal_form_code, answer.legal_form) == ("KOMM", "Kommune")
    assert answer.address == "Rådhuset\nTorget 1\n5801 FJORDVIK"
    assert answer.municipality == "FJORDVIK"
    assert (answer.standing, answer.since) == (Standing.NORMAL, None)
    assert register.asked == [f"/enhetsregisteret/api/enheter/{FJORDVIK}"]
    assert register.headers[0]["Accept"] == "application/json"


def test_an_organisation_abroad_without_much_said_of_it(register: Register) -> None:
    abroad = {"land": "Sverige", "adresse": ["Storgatan 1", None, ""], "poststed": "STOCKHOLM"}
    register.knows(forretningsadresse=None, postadresse=abroad, organisasjonsform=None)
    answer = entity_register.look_up(FJORDVIK)
    assert answer.address == "Storgatan 1\nSTOCKHOLM\nSverige"
    assert (answer.legal_form, answer.municipality) == ("", "")


@pytest.mark.parametrize(
    ("said", "standing", "since"),
    [
        (BANKRUPT, Standing.BANKRUPT, datetime.date(2026, 2, 3)),
        ({"konkurs": True}, Standing.BANKRUPT, None),
        ({"underAvvikling": True, "underAvviklingDato": "2026-01-02"}, Standing.WINDING_UP, datetime.date(2026, 1, 2)),
        (
            {
                "underTvangsavviklingEllerTvangsopplosning": True,
                "tvangsopplostPgaManglendeRevisorDato": "2026-05-06",
            },
            Standing.WINDING_UP,
            datetime.date(2026, 5, 6),
        ),
        (BANKRUPT | {"underAvvikling": True}, Standing.BANKRUPT, datetime.date(2026, 2, 3)),
        (BANKRUPT | {"slettedato": "2026-03-04"}, Standing.DELETED, datetime.date(2026, 3, 4)),
    ],
)
def test_the_worst_that_is_said_of_it_counts(
    register: Register, said: dict[str, Any], standing: Standing, since: datetime.date | None
) -> None:
    register.knows(**said)
    answer = entity_register.look_up(FJORDVIK)
    assert (answer.standing, answer.since) == (standing, since)
    assert answer.standing.is_bad


def test_what_is_deleted_is_told_in_either_way(register: Register) -> None:
    register.entities[FJORDVIK] = GONE
    register.removed.add(NABOVIK)
    deleted, removed = entity_register.look_up(FJORDVIK), entity_register.look_up(NABOVIK)
    assert (deleted.outcome, deleted.name, deleted.since) == (
        Outcome.DELETED,
        "FJORDVIK KOMMUNE",
        datetime.date(2026, 3, 4),
    )
    assert (removed.outcome, removed.name, removed.since) == (Outcome.DELETED, "", datetime.date(2026, 3, 5))
    assert deleted.standing == removed.standing == Standing.DELETED


def test_what_is_removed_without_a_word_is_deleted_too(register: Register) -> None:
    register.status, register.body = 410, b"<html>Gone"
    answer = entity_register.look_up(FJORDVIK)
    assert (answer.outcome, answer.since) == (Outcome.DELETED, None)


def test_a_number_that_it_does_not_know(register: Register) -> None:
    answer = entity_register.look_up(FJORDVIK)
    assert (answer.outcome, answer.standing) == (Outcome.NOT_FOUND, Standing.UNKNOWN)
    assert not answer.standing.is_bad


def test_what_deceives_is_flattened_and_bounded(register: Register) -> None:
    register.knows(navn="FJORD\u202eVIK\r\n\x07 AS " + "x" * 500)
    name = entity_register.look_up(FJORDVIK).name
    assert name.startswith("FJORD VIK AS x")
    assert len(name) == 200


# --- What it says that makes no sense


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Innlogging</body></html>",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"organisasjonsnummer": "984661185", "navn": "A", "navn',
        b'{"organisasjonsnummer": "984661185"}',
        b'{"organisasjonsnummer": 984661185, "navn": "A"}',
        b'{"organisasjonsnummer": "974760673", "navn": "En annen"}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        json.dumps(ENTITY | {"navn": ["A"]}).encode(),
        json.dumps(ENTITY | {"navn": "A\0B"}).encode(),
        json.dumps(ENTITY | {"konkurs": "false"}).encode(),
        json.dumps(ENTITY | {"organisasjonsform": "AS"}).encode(),
        json.dumps(ENTITY | {"forretningsadresse": ["Torget 1"]}).encode(),
        json.dumps(ENTITY | {"forretningsadresse": {"adresse": "Torget 1"}}).encode(),
        json.dumps(ENTITY | {"forretningsadresse": {"adresse": ["x"] * 1000}}).encode(),
        json.dumps(ENTITY | {"konkurs": True, "konkursdato": "i går"}).encode(),
        b'{"organisasjonsnummer": "984661185", "navn": NaN}',
    ],
)
def test_what_makes_no_sense_is_no_answer(register: Register, body: bytes) -> None:
    register.body = body
    with pytest.raises(Unclear):
        entity_register.ask(FJORDVIK)
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER
    register.body = None
    register.knows()
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.FOUND  # it is away for nobody


@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 406, 429, 500, 502, 503, 504])
def test_another_status_is_no_answer(register: Register, status: int) -> None:
    register.status = status
    with pytest.raises(Unanswered, match=str(status)):
        entity_register.ask(FJORDVIK)
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_is_followed_nowhere(register: Register, status: int) -> None:
    register.knows(NABOVIK)
    register.status, register.location = status, f"/enhetsregisteret/api/enheter/{NABOVIK}"
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER
    assert len(register.asked) == 1


def test_too_much_is_no_answer(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_register, "LONGEST", 5000)
    register.knows(navn="x" * 5000)
    with pytest.raises(Unclear, match="too much"):
        entity_register.ask(FJORDVIK)


@pytest.mark.parametrize("misbehave", [hangs, hangs_up, drips, drips_headers, breaks_off, is_no_server, zips_zeros])
def test_nobody_waits_for_who_misbehaves(
    register: Register, monkeypatch: pytest.MonkeyPatch, misbehave: Misbehave
) -> None:
    monkeypatch.setattr(entity_register, "SECONDS", 0.5)
    register.misbehave = misbehave
    began = time.monotonic()
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER
    assert time.monotonic() - began < HUNG


def test_a_place_where_nobody_answers(settings: Any, register: Register) -> None:
    settings.ENTITY_REGISTER_URL = "http://127.0.0.1:1"
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER


# --- What is remembered


def test_an_answer_holds_for_a_day(register: Register) -> None:
    register.knows(**BANKRUPT)
    first = entity_register.look_up(FJORDVIK)
    register.knows()
    assert entity_register.look_up(FJORDVIK) == first
    assert len(register.asked) == 1
    with time_machine.travel(timezone.now() + A_DAY + datetime.timedelta(minutes=1)):
        assert entity_register.look_up(FJORDVIK).standing is Standing.NORMAL


def test_every_answer_is_remembered_as_it_was(register: Register) -> None:
    register.knows(**BANKRUPT)
    register.removed.add(NABOVIK)
    for number in (FJORDVIK, NABOVIK, "999999999"):
        first = entity_register.look_up(number)
        assert entity_register.look_up(number) == first
    assert len(register.asked) == 3


def test_who_is_away_is_left_alone_for_a_minute(register: Register) -> None:
    register.status = 500
    entity_register.look_up(FJORDVIK)
    register.status = 200
    register.knows()
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER
    assert len(register.asked) == 1
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=entity_register.AWAY + 1)):
        assert entity_register.look_up(FJORDVIK).outcome is Outcome.FOUND


def test_what_another_register_said_is_not_what_this_one_says(register: Register, settings: Any) -> None:
    register.knows()
    entity_register.look_up(FJORDVIK)
    settings.ENTITY_REGISTER_URL = "http://127.0.0.1:1"
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("kept", ["x", 7, {"outcome": "found"}, {"outcome": "?", "number": FJORDVIK}, [], {"a": 1}])
def test_what_stands_in_the_cache_and_is_not_ours_is_asked_again(register: Register, kept: object) -> None:
    register.knows()
    cache.set(entity_register._key(FJORDVIK), kept)
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.FOUND


def test_without_an_address_nobody_is_asked(register: Register, settings: Any) -> None:
    settings.ENTITY_REGISTER_URL = ""
    assert not entity_register.is_on()
    assert entity_register.look_up(FJORDVIK).outcome is Outcome.NO_ANSWER
    assert register.asked == []


# --- The list of changes


def test_changes_are_read_from_a_day_or_after_an_id(register: Register) -> None:
    register.tells_of(FJORDVIK, NABOVIK)
    moment = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    changes = entity_register.changes_since(moment)
    assert changes.entries == ((107, FJORDVIK), (114, NABOVIK))
    assert not changes.more
    assert entity_register.changes_after(107).entries == ((114, NABOVIK),)
    assert "dato=2026-11-26T12%3A00%3A00.000Z" in register.asked[0]
    assert "oppdateringsid=108" in register.asked[1]


def test_a_page_says_whether_more_follow(register: Register) -> None:
    register.tells_of(*[FJORDVIK] * 5)
    register.page_size = 2
    pages = [entity_register.changes_after(0)]
    while pages[-1].more:
        pages.append(entity_register.changes_after(pages[-1].entries[-1][0]))
    assert [len(one.entries) for one in pages] == [2, 2, 1]


def test_no_changes_are_a_page_without_a_list(register: Register) -> None:
    changes = entity_register.changes_after(100)
    assert (changes.entries, changes.more) == ((), False)


@pytest.mark.parametrize(
    "rows",
    [
        [{"oppdateringsid": 5, "organisasjonsnummer": FJORDVIK}],  # before the one that was asked for
        [{"oppdateringsid": 12, "organisasjonsnummer": "1"}, {"oppdateringsid": 11, "organisasjonsnummer": "2"}],
        [{"oppdateringsid": 11, "organisasjonsnummer": "1"}, {"oppdateringsid": 11, "organisasjonsnummer": "2"}],
        [{"oppdateringsid": "11", "organisasjonsnummer": FJORDVIK}],
        [{"oppdateringsid": True, "organisasjonsnummer": FJORDVIK}],
        [{"oppdateringsid": 2**63, "organisasjonsnummer": FJORDVIK}],
        [{"oppdateringsid": 11, "organisasjonsnummer": 984661185}],
        [{"organisasjonsnummer": FJORDVIK}],
        ["11"],
        [None],
        "11",
    ],
)
def test_a_list_that_does_not_follow_is_none(register: Register, rows: object) -> None:
    register.body = json.dumps({"_embedded": {"oppdaterteEnheter": rows}}).encode()
    with pytest.raises(Unclear):
        entity_register.changes_after(10)
