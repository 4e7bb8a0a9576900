"""3.1: how it is known that a scenario passed, how well that must be shown, and for how long it counts."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from milestones import clock, gates, snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.models import CatalogueScenario, EventKind, Scenario, ScenarioRun, User
from milestones.process import Accord, MilestoneState, Outcome, Rung
from milestones.proofs import ORACLES
from tests.cast import Cast, facts_now, fresh
from tests.made_once import made_once

Asks = Callable[..., None]


@made_once
def journey(cast: Cast) -> Journey:
    """Milestone 3, with no set yet."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    return journey


@pytest.fixture
def asks(cast: Cast, db: None) -> Asks:
    """Staff ask more of T07."""

    def ask(**more: Any) -> None:
        entry = CatalogueScenario.objects.in_force().get(code="T07")
        said = {name: getattr(entry, name) for name in ("code", "title", "passes_when", "interface", "condition")}
        workflow.edit_catalogue(by=cast.staff, expected_id=entry.pk, **said, **more)

    return ask


def letter(journey: Journey) -> Scenario:
    return journey.integration.scenarios.current().get(code="T07")


def run(journey: Journey, *, shown: bool = False, on: datetime.date | None = None) -> ScenarioRun:
    document = SimpleUploadedFile("logg.pdf", a_pdf()) if shown else None
    passed: dict[str, Any] = {"ran_on": on or today(), "outcome": Outcome.PASSED, "document": document}
    return workflow.record_run(journey.integration, letter(journey).pk, by=journey.cast.lead, **passed)


def reasons(journey: Journey) -> list[str]:
    found = gates.unmet_of("3.1", facts_now(journey.integration))
    return [part.reason for one in found for part in one.each]


def test_what_is_attached_is_what_it_is_known_by(journey: Journey) -> None:
    journey.scenario_set()
    assert (run(journey).rung, run(journey, shown=True).rung) == (Rung.SAID, Rung.DOCUMENT)
    subjects = journey.integration.events.filter(kind=EventKind.RUN_RECORDED).values_list("subject", flat=True)
    assert set(subjects) == {"T07 test said", "T07 test document"}


@pytest.mark.parametrize("least", Rung)
@pytest.mark.parametrize("rung", Rung)
def test_a_rung_reaches_itself_and_those_below(rung: Rung, least: Rung) -> None:
    ladder = ["said", "document", "reported", "receipt", "signed"]
    assert rung.reaches(least) == (ladder.index(rung) >= ladder.index(least))


def test_what_is_only_said_is_not_enough_where_a_document_is_asked(journey: Journey, asks: Asks) -> None:
    asks(least_rung=Rung.DOCUMENT)
    journey.scenario_set()
    journey.runs()
    assert reasons(journey) == ["scenario_below_rung"]
    run(journey, shown=True)
    assert reasons(journey) == []
    run(journey)  # newer, and not as well shown
    assert reasons(journey) == ["scenario_below_rung"]


def test_an_agreed_set_keeps_what_was_agreed(journey: Journey, asks: Asks) -> None:
    journey.scenario_set()
    journey.runs()
    asks(least_rung=Rung.DOCUMENT, max_age_days=1)
    assert reasons(journey) == []
    assert [one for one, differs in snapshots.differences() if differs] == []


def test_a_set_that_is_not_agreed_is_asked_what_is_in_force(journey: Journey, cast: Cast, asks: Asks) -> None:
    journey.scenario_set()
    journey.runs()
    extra = {"environment": "test", "code": "E01", "title": "Eget", "passes_when": "Det virker"}
    workflow.add_scenario(journey.integration, by=cast.lead, **extra)  # type: ignore[arg-type]
    asks(least_rung=Rung.DOCUMENT)
    assert "scenario_below_rung" in reasons(journey)
    assert Accord.SCENARIOS in facts_now(journey.integration).accords


def test_a_run_grows_too_old_and_what_rests_on_it_falls(journey: Journey, asks: Asks) -> None:
    asks(max_age_days=30)
    journey.scenario_set()
    journey.runs()
    journey.approve_tests()
    with time_machine.travel(clock.now() + datetime.timedelta(days=30), tick=False):
        assert reasons(journey) == []
    with time_machine.travel(clock.now() + datetime.timedelta(days=31), tick=False):
        assert reasons(journey) == ["scenario_too_old"]
        tasks.refresh_snapshots()
        verification = fresh(journey.integration).verification
        assert not verification.stands
        assert verification.withdrawn_because.startswith("Den siste kjøringen er for gammel")
        assert [one for one, differs in snapshots.differences() if differs] == []
        journey.runs()
        assert reasons(journey) == []
        assert gates.unmet_of("3.2", facts_now(journey.integration))  # a newer run is approved anew


def test_what_was_submitted_in_time_does_not_grow_old(journey: Journey, cast: Cast, asks: Asks) -> None:
    asks(max_age_days=30)
    journey.milestone_3_facts()
    journey.submit(3)
    with time_machine.travel(clock.now() + datetime.timedelta(days=60), tick=False):
        tasks.refresh_snapshots()
        assert reasons(journey) == []
        workflow.approve(fresh(journey.integration), 3, by=cast.staff)
        tasks.refresh_snapshots()
        assert journey.integration.milestones.get(number=3).state == MilestoneState.APPROVED


def test_once_it_is_returned_it_does_again(journey: Journey, cast: Cast, asks: Asks) -> None:
    asks(max_age_days=30)
    journey.milestone_3_facts()
    journey.submit(3)
    with time_machine.travel(clock.now() + datetime.timedelta(days=60), tick=False):
        workflow.return_milestone(fresh(journey.integration), 3, by=cast.staff, reason="Se på T07.")
        assert reasons(journey) == ["scenario_too_old"]


def test_the_pages_say_what_is_asked_and_how_it_is_known(journey: Journey, cast: Cast, asks: Asks) -> None:
    asks(least_rung=Rung.DOCUMENT, max_age_days=30)
    journey.scenario_set()
    run(journey, shown=True)
    home = f"/i/{journey.integration.reference}"
    for path in (f"{home}/scenarios/", f"{home}/scenarios/{letter(journey).pk}/"):
        page = cast.client(cast.lead).get(path).content.decode()
        assert "Minstekrav: dokumentert" in page
        assert "En kjøring teller i 30 dager" in page
        assert "Dokumentert" in page
    history = cast.client(cast.lead).get(f"{home}/history/").content.decode()
    assert "bestått (dokumentert)" in history


@pytest.mark.parametrize(
    ("least", "told", "link"),
    [
        ("document", ["Legg ved et dokument"], ""),
        ("reported", ["La et bygg rapportere"], 'href="/api/#report-results"'),
        ("receipt", ["Levering: DELIVERED, Levert via: DIGIPOST", "Brev: SENDT.WEB"], 'href="/api/answers/"'),
        ("signed", ["Levering: DELIVERED, Levert via: DIGIPOST"], 'href="/api/answers/"'),
    ],
)
def test_the_pages_say_how_to_do_better(
    journey: Journey, cast: Cast, asks: Asks, least: str, told: list[str], link: str
) -> None:
    asks(least_rung=least, oracle=ORACLES["T07"])
    journey.scenario_set()
    for path in ("", f"{letter(journey).pk}/"):
        page = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/scenarios/{path}").content.decode()
        assert [one for one in told if one not in page] == []
        assert link in page
        assert ("Brev: SENDT.WEB" in page) == (least == "receipt"), "no receipt is signed"


def test_of_what_nothing_of_digiposts_shows_that_is_said(journey: Journey, cast: Cast, asks: Asks) -> None:
    asks(oracle="letter:SENDT.WEB")
    CatalogueScenario.objects.in_force().filter(code="T07").update(least_rung=Rung.SIGNED)  # from before
    journey.scenario_set()
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/").content.decode()
    assert "Spør kontaktpersonen i Digipost" in page


def test_what_passed_and_is_not_shown_well_enough_is_not_counted_as_passed(
    journey: Journey, cast: Cast, asks: Asks
) -> None:
    asks(least_rung=Rung.DOCUMENT)
    journey.scenario_set()
    journey.runs()
    User.objects.update(language="en")
    all_of_them = journey.integration.scenarios.current().count()
    page = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/report/").content.decode()
    told = " ".join(page.split())
    assert f"{all_of_them - 1} of {all_of_them} scenarios passed. 1 more passed, and must be shown better" in told


@pytest.mark.parametrize(("outcome", "told"), [("failed", "The latest run failed: T07"), ("passed", "too old")])
def test_the_line_of_a_single_scenario_says_how_it_is_known(
    journey: Journey, asks: Asks, outcome: str, told: str
) -> None:
    asks(max_age_days=1)
    journey.scenario_set()
    journey.runs()
    day = today() - datetime.timedelta(days=2)
    journey.integration.scenarios.get(code="T07").runs.all().update(outcome=outcome, rung=Rung.REPORTED, ran_on=day)
    (one,) = gates.unmet_of("3.1", facts_now(journey.integration))
    with override("en"):
        assert told in one.text
        assert one.text.endswith("(reported by a build)")
        before = dataclasses.replace(one, params=tuple(pair for pair in one.params if pair[0] != "known"))
        assert "T07" in before.text, "as an earlier version stored it"


def test_staff_edit_what_is_asked(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.staff)
    shown = client.get("/catalogue/T07/").context["form"].initial
    assert client.post("/catalogue/T07/", shown | {"least_rung": "document", "max_age_days": "90"}).status_code == 302
    entry = CatalogueScenario.objects.in_force().get(code="T07")
    assert (entry.least_rung, entry.max_age_days) == (Rung.DOCUMENT, 90)
    assert client.get("/catalogue/T07/").context["form"].initial["max_age_days"] == 90


@pytest.mark.parametrize("rung", Rung)
def test_any_rung_can_be_asked(cast: Cast, journey: Journey, rung: Rung) -> None:
    assert asking(cast, {"least_rung": rung.value}) == 302
    assert CatalogueScenario.objects.in_force().get(code="T07").least_rung == rung


@pytest.mark.parametrize(
    "wrong",
    [
        {"least_rung": "sworn"},
        {"least_rung": ""},
        {"max_age_days": "0"},
        {"max_age_days": "mye"},
        {"oracle": "delivery:LOST"},
        {"oracle": "levering:DELIVERED"},
        {"oracle": "", "least_rung": "receipt"},
        {"oracle": "", "least_rung": "signed"},
        {"oracle": "letter:SENDT.WEB\ndelivery:DELIVERED + status:SUKSESS", "least_rung": "signed"},
    ],
)
def test_what_cannot_be_asked_is_refused(cast: Cast, journey: Journey, wrong: dict[str, str]) -> None:
    assert asking(cast, wrong) == 422


@pytest.mark.parametrize(
    "reachable",
    [
        {"oracle": "", "least_rung": "reported"},
        {"oracle": "letter:SENDT.WEB", "least_rung": "receipt"},
        {"oracle": "letter:SENDT.WEB\ndelivery:DELIVERED", "least_rung": "signed"},
    ],
)
def test_what_some_way_to_prove_it_reaches_can_be_asked(
    cast: Cast, journey: Journey, reachable: dict[str, str]
) -> None:
    assert asking(cast, reachable) == 302


def asking(cast: Cast, more: dict[str, str]) -> int:
    """Staff change T07 in the catalogue."""
    client = cast.client(cast.staff)
    shown = client.get("/catalogue/T07/").context["form"].initial
    said = {name: "" if value is None else value for name, value in shown.items()}
    return int(client.post("/catalogue/T07/", said | more).status_code)


def test_a_run_that_grows_old_is_told_ahead_of_time(journey: Journey, asks: Asks) -> None:
    asks(max_age_days=10)
    journey.scenario_set()
    journey.runs()

    def told(days: int) -> list[tuple[str, str]]:
        with time_machine.travel(clock.now() + datetime.timedelta(days=days)):
            return [
                (move.reason, str(dict(move.params)["until"]))
                for move in gates.next_moves(facts_now(journey.integration))
                if move.reason == "scenario_ages"
            ]

    last = str(today() + datetime.timedelta(days=10))
    assert [told(days) for days in (2, 3, 10, 11)] == [[], [("scenario_ages", last)], [("scenario_ages", last)], []]


def test_what_grows_old_first_is_what_it_is_due_by(journey: Journey, asks: Asks) -> None:
    asks(max_age_days=10)
    t08 = CatalogueScenario.objects.in_force().get(code="T08")
    said = {name: getattr(t08, name) for name in ("code", "title", "passes_when", "interface", "condition")}
    workflow.edit_catalogue(by=journey.cast.staff, expected_id=t08.pk, max_age_days=7, **said)
    journey.scenario_set()
    journey.runs()
    with time_machine.travel(clock.now() + datetime.timedelta(days=4)):
        moves = gates.next_moves(facts_now(journey.integration))
    (whole,) = [move for move in moves if move.reason == "scenarios_age"]
    assert (dict(whole.params)["until"], len(whole.parts)) == (str(today() + datetime.timedelta(days=7)), 2)
