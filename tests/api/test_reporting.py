"""What a build reports: recorded as who made the token, on the rung of a report, and named in the history."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.evidence.files import Read
from milestones.evidence.reports import Report, ReportedTest, Result
from milestones.models import ApiToken, Attestation, Deviation, EventKind, ProposedResults, ScenarioRun
from milestones.process import Environment
from milestones.workflow import room
from tests.api.calling import DEVIATION, RUN, Build, problem
from tests.cast import Cast
from tests.evidence import bodies
from tests.results.sending import answers, captured, counting, junit

pytestmark = pytest.mark.django_db
PRIVATE_KEY = b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"


def test_a_report_is_recorded_as_such_and_says_by_which_token(build: Build, token: ApiToken, journey: Journey) -> None:
    answer = build.send(junit())
    today = str(clock.today())
    assert answer.status_code == 201
    assert answer.json()["recorded"] == [
        {"scenario": "T07", "outcome": "passed", "rung": "reported", "ran_on": today},
        {"scenario": "T08", "outcome": "failed", "rung": "reported", "ran_on": today},
    ]
    assert [one["what"] for one in answer.json()["unplaced"]] == [
        "file-0.xml: T09", "file-0.xml: T99", "file-0.xml",
    ]  # fmt: skip
    assert counting(journey) == {"T07": ("passed", "reported"), "T08": ("failed", "reported")}
    events = journey.integration.events.filter(kind=EventKind.RUN_RECORDED)
    assert {(event.actor, f"Bygg (…{token.last_four})" in event.reason) for event in events} == {(token.made_by, True)}
    assert ProposedResults.objects.get().token == token


def test_all_at_once_a_report_answers_and_a_body_of_its_own(build: Build, journey: Journey) -> None:
    assert build.send(junit(), answers(captured(bodies.delivery()))).status_code == 201
    assert counting(journey)["T07"] == ("passed", "signed")
    assert Attestation.objects.count() == 1
    raw = build.send_raw(junit({"t05_nobody": ""}), "application/x-www-form-urlencoded")
    assert raw.status_code == 201
    assert counting(journey)["T05"] == ("passed", "reported")
    assert ScenarioRun.objects.get(scenario__code="T05").found["file"] == "rapport.xml"


def test_what_says_nothing_new_adds_no_run(build: Build, journey: Journey) -> None:
    """A build that runs at every change would have filled the room for runs in a week."""
    assert build.send(junit({"t07_a": ""})).json()["recorded"][0]["scenario"] == "T07"
    again = build.send(junit({"t07_a": "", "t07_b": "", "helper": ""}))
    assert (again.status_code, [one["scenario"] for one in again.json()["recorded"]]) == (201, ["T07"])
    assert ScenarioRun.objects.count() == 1
    assert build.send(junit({"t07_a": "<failure/>"})).status_code == 201
    assert [run.outcome for run in ScenarioRun.objects.order_by("pk")] == ["passed", "failed"]


@pytest.mark.parametrize("content", [b"", b"   ", b"not a report", PRIVATE_KEY, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"])
def test_what_cannot_be_placed_at_all_is_refused_in_words(build: Build, content: bytes) -> None:
    for answer in (build.send(content), build.send_raw(content)):
        said = problem(answer, 422, "invalid")
        assert said["errors"][0]["message"]
    assert not ScenarioRun.objects.exists()
    assert not ProposedResults.objects.exists()


def test_no_files_and_too_many_are_refused(build: Build) -> None:
    problem(build.send(), 422, "invalid")
    problem(build.send(*[b"x"] * 51), 422, "invalid")
    problem(build.send(*[b"x"] * 101), 413, "too-large")


def test_what_is_larger_than_a_document_is_not_read(build: Build) -> None:
    problem(build.send_raw(b"x" * (21 * 1024 * 1024 + 1)), 413, "too-large")
    content = junit() + b" " * (2 * 1024 * 1024)
    assert build.send_raw(content).status_code == 201  # more than a form without files may have


def test_nothing_is_recorded_for_production_before_it_was_opened(build: Build) -> None:
    said = problem(build.send(junit(), environment="production"), 409, "not-yet")
    (unmet,) = said["unmet"]
    assert (unmet["code"], unmet["reason"], unmet["role"]) == ("M3", "milestone_not_approved", "onboarding")
    assert unmet["page"].startswith("http://localhost:8000/i/")


def test_a_busy_host_asks_to_try_again(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milestones.documents.places._taken", lambda: None)
    monkeypatch.setattr("milestones.documents.places.SECONDS_IN_LINE", 0)
    answer = build.send(junit())
    problem(answer, 503, "busy")
    assert answer["Retry-After"] == "60"
    monkeypatch.undo()
    assert build.send(junit()).status_code == 201


def test_so_many_reports_a_day(build: Build, cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "REPORTS_A_DAY", 2)
    sent = [build.send(junit({f"t07_{n}": "", "helper": ""})) for n in range(3)]
    assert [answer.status_code for answer in sent] == [201, 201, 422]
    assert "2" in problem(sent[2], 422, "invalid")["detail"]
    monkeypatch.setattr(room, "PROPOSALS_A_DAY", 1)  # what people choose is counted by itself
    by_hand = [Read("a.xml", "0" * 64, report=Report("JUnit XML", None, [ReportedTest.called("t08", Result.PASSED)]))]
    workflow.propose_results(journey.integration, Environment.TEST, by=cast.lead, files=by_hand)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        assert build.send(junit({"t07_later": ""})).status_code == 201


def test_a_single_run(build: Build, journey: Journey) -> None:
    answer = build.post("/runs", {**RUN, "note": "Bygg 4711"})
    assert answer.status_code == 201
    assert answer.json() == {**RUN, "rung": "reported", "ran_on": str(clock.today())}
    run = ScenarioRun.objects.get()
    assert (run.rung, run.note) == ("reported", "Bygg 4711")
    yesterday = str(clock.today() - datetime.timedelta(days=1))
    assert build.post("/runs", {**RUN, "outcome": "failed", "ran_on": yesterday}).json()["ran_on"] == yesterday


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": "passed"}, "scenario"),
        ({**RUN, "outcome": "maybe"}, "outcome"),
        ({**RUN, "scenario": "T99"}, "scenario"),
        ({**RUN, "scenario": ""}, "scenario"),
        ({**RUN, "scenario": 7}, "scenario"),
        ({**RUN, "ran_on": "1. mars"}, "ran_on"),
        ({**RUN, "ran_on": "2999-01-01"}, "ran_on"),
        ({**RUN, "ran_on": "1066-10-14"}, "ran_on"),
        ({**RUN, "note": "x" * 5001}, "note"),
        ({**RUN, "rung": "signed"}, "rung"),
        ({**RUN, "environment": "prod"}, "environment"),
    ],
)
def test_a_run_that_is_none_says_which_field(build: Build, said: dict[str, object], field: str) -> None:
    for language in ("nb", "en"):
        errors = problem(build.post("/runs", said, **{"accept-language": language}), 422, "invalid")["errors"]
        assert [one["field"] for one in errors] == [field]
        assert errors[0]["message"]
    assert not ScenarioRun.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b'{"note": "\\ud800"}', b"[" * 5000, b'{"a": NaN}'])
def test_what_is_no_json_object_is_not_read(build: Build, body: bytes) -> None:
    answer = build.client.post(f"{build.of}/runs", body, content_type="application/json")
    problem(answer, 400, "not-read")


def test_a_deviation(build: Build, journey: Journey) -> None:
    answer = build.post("/deviations", {**DEVIATION, "description": "Siden 08:00"})
    deviation = Deviation.objects.get()
    assert answer.status_code == 201
    assert answer.json()["page"].endswith(f"/i/{journey.integration.reference}/deviations/{deviation.pk}/")
    event = journey.integration.events.get(kind=EventKind.DEVIATION_OPENED)
    assert "Bygg" in event.reason
    errors = problem(build.post("/deviations", {"title": "x", "handler": "http://a.no"}), 422, "invalid")["errors"]
    assert [one["field"] for one in errors] == ["handler"]


def test_who_approved_the_tests_for_digipost_is_not_asked_for_more(build: Build, journey: Journey, cast: Cast) -> None:
    """3.2 is withdrawn by what a build reports, as by what a person records; the token itself decides nothing."""
    journey.runs()
    journey.approve_tests()
    assert build.send(junit({"t07_letter": "<failure/>"})).status_code == 201
    withdrawn = journey.integration.events.get(kind=EventKind.VERIFICATION_WITHDRAWN)
    assert withdrawn.actor is None


def test_nobody_who_is_named_in_an_answer_is_kept(build: Build, journey: Journey) -> None:
    sent = build.send(
        answers(captured(bodies.delivery(attachments=1)), captured(bodies.events("OPENED"), path="/events"))
    )
    kept = [str(list(model.objects.values())) for model in (Attestation, ScenarioRun, ProposedResults)]
    kept += [str(list(journey.integration.events.values())), sent.content.decode()]
    assert not [name for name in bodies.PLANTED for text in kept if name in text]
