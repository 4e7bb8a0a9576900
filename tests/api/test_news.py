"""What a build says anew is recorded, and what it only says again, or less well, is not."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import clock, workflow
from milestones.demo import Journey
from milestones.models import CatalogueScenario, EventKind, ScenarioRun
from milestones.process import ChangeKind, Environment, Rung
from milestones.workdays import add_working_days
from milestones.workflow import results, room
from tests.api.calling import Build, a_token, build_of, problem
from tests.cast import Cast, facts_now, reasons
from tests.evidence import bodies
from tests.made_once import made_once
from tests.results.sending import answers, captured, counting, junit

pytestmark = pytest.mark.django_db
PASSED, FAILED = {"t07_letter": ""}, {"t07_letter": "<failure/>"}


def in_days(days: int) -> Any:
    return time_machine.travel(timezone.now() + datetime.timedelta(days=days))


def letter(journey: Journey) -> tuple[str, str]:
    """The run of T07 that counts: how it went, and how that is known."""
    return counting(journey)["T07"]


def asks(**more: Any) -> None:
    """The catalogue asks more of T07."""
    CatalogueScenario.objects.filter(code="T07").update(**more)


def signed(build: Build) -> None:
    assert build.send(answers(captured(bodies.delivery()))).status_code == 201


def test_what_an_older_report_said_is_said_once(build: Build, journey: Journey) -> None:
    """However often it is sent again: it takes no room from what is new."""
    old = junit(FAILED, at=clock.now() - datetime.timedelta(days=1))
    build.send(junit(PASSED))
    for _again in range(3):
        build.send(old, **{"Idempotency-Key": str(_again)})
    assert ScenarioRun.objects.filter(outcome="failed").count() == 1
    assert letter(journey) == ("passed", "reported")


# --- What is known better stays


def test_a_pass_that_is_known_less_well_leaves_what_digipost_signed(build: Build, journey: Journey) -> None:
    asks(least_rung=Rung.SIGNED)
    signed(build)
    with in_days(1):
        said = build.send(junit(PASSED))
        assert (said.status_code, [one["scenario"] for one in said.json()["recorded"]]) == (201, ["T07"])
        assert letter(journey) == ("passed", "signed")
        receipt = bodies.receipt(letters=[("SENDT", "WEB", "")], start=now(), end=now()).encode()
        assert build.send(receipt).status_code == 201
        assert letter(journey) == ("passed", "signed")


def now() -> str:
    return clock.now().isoformat(timespec="seconds")


def test_a_failure_is_always_news(build: Build, journey: Journey) -> None:
    signed(build)
    build.send(junit(FAILED))
    assert letter(journey) == ("failed", "reported")
    build.send(junit(FAILED))
    assert ScenarioRun.objects.filter(scenario__code="T07").count() == 2
    with in_days(1):
        build.send(junit(FAILED))
        assert ScenarioRun.objects.filter(scenario__code="T07").count() == 3


def test_every_statement_of_digiposts_is_recorded_that_is_known_as_well(build: Build, journey: Journey) -> None:
    now = clock.now().replace(microsecond=0)
    for seconds in range(3):
        said = captured(bodies.delivery(), at=now + datetime.timedelta(seconds=seconds))
        assert build.send(answers(said)).status_code == 201
    assert ScenarioRun.objects.filter(scenario__code="T07").count() == 3


# --- Age


def test_a_pass_of_a_later_day_renews_what_grows_old(build: Build, journey: Journey) -> None:
    build.send(junit(PASSED))
    with in_days(1):
        build.send(junit(PASSED))
        assert ScenarioRun.objects.count() == 1, "nothing grows old here"
        asks(max_age_days=30)
        for _ in range(2):
            build.send(junit(PASSED))
        assert ScenarioRun.objects.count() == 2, "once a day"


@pytest.mark.parametrize(("days", "renewed"), [(10, False), (22, False), (23, True), (31, True)])
def test_what_is_known_less_well_takes_over_when_the_better_one_grows_too_old(
    build: Build, journey: Journey, days: int, renewed: bool
) -> None:
    asks(max_age_days=30)
    signed(build)
    long = build_of(journey, a_token(journey, journey.cast.lead, name="Lenge", days=300))
    with in_days(days):
        long.send(junit(PASSED))
        assert letter(journey) == ("passed", "reported" if renewed else "signed")


@pytest.mark.parametrize("days", [25, 40])
def test_what_is_not_known_well_enough_renews_nothing(build: Build, journey: Journey, days: int) -> None:
    asks(max_age_days=30, least_rung=Rung.SIGNED)
    signed(build)
    long = build_of(journey, a_token(journey, journey.cast.lead, name="Lenge", days=300))
    with in_days(days):
        assert long.send(junit(PASSED)).status_code == 201
        assert letter(journey) == ("passed", "signed")


# --- Retests


@made_once
def launched(cast: Cast) -> Journey:
    """In operations."""
    journey = cast.journey()
    journey.to_operations()
    return journey


CERTIFICATE = {"t01_root": "", "t02_refused": "", "t25_expiry": ""}


def declare(journey: Journey) -> None:
    said: dict[str, Any] = {"description": "Nytt sertifikat.", "retest_by": add_working_days(clock.today(), 10)}
    workflow.declare_change(journey.integration, by=journey.cast.manager, kind=ChangeKind.CERTIFICATE, **said)


def test_a_retest_on_the_day_of_the_change_is_recorded(launched: Journey, cast: Cast) -> None:
    build = build_of(launched, a_token(launched, cast.lead))
    assert build.send(junit(CERTIFICATE)).status_code == 201
    declare(launched)
    before = ScenarioRun.objects.count()
    assert reasons(launched.integration, "D.4")
    assert build.send(junit(CERTIFICATE)).status_code == 201
    assert ScenarioRun.objects.count() == before + 3
    assert (reasons(launched.integration, "D.4"), facts_now(launched.integration).changes) == ([], ())
    assert build.send(junit(CERTIFICATE)).status_code == 201
    assert ScenarioRun.objects.count() == before + 3


def test_a_retest_that_fails_is_recorded_once(launched: Journey, cast: Cast) -> None:
    build = build_of(launched, a_token(launched, cast.lead))
    declare(launched)
    before = ScenarioRun.objects.count()
    for _ in range(2):
        assert build.send(junit({"t01_root": "<failure/>"})).status_code == 201
    assert ScenarioRun.objects.count() == before + 1


def test_a_report_from_before_the_change_is_no_retest(launched: Journey, cast: Cast) -> None:
    build = build_of(launched, a_token(launched, cast.lead))
    assert build.send(junit(CERTIFICATE)).status_code == 201
    declare(launched)
    before = ScenarioRun.objects.count()
    yesterday = clock.now() - datetime.timedelta(days=1)
    assert build.send(junit(CERTIFICATE, at=yesterday)).status_code == 201
    assert ScenarioRun.objects.count() == before


# --- What cannot be recorded holds up no other


def fails_signed(build: Build) -> None:
    """Digipost signs that T07 failed."""
    sent = build.send(answers(captured(bodies.error("UNKNOWN_RECIPIENT"), status=400, scenario="T07")))
    assert sent.status_code == 201


def test_a_signed_failure_refuses_its_own_scenario_alone(build: Build, journey: Journey) -> None:
    fails_signed(build)
    said = build.send(junit({"t07_letter": "", "t08_attachments": ""}))
    assert (said.status_code, [one["scenario"] for one in said.json()["recorded"]]) == (201, ["T08"])
    (refused,) = said.json()["unplaced"]
    assert refused["what"] == "T07"
    assert "nyere signert svar" in refused["why"]
    assert (letter(journey), counting(journey)["T08"]) == (("failed", "signed"), ("passed", "reported"))
    problem(build.send(junit(PASSED)), 422, "invalid")


def test_a_scenario_without_room_refuses_its_own_result_alone(
    build: Build, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.send(junit(PASSED))
    monkeypatch.setattr(room, "RUNS", 1)
    said = build.send(junit(FAILED | {"t08_attachments": ""}))
    assert [one["scenario"] for one in said.json()["recorded"]] == ["T08"]
    assert [one["what"] for one in said.json()["unplaced"]] == ["T07"]


def test_a_test_from_before_production_was_open_is_told(launched: Journey, cast: Cast) -> None:
    workflow.add_scenario(
        launched.integration, by=cast.lead, environment=Environment.PRODUCTION, code="P02", title="Eget",
        passes_when="Virker",
    )  # fmt: skip
    early = clock.now() - datetime.timedelta(days=500)
    build = build_of(launched, a_token(launched, cast.lead))
    old, new = junit({"p01_a": ""}, at=early), junit({"p02_a": ""})
    said = build.send(old, new, environment="production")
    assert said.status_code == 201, said.content
    assert [one["scenario"] for one in said.json()["recorded"]] == ["P02"]
    assert [one["what"] for one in said.json()["unplaced"]] == ["P01"]
    problem(build.send(old, environment="production"), 422, "invalid")


def test_the_same_answer_at_once_for_two_integrations_is_refused_in_words(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither sees what the other has not committed: the database says so."""
    answer = answers(captured(bodies.delivery()))
    assert build.send(answer).status_code == 201
    monkeypatch.setattr(results, "_used", lambda _statements: frozenset())
    said = problem(build.send(answer, **{"idempotency-key": "another"}), 422, "invalid")
    assert "Les inn filene på nytt" in said["detail"]


def test_when_production_was_opened_is_asked_once(launched: Journey, cast: Cast) -> None:
    for code in ("P02", "P03"):
        workflow.add_scenario(
            launched.integration, by=cast.lead, environment=Environment.PRODUCTION, code=code, title=code,
            passes_when="Virker",
        )  # fmt: skip
    build = build_of(launched, a_token(launched, cast.lead))
    with CaptureQueriesContext(connection) as queries:
        said = build.send(junit({"p01_a": "<failure/>", "p02_b": "", "p03_c": ""}), environment="production")
    assert len(said.json()["recorded"]) == 3
    first_opened = [one for one in queries if EventKind.PRODUCTION_ENABLED in one["sql"] and "LIMIT 1" in one["sql"]]
    assert len(first_opened) == 1
