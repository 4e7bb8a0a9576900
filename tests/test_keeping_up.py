"""Every night the register's list of changes is read on from where it was left; what fails is done the next night."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from milestones import entity_register, tasks, workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, Organisation, RegisterReading
from milestones.workflow import keeping_up
from tests.cast import Cast, fresh
from tests.loopback import Misbehave, drips, hangs, hangs_up
from tests.register import BANKRUPT, FJORDVIK, NABOVIK, Register

OTHERS = [f"{number}" for number in range(900000000, 900000040)]


@pytest.fixture
def nights() -> Nights:
    return Nights()


class Nights:
    """One after the other, a day apart, and each from now on: what one did lies behind the next."""

    def __init__(self) -> None:
        self.passed = 0

    def next(self) -> int:
        """What the task returns."""
        self.passed += 1
        with time_machine.travel(timezone.now() + datetime.timedelta(days=self.passed)):
            return tasks.keep_up_with_register()


def standing(journey: Journey) -> str:
    return fresh(journey.integration).organisation.standing


def stored() -> tuple[object, ...]:
    return list(Organisation.objects.values()), list(RegisterReading.objects.values()), Event.objects.count()


def last_read() -> int:
    return RegisterReading.objects.get().last


def test_the_first_night_looks_everybody_up(journey: Journey, cast: Cast, register: Register, nights: Nights) -> None:
    neighbour = cast.neighbour()
    register.knows(FJORDVIK)
    register.knows(NABOVIK, **BANKRUPT)
    assert nights.next() == 1
    assert sorted(register.looked_up) == sorted([FJORDVIK, NABOVIK])
    assert (standing(journey), standing(neighbour)) == ("normal", "bankrupt")
    assert not RegisterReading.objects.exists()


def test_then_those_that_the_register_names(journey: Journey, cast: Cast, register: Register, nights: Nights) -> None:
    cast.neighbour()
    register.knows(FJORDVIK)
    register.knows(NABOVIK)
    nights.next()
    register.asked.clear()
    register.tells_of(*OTHERS, FJORDVIK)
    register.knows(FJORDVIK, **BANKRUPT)
    assert nights.next() == 1
    assert register.looked_up == [FJORDVIK]
    assert standing(journey) == "bankrupt"
    assert last_read() == register.changes[-1][0]
    register.asked.clear()
    assert nights.next() == 0
    assert register.looked_up == []
    assert f"oppdateringsid={last_read() + 1}" in register.asked[0]


def test_it_reads_from_when_the_first_was_looked_up(journey: Journey, register: Register, nights: Nights) -> None:
    register.knows()
    nights.next()
    (checked,) = Organisation.objects.values_list("checked_at", flat=True)
    register.asked.clear()
    nights.next()
    assert checked is not None
    since = (checked - keeping_up.OVERLAP).strftime("dato=%Y-%m-%dT%H%%3A%M")
    assert since in register.asked[0]


def test_it_reads_page_by_page(journey: Journey, register: Register, nights: Nights) -> None:
    register.knows()
    nights.next()
    register.page_size = 7
    register.tells_of(*OTHERS, FJORDVIK)
    register.asked.clear()
    nights.next()
    assert len(register.asked) == 6 + 1  # forty-one changes, and one that is looked up
    assert last_read() == register.changes[-1][0]


def test_what_fails_half_way_goes_on_from_there(
    journey: Journey, register: Register, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.knows()
    nights.next()
    register.page_size = 10
    register.tells_of(*OTHERS, FJORDVIK)
    register.knows(**BANKRUPT)
    read = entity_register.changes_after

    def once(last: int) -> entity_register.Changes:
        register.status = 500
        return read(last)

    monkeypatch.setattr(entity_register, "changes_after", once)
    nights.next()
    assert (last_read(), standing(journey)) == (register.changes[9][0], "normal")
    monkeypatch.undo()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    register.status = 200
    assert nights.next() == 1
    assert (last_read(), standing(journey)) == (register.changes[-1][0], "bankrupt")


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_a_bad_night_leaves_things_as_they_are(
    journey: Journey, register: Register, nights: Nights, status: int
) -> None:
    register.knows()
    nights.next()
    register.tells_of(FJORDVIK)
    nights.next()
    before = stored()
    register.tells_of(FJORDVIK)
    register.status, register.location = status, "http://127.0.0.1:1/"
    if status == 404:
        register.status, register.body = 200, b"<html>Stengt"
    assert nights.next() == 0
    assert stored() == before


@pytest.mark.parametrize("misbehave", [hangs, hangs_up, drips])
def test_who_hangs_holds_up_nobody_for_long(
    journey: Journey, cast: Cast, register: Register, nights: Nights, monkeypatch: pytest.MonkeyPatch,
    misbehave: Misbehave,
) -> None:  # fmt: skip
    monkeypatch.setattr(entity_register, "SECONDS", 0.2)
    Organisation.objects.bulk_create(Organisation(number=number, name="A") for number in OTHERS)
    for row in Organisation.objects.filter(number__in=OTHERS):
        fresh_one = fresh(journey.integration)
        fresh_one.pk, fresh_one.reference, fresh_one.organisation = None, f"R{row.pk}"[:8], row
        fresh_one.save(force_insert=True)
    register.misbehave = misbehave
    assert nights.next() == 0
    assert len(register.asked) == keeping_up.MOST_SILENT
    assert not Organisation.objects.exclude(checked_at=None).exists()


def test_one_that_makes_no_sense_keeps_nobody_back(
    journey: Journey, cast: Cast, register: Register, nights: Nights
) -> None:
    cast.neighbour()
    register.knows(FJORDVIK, navn=["Ingen"])
    register.knows(NABOVIK)
    nights.next()
    assert set(Organisation.objects.exclude(checked_at=None).values_list("number", flat=True)) == {NABOVIK}
    register.knows(FJORDVIK)
    nights.next()
    assert not Organisation.objects.filter(checked_at=None).exists()


def test_what_cannot_be_stored_keeps_nobody_back(
    journey: Journey, cast: Cast, register: Register, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.neighbour()
    register.knows(FJORDVIK)
    register.knows(NABOVIK)
    record = workflow.record_answer

    def fails(answer: entity_register.Answer) -> int:
        if answer.number == FJORDVIK:
            raise RuntimeError
        return record(answer)

    monkeypatch.setattr(keeping_up, "record_answer", fails)
    nights.next()
    assert set(Organisation.objects.exclude(checked_at=None).values_list("number", flat=True)) == {NABOVIK}


def test_what_was_remembered_at_intake_is_asked_again_that_night(
    cast: Cast, register: Register, nights: Nights
) -> None:
    """An answer may be a day old, and what changed since stands in a part of the list that was read before."""
    register.knows()
    remembered = entity_register.look_up(FJORDVIK)
    journey = cast.journey()
    workflow.record_answer(remembered)
    register.knows(**BANKRUPT)
    register.asked.clear()
    nights.next()
    assert standing(journey) == "bankrupt"
    register.asked.clear()
    nights.next()
    assert register.looked_up == []


def test_what_is_closed_is_not_looked_up(cast: Cast, journey: Journey, register: Register, nights: Nights) -> None:
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset.")
    nights.next()
    assert register.asked == []


def test_what_changes_while_it_is_looked_up_is_looked_up_again(
    journey: Journey, register: Register, nights: Nights
) -> None:
    register.knows()
    nights.next()
    Organisation.objects.update(noted_at=timezone.now() + datetime.timedelta(days=2))  # another worker, meanwhile
    register.asked.clear()
    nights.next()
    assert register.looked_up == [FJORDVIK]


def test_a_worker_that_was_overtaken_moves_nothing_back(journey: Journey, register: Register, nights: Nights) -> None:
    RegisterReading.objects.create(pk=1, last=900, read_at=timezone.now())
    keeping_up._note(entity_register.Changes(((800, FJORDVIK),), more=False))
    assert last_read() == 900
    assert Organisation.objects.exclude(noted_at=None).filter(number=FJORDVIK).exists()


def test_without_a_register_nobody_is_asked(
    journey: Journey, register: Register, nights: Nights, settings: Any
) -> None:
    settings.ENTITY_REGISTER_URL = ""
    assert nights.next() == 0
    assert register.asked == []
    assert not Event.objects.filter(kind=EventKind.ORGANISATION_CHANGED).exists()
