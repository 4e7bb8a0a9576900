"""3.1 and 4.1: how the scenarios of a set went on one day is recorded on one page, in one go."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from milestones import gates, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import EventKind, ScenarioRun, latest_runs
from milestones.process import Environment, Outcome, ScopeMode
from tests.cast import Cast, facts_now
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    """Milestone 3, with a set that both sides have agreed on."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    return journey


PAGES = {"test": "scenarios", "production": "production-tests"}


def opened(cast: Cast, journey: Journey, environment: str = "test") -> dict[str, Any]:
    """What the page of the set sends along, as the technical lead has it open now."""
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/{PAGES[environment]}/").content.decode()
    return along(page)


def along(page: str) -> dict[str, Any]:
    """What the form on a page of the set has in hidden fields."""
    hidden = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("shown", "rest")}
    (table,) = re.findall(r'action="[^"]*/scenarios/runs/[^>]*>(.*?)</form>', page, re.DOTALL) or [""]
    return hidden | {"form_key": "".join(re.findall(r'name="form_key" value="([^"]+)"', table))}


def send(cast: Cast, journey: Journey, environment: str = "test", page: Any = None, **data: str) -> Any:
    """As the technical lead does, on the page of the set: as it is now, or as it was when it was `opened`."""
    address = f"/i/{journey.integration.reference}/scenarios/runs/{environment}/"
    page = page or opened(cast, journey, environment)
    return cast.client(cast.lead).post(address, {**page, "ran_on": str(today()), **data})


def outcomes(journey: Journey) -> dict[str, str]:
    """The outcome that counts, by scenario."""
    runs = latest_runs(journey.integration.scenarios.current()).values()
    return {run.scenario.code: run.outcome for run in runs}


def in_words_of_our_own(cast: Cast, journey: Journey) -> Any:
    """A scenario beside the basic ones."""
    return workflow.add_scenario(
        journey.integration, by=cast.lead, environment=Environment.TEST, code="E01", title="Nytt", passes_when="Virker"
    )


def test_the_whole_set_passes_with_one_form(cast: Cast, journey: Journey) -> None:
    answer = send(cast, journey, rest_passed="on")
    assert answer.url == f"/i/{journey.integration.reference}/milestones/3/"  # nothing is left for them in the set
    scenarios = journey.integration.scenarios.current()
    assert outcomes(journey) == {one.code: "passed" for one in scenarios}
    assert not gates.unmet_of("3.1", facts_now(journey.integration))
    recorded = journey.integration.events.filter(kind=EventKind.RUN_RECORDED)
    assert {event.subject for event in recorded} == {f"{one.code} test said" for one in scenarios}
    assert {run.recorded_by for run in ScenarioRun.objects.all()} == {cast.lead}


def test_what_is_marked_goes_before_the_rest(cast: Cast, journey: Journey) -> None:
    send(cast, journey, rest_passed="on", outcome_T02="failed", note_T02="Feilkode 400")
    assert outcomes(journey)["T02"] == "failed"
    assert {outcome for code, outcome in outcomes(journey).items() if code != "T02"} == {"passed"}
    assert ScenarioRun.objects.exclude(note="").get().note == "Feilkode 400"


def test_what_has_passed_is_not_recorded_again(cast: Cast, journey: Journey) -> None:
    send(cast, journey, outcome_T01="passed")
    assert outcomes(journey) == {"T01": "passed"}
    send(cast, journey, rest_passed="on")
    assert ScenarioRun.objects.filter(scenario__code="T01").count() == 1
    assert len(outcomes(journey)) == journey.integration.scenarios.current().count()


def test_one_document_shows_all_of_them(cast: Cast, journey: Journey) -> None:
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    first, second = list(journey.integration.scenarios.current())[:2]
    passed = dict.fromkeys((first.pk, second.pk), Outcome.PASSED)
    document = journey.integration.documents.earliest("pk")
    workflow.record_runs(
        journey.integration, Environment.TEST, by=cast.lead, ran_on=today(), outcomes=passed, notes={},
        document=document.file,
    )  # fmt: skip
    (stored,) = {run.document for run in ScenarioRun.objects.all()}
    assert stored is not None
    judged = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/verification/")
    assert stored.name in judged.content.decode()


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({}, "__all__", "Velg resultat for minst ett scenario."),
        ({"note_T01": "Alt gikk bra"}, "outcome_T01", "Her står det en merknad, men ikke noe resultat."),
        ({"outcome_T01": "kanskje"}, "outcome_T01", "kanskje"),
        ({"outcome_T01": "passed", "ran_on": "2199-01-01"}, "ran_on", "Datoen"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_recorded(
    cast: Cast, journey: Journey, data: dict[str, str], field: str, told: str
) -> None:
    answer = send(cast, journey, **data)
    assert answer.status_code == 422
    form = answer.context["runs"]
    assert told in " ".join(form.errors[field])
    assert not ScenarioRun.objects.exists()
    assert data.get("note_T01", "") in answer.content.decode()


@pytest.mark.parametrize("data", [{"outcome_T01": "passed"}, {"rest_passed": "on", "outcome_T02": "failed"}])
def test_a_second_press_records_nothing(cast: Cast, journey: Journey, data: dict[str, str]) -> None:
    page = opened(cast, journey)
    assert send(cast, journey, page=page, **data).status_code == 302
    runs = ScenarioRun.objects.count()
    assert send(cast, journey, page=page, **data).status_code == 409
    assert ScenarioRun.objects.count() == runs


def test_the_same_again_is_another_run_once_something_was_recorded_since(cast: Cast, journey: Journey) -> None:
    first = journey.integration.scenarios.current()[0]
    send(cast, journey, outcome_T01="failed")
    workflow.record_run(journey.integration, first.pk, by=cast.lead, ran_on=today(), outcome=Outcome.PASSED)
    assert send(cast, journey, outcome_T01="failed").status_code == 302
    assert outcomes(journey)["T01"] == "failed"


def test_what_is_kept_back_is_not_of_the_rest(cast: Cast, journey: Journey) -> None:
    send(cast, journey, rest_passed="on", outcome_T03="not_now")
    assert "T03" not in outcomes(journey)
    assert len(outcomes(journey)) == journey.integration.scenarios.current().count() - 1


def test_an_old_page_records_nothing_of_what_it_did_not_show(cast: Cast, journey: Journey) -> None:
    page = opened(cast, journey)
    in_words_of_our_own(cast, journey)
    assert send(cast, journey, page=page, rest_passed="on").status_code == 302
    assert "E01" not in outcomes(journey)


def test_nor_anything_at_all_if_something_it_showed_is_gone(cast: Cast, journey: Journey) -> None:
    page = opened(cast, journey)
    first = journey.integration.scenarios.current()[0]
    workflow.remove_scenario(journey.integration, first.pk, by=cast.lead)
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)  # the same id, and another scenario
    answer = send(cast, journey, page=page, outcome_T01="passed")
    assert "Ikke lenger i settet slik denne siden viste det: T01." in told_by(answer)
    assert not ScenarioRun.objects.exists()


def told_by(answer: Any) -> str:
    """What the page says above the table, when it gives back what was filled in."""
    assert answer.status_code == 422
    return " ".join(answer.context["runs"].non_field_errors())


def test_an_old_page_gives_back_what_was_filled_in_and_takes_it_then(cast: Cast, journey: Journey) -> None:
    gone = in_words_of_our_own(cast, journey)
    page = opened(cast, journey)
    workflow.remove_scenario(journey.integration, gone.pk, by=cast.lead)
    yesterday = str(today() - datetime.timedelta(days=1))
    filled_in = {
        "ran_on": yesterday, "rest_passed": "on", "outcome_T02": "failed", "note_T02": "Feilkode 400",
        "outcome_E01": "passed", "note_E01": "Gikk <fint>",
    }  # fmt: skip
    answer = send(cast, journey, page=page, **filled_in)
    told = told_by(answer)
    assert "Ikke lenger i settet slik denne siden viste det: E01." in told
    assert "E01: Gikk <fint>" in told
    assert not ScenarioRun.objects.exists()
    text = answer.content.decode()
    assert "Gikk &lt;fint&gt;" in text
    form = answer.context["runs"]
    there = {name: form[name].value() for name in ("ran_on", "rest_passed", "outcome_T02", "note_T02")}
    assert there == {"ran_on": yesterday, "rest_passed": True, "outcome_T02": "failed", "note_T02": "Feilkode 400"}
    assert send(cast, journey, page=along(text), **filled_in).status_code == 302
    assert outcomes(journey)["T02"] == "failed"
    assert {str(run.ran_on) for run in ScenarioRun.objects.all()} == {yesterday}
    assert len(outcomes(journey)) == journey.integration.scenarios.current().count()


def test_an_old_page_of_a_set_that_was_emptied_gives_back_the_notes(cast: Cast, journey: Journey) -> None:
    page = opened(cast, journey)
    for one in journey.integration.scenarios.current():
        workflow.remove_scenario(journey.integration, one.pk, by=cast.lead)
    assert "T01: Gikk fint" in told_by(send(cast, journey, page=page, outcome_T01="passed", note_T01="Gikk fint"))


def test_a_scenario_that_is_out_of_the_set_stops_all_of_them(cast: Cast, journey: Journey) -> None:
    gone, there = list(journey.integration.scenarios.current())[:2]
    workflow.remove_scenario(journey.integration, gone.pk, by=cast.lead)
    passed = dict.fromkeys((there.pk, gone.pk), Outcome.PASSED)
    with pytest.raises(workflow.Stale):
        workflow.record_runs(
            journey.integration, Environment.TEST, by=cast.lead, ran_on=today(), outcomes=passed, notes={}
        )
    assert not ScenarioRun.objects.exists()


def test_a_scenario_of_the_other_environment_is_not_of_this_set(cast: Cast, journey: Journey) -> None:
    scenario = journey.integration.scenarios.current()[0]
    journey.runs()
    journey.open_production()
    journey.pass_milestone(3)
    with pytest.raises(workflow.Stale):
        workflow.record_runs(
            journey.integration, Environment.PRODUCTION, by=cast.lead, ran_on=today(),
            outcomes={scenario.pk: Outcome.PASSED}, notes={},
        )  # fmt: skip


def test_nothing_runs_in_production_before_milestone_3_is_approved(cast: Cast, journey: Journey) -> None:
    assert send(cast, journey, "production", rest_passed="on").status_code == 409


def test_nothing_ran_in_production_before_it_was_opened(cast: Cast, journey: Journey) -> None:
    journey.runs()
    journey.open_production()
    journey.pass_milestone(3)
    journey.production_scope()
    yesterday = today() - datetime.timedelta(days=1)
    answer = send(cast, journey, "production", rest_passed="on", ran_on=str(yesterday))
    assert list(answer.context["runs"].errors) == ["ran_on"]
    assert send(cast, journey, "production", rest_passed="on").status_code == 302
    assert not gates.unmet_of("4.1", facts_now(journey.integration))


def test_who_records_no_runs_sees_the_table_alone(cast: Cast, journey: Journey) -> None:
    page = cast.client(cast.staff).get(f"/i/{journey.integration.reference}/scenarios/")
    assert "runs" not in page.context
    assert len(page.context["rows"]) == journey.integration.scenarios.current().count()


def test_no_runs_are_recorded_in_production_where_none_are_needed(cast: Cast, journey: Journey) -> None:
    journey.runs()
    journey.open_production()
    journey.pass_milestone(3)
    journey.production_scope()
    address = f"/i/{journey.integration.reference}/production-tests/"
    assert "runs" in cast.client(cast.lead).get(address).context
    workflow.set_scope(
        journey.integration, by=cast.lead, mode=ScopeMode.NOT_NEEDED, reason="Prøvd før", no_print_trial_reason=""
    )
    page = cast.client(cast.lead).get(address)
    assert "runs" not in page.context
    assert [row.scenario.code for row in page.context["rows"]] == ["P01"]
