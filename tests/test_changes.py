"""D.4: a change declared in operations, what is retested after it, and what it leaves alone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from milestones import clock, gates, snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.models import (
    Attestation,
    CatalogueScenario,
    DeclaredChange,
    Event,
    EventKind,
    Mail,
    MailKind,
    Scenario,
    ScenarioRun,
)
from milestones.models.changes import runs_since
from milestones.policy import Forbidden
from milestones.process import Accord, ChangeKind, Environment, MilestoneState, Outcome, Phase, Rung
from milestones.workdays import add_working_days
from milestones.workflow import room
from tests.cast import Cast, facts_now, fresh, reasons
from tests.made_once import made_once

TOUCHED = {
    "certificate": {"T01", "T02", "T25"},
    "service": {"T07", "T10", "T13", "T14"},
    "supplier": {"T01", "T02", "T03", "T05", "T07", "T16", "T25", "T26"},
}
"""Of Fjordvik's set: by API, with SMS and opening receipts, without print and not on behalf of others."""


@made_once
def launched(cast: Cast) -> Journey:
    """In operations."""
    journey = cast.journey()
    journey.to_operations()
    return journey


def declare(journey: Journey, kind: str = "certificate", **said: Any) -> DeclaredChange:
    named: dict[str, Any] = {"description": "Nytt sertifikat.", "retest_by": add_working_days(today(), 10)}
    named |= {"kind": ChangeKind(kind), **said}
    return workflow.declare_change(journey.integration, by=journey.cast.manager, **named)


def run(journey: Journey, code: str, outcome: Outcome = Outcome.PASSED, **said: Any) -> None:
    scenario = journey.integration.scenarios.current().get(code=code, environment=Environment.TEST)
    named: dict[str, Any] = {"ran_on": today(), "outcome": outcome}
    workflow.record_run(journey.integration, scenario.pk, by=journey.cast.lead, **(named | said))


def left(journey: Journey) -> dict[str, str]:
    """What is not retested yet: why, by the scenario's id."""
    found = gates.unmet_of("D.4", facts_now(journey.integration))
    return {dict(part.params)["scenario"][:3]: part.reason for one in found for part in one.each}


def kinds_of(journey: Journey) -> list[str]:
    told = (EventKind.CHANGE_DECLARED, EventKind.CHANGE_WITHDRAWN, EventKind.CHANGE_COMPLETED)
    return list(journey.integration.events.filter(kind__in=told).order_by("pk").values_list("kind", flat=True))


# --- What is touched


@pytest.mark.parametrize("kind", TOUCHED)
def test_exactly_what_the_catalogue_says_is_retested(launched: Journey, kind: str) -> None:
    change = declare(launched, kind)
    assert set(change.scenarios.values_list("code", flat=True)) == TOUCHED[kind]
    assert left(launched) == dict.fromkeys(TOUCHED[kind], "retest_not_run")


def test_a_new_interface_touches_the_whole_set_that_is_required(launched: Journey, cast: Cast) -> None:
    required = launched.integration.scenarios.current().filter(environment=Environment.TEST, required=True)
    change = declare(launched, "interface")
    assert set(change.scenarios.all()) == set(required)


def test_the_catalogue_counts_as_the_set_was_agreed(launched: Journey, cast: Cast) -> None:
    entry = CatalogueScenario.objects.in_force().get(code="T01")
    said: Any = {name: getattr(entry, name) for name in ("code", "title", "passes_when", "interface", "condition")}
    workflow.edit_catalogue(by=cast.staff, expected_id=entry.pk, touched_by=["service"], **said)
    assert set(declare(launched).scenarios.values_list("code", flat=True)) == TOUCHED["certificate"]
    workflow.add_scenario(
        launched.integration, by=cast.lead, environment=Environment.TEST, code="E01", title="Eget",
        passes_when="Virker",
    )  # fmt: skip
    launched.agree(Accord.SCENARIOS)
    assert "T01" not in declare(launched, "version").scenarios.values_list("code", flat=True)
    assert "E01" not in declare(launched, "interface").scenarios.values_list("code", flat=True)


def test_what_is_only_if_needed_is_not_retested(launched: Journey, cast: Cast) -> None:
    Scenario.objects.filter(integration=launched.integration, code="T25").update(required=False)
    assert set(declare(launched).scenarios.values_list("code", flat=True)) == {"T01", "T02"}


def test_what_touches_nothing_is_completed_at_once(launched: Journey) -> None:
    Scenario.objects.filter(integration=launched.integration).update(required=False)
    assert declare(launched).scenarios.count() == 0
    assert launched.integration.declared_changes.get().completed_at
    assert kinds_of(launched) == [EventKind.CHANGE_DECLARED, EventKind.CHANGE_COMPLETED]
    assert left(launched) == {}


# --- Retested


def test_it_is_completed_once_all_have_passed_again(launched: Journey, cast: Cast) -> None:
    change = declare(launched)
    run(launched, "T01")
    run(launched, "T02")
    assert left(launched) == {"T25": "retest_not_run"}
    run(launched, "T07")  # touched by none of it
    assert kinds_of(launched) == [EventKind.CHANGE_DECLARED]
    run(launched, "T25")
    change.refresh_from_db()
    assert change.completed_at
    assert not change.is_open
    event = launched.integration.events.get(kind=EventKind.CHANGE_COMPLETED)
    assert (event.actor, event.subject, event.to_value) == (None, "certificate", "T01, T02, T25")
    assert left(launched) == {}
    run(launched, "T25", Outcome.FAILED)  # afterwards: a failing run as any other
    assert left(launched) == {}


def test_many_recorded_in_one_go_complete_it_once(launched: Journey) -> None:
    declare(launched)
    launched.runs()
    assert kinds_of(launched) == [EventKind.CHANGE_DECLARED, EventKind.CHANGE_COMPLETED]


def test_the_latest_run_counts(launched: Journey) -> None:
    declare(launched)
    run(launched, "T01")
    run(launched, "T01", Outcome.FAILED)
    assert left(launched)["T01"] == "retest_failed"
    run(launched, "T01")
    assert "T01" not in left(launched)


def test_a_run_of_a_day_before_the_change_shows_nothing(launched: Journey) -> None:
    declare(launched)
    run(launched, "T01", ran_on=today() - datetime.timedelta(days=1))
    assert left(launched)["T01"] == "retest_not_run"


def test_a_run_that_was_recorded_before_shows_nothing(launched: Journey) -> None:
    run(launched, "T01")
    declare(launched)
    assert left(launched)["T01"] == "retest_not_run"


def test_a_run_in_production_shows_nothing(launched: Journey, cast: Cast) -> None:
    letter = launched.integration.scenarios.current().get(environment=Environment.TEST, code="T07")
    Scenario.objects.filter(integration=launched.integration, code="P01").update(code="T07")
    in_production = launched.integration.scenarios.get(environment=Environment.PRODUCTION)
    declare(launched, "service")
    named: dict[str, Any] = {"ran_on": today(), "outcome": Outcome.PASSED}
    workflow.record_run(launched.integration, in_production.pk, by=cast.lead, **named)
    assert left(launched)["T07"] == "retest_not_run"
    workflow.record_run(launched.integration, letter.pk, by=cast.lead, **named)
    assert "T07" not in left(launched)


def test_what_digipost_answered_before_the_declaration_shows_nothing(launched: Journey, cast: Cast) -> None:
    """For such an answer the moment is known, and not the day alone."""
    change = declare(launched)
    for hours, shown in ((-1, False), (1, True)):
        run(launched, "T01")
        of = ScenarioRun.objects.filter(scenario__integration=launched.integration).latest("pk")
        at = change.declared_at + datetime.timedelta(hours=hours)
        named: dict[str, Any] = {"environment": Environment.TEST, "rung": Rung.SIGNED, "digest": str(hours), "at": at}
        signed = Attestation.objects.create(integration=launched.integration, recorded_by=cast.lead, **named)
        signed.shows.add(of)
        assert ("T01" not in left(launched)) == shown
        assert (of in runs_since([change])[change.pk].values()) == shown


def test_it_is_shown_as_well_as_the_catalogue_asks(launched: Journey, cast: Cast) -> None:
    CatalogueScenario.objects.filter(code="T01").update(least_rung=Rung.DOCUMENT)
    declare(launched)
    run(launched, "T01")
    assert left(launched)["T01"] == "retest_below_rung"
    run(launched, "T01", document=SimpleUploadedFile("logg.pdf", a_pdf()))
    assert "T01" not in left(launched)


def test_two_changes_wait_apart_and_one_run_shows_both(launched: Journey) -> None:
    first, second = declare(launched), declare(launched, "supplier", retest_by=today())
    found = gates.unmet_of("D.4", facts_now(launched.integration))
    assert [(dict(one.params)["change"], dict(one.params)["count"]) for one in found] == [
        (str(first.pk), "3"),
        (str(second.pk), "8"),
    ]
    items = launched.integration.waiting_items.filter(code="D.4")
    assert [item.due_on for item in items] == [first.retest_by, second.retest_by]
    assert len({snapshots.key_of(item) for item in items}) == 2
    for code in TOUCHED["certificate"]:
        run(launched, code)
    assert [one.pk for one in facts_now(launched.integration).changes] == [second.pk]
    assert set(left(launched)) == TOUCHED["supplier"] - TOUCHED["certificate"]


def test_what_leaves_the_set_is_waited_for_until_both_agree_without_it(launched: Journey, cast: Cast) -> None:
    declare(launched)
    run(launched, "T01")
    run(launched, "T02")
    scenario = launched.integration.scenarios.current().get(code="T25")
    workflow.remove_scenario(launched.integration, scenario.pk, by=cast.manager)
    assert left(launched) == {"T25": "retest_not_run"}  # one side alone takes nothing out of a retest
    workflow.add_basic_scenarios(launched.integration, by=cast.manager)
    assert left(launched) == {"T25": "retest_not_run"}
    CatalogueScenario.objects.filter(code="T25").update(valid_to=clock.now())
    again = launched.integration.scenarios.current().get(code="T25")
    workflow.remove_scenario(launched.integration, again.pk, by=cast.manager)
    launched.agree(Accord.SCENARIOS)
    assert left(launched) == {}
    assert kinds_of(launched)[-1] == EventKind.CHANGE_COMPLETED


def test_what_the_catalogue_no_longer_asks_completes_it_at_night(launched: Journey, cast: Cast) -> None:
    CatalogueScenario.objects.filter(code="T01").update(least_rung=Rung.DOCUMENT)
    declare(launched)
    for code in TOUCHED["certificate"]:
        run(launched, code)
    assert left(launched) == {"T01": "retest_below_rung"}
    CatalogueScenario.objects.filter(code="T01").update(least_rung=Rung.SAID)
    tasks.refresh_snapshots()
    assert kinds_of(launched)[-1] == EventKind.CHANGE_COMPLETED
    assert [one for one, differs in snapshots.differences() if differs] == []


# --- What it leaves alone


def standing(journey: Journey) -> list[object]:
    """Phase, milestones, approval and production, as they are recorded."""
    here = fresh(journey.integration)
    milestones = list(here.milestones.order_by("number").values())
    return [here.phase, here.status, milestones, here.verification.stands, here.accounts.production_enabled]


@pytest.mark.parametrize("kind", ChangeKind)
def test_a_declaration_moves_nothing(launched: Journey, kind: ChangeKind) -> None:
    before = standing(launched)
    change = declare(launched, kind)
    assert standing(launched) == before
    assert facts_now(launched.integration).production_enabled
    assert reasons(launched.integration, "3.1") == []
    workflow.withdraw_change(launched.integration, change.pk, by=launched.cast.lead, reason="Utsatt.")
    assert standing(launched) == before


def test_a_failing_retest_is_a_failing_run(launched: Journey) -> None:
    """3.1 is no longer met, and Digipost's approval falls; production stays, as after any failing run."""
    declare(launched)
    run(launched, "T01", Outcome.FAILED)
    here = fresh(launched.integration)
    assert (here.phase, here.verification.stands) == (Phase.OPERATIONS, False)
    assert here.accounts.production_enabled
    assert reasons(here, "3.1") == ["scenario_failed"]
    assert set(here.milestones.values_list("state", flat=True)) == {MilestoneState.APPROVED}
    assert here.events.filter(kind=EventKind.REQUIREMENT_LAPSED).exists()


# --- Who, when, how many


def test_only_in_operations(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    with pytest.raises(workflow.GateClosed) as refused:
        declare(journey)
    assert [one.reason for one in refused.value.unmet] == ["milestone_not_approved"]


@pytest.mark.parametrize("who", ["staff", "contract", "owner"])
def test_others_do_not(launched: Journey, cast: Cast, who: str) -> None:
    change, person = declare(launched), getattr(cast, who)
    with pytest.raises(Forbidden):
        workflow.declare_change(
            launched.integration, by=person, kind=ChangeKind.VERSION, description="Ny", retest_by=today()
        )
    with pytest.raises(Forbidden):
        workflow.withdraw_change(launched.integration, change.pk, by=person, reason="Nei")


def test_not_by_yesterday(launched: Journey) -> None:
    with pytest.raises(ValidationError) as refused:
        declare(launched, retest_by=today() - datetime.timedelta(days=1))
    assert set(refused.value.message_dict) == {"retest_by"}
    declare(launched, retest_by=today())


def test_what_has_ended_is_not_withdrawn(launched: Journey, cast: Cast) -> None:
    change = declare(launched)
    workflow.withdraw_change(launched.integration, change.pk, by=cast.manager, reason="Utsatt.")
    assert left(launched) == {}
    change.refresh_from_db()
    assert (change.withdrawn_by, change.withdrawn_because) == (cast.manager, "Utsatt.")
    with pytest.raises(workflow.Stale):
        workflow.withdraw_change(launched.integration, change.pk, by=cast.manager, reason="Igjen.")
    launched.runs()
    assert EventKind.CHANGE_COMPLETED not in kinds_of(launched)


def test_what_was_withdrawn_can_be_declared_again(launched: Journey, cast: Cast) -> None:
    with workflow.sent_with(""):
        change = declare(launched)
        with pytest.raises(workflow.Stale):
            declare(launched)
        workflow.withdraw_change(launched.integration, change.pk, by=cast.manager, reason="Feil dag.")
        declare(launched)
    assert launched.integration.declared_changes.count() == 2


@pytest.mark.parametrize("limit", ["CHANGES", "OPEN_CHANGES"])
def test_there_is_room_for_so_many(launched: Journey, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(room, limit, 2)
    declare(launched)
    declare(launched, "version")
    with pytest.raises(ValidationError):
        declare(launched, "supplier")


def test_completing_makes_room_among_the_open_ones(launched: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "OPEN_CHANGES", 1)
    declare(launched)
    launched.runs()
    declare(launched)


# --- What is told


def told(kind: str = MailKind.CHANGE) -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("recipient__email", flat=True))


def test_digiposts_contact_is_told_at_once(launched: Journey, cast: Cast) -> None:
    workflow.set_contact(launched.integration, by=cast.staff, contact=cast.staff)
    change = declare(launched)
    assert told() == [cast.staff.email]
    workflow.withdraw_change(launched.integration, change.pk, by=cast.manager, reason="Utsatt.")
    assert told() == [cast.staff.email] * 2
    declare(launched)
    launched.runs()
    assert told() == [cast.staff.email] * 4


def test_it_is_due_by_the_day_that_was_declared(launched: Journey) -> None:
    change = declare(launched)
    item = launched.integration.waiting_items.get(code="D.4")
    assert (item.reason, item.due_on) == ("retests_left", change.retest_by)
    with time_machine.travel(clock.now() + datetime.timedelta(days=3), tick=False):
        tasks.refresh_snapshots()
    assert launched.integration.waiting_items.get(code="D.4").due_on == change.retest_by


def test_its_events_tell_what_happened(launched: Journey) -> None:
    change = declare(launched)
    event = Event.objects.get(kind=EventKind.CHANGE_DECLARED)
    assert (event.subject, event.reason) == ("certificate", change.description)
    assert event.to_value == f"{change.retest_by}: T01, T02, T25"
