"""What a token reads: the same as the pages say, in the language that is asked for, and nobody's name."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from milestones import gates, workflow
from milestones.addresses import absolute, path_to
from milestones.demo import Journey
from milestones.models import ApiToken, EventKind, Scope
from milestones.process import Environment
from tests.api.calling import READS, Build, a_token, build_of
from tests.cast import Cast, facts_now
from tests.query_counts import require_as_counted
from tests.results.sending import junit

pytestmark = pytest.mark.django_db


def test_my_integrations_are_the_one_that_it_is_of(build: Build, journey: Journey) -> None:
    (mine,) = build.client.get("/api/v1/integrations").json()
    assert mine["reference"] == journey.integration.reference
    assert mine["organisation"] == {"number": "984661185", "name": "Fjordvik kommune"}


def test_an_integration_with_its_milestones(build: Build, journey: Journey) -> None:
    read = build.get().json()
    assert (read["phase"], read["status"], read["production_enabled"]) == ("milestone_3", "active", False)
    assert [one["state"] for one in read["milestones"]] == ["approved"] * 2 + ["in_progress"] + ["upcoming"] * 2
    assert read["milestones"][0]["approved_on"]
    assert read["milestones"][2]["target_on"] == str(journey.integration.milestones.get(number=3).target_on)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_gates_say_what_the_pages_say(build: Build, journey: Journey, language: str) -> None:
    answer = build.get("/gates", **{"accept-language": language})
    assert answer["Content-Language"] == language
    facts = facts_now(journey.integration)
    for number, gate in enumerate(answer.json(), 1):
        with override(language):
            expected = [(one.code, one.reason, one.text, str(one.role.label)) for one in gates.gate(number, facts)]
        assert [(one["code"], one["reason"], one["text"], one["role_name"]) for one in gate["unmet"]] == expected
        assert gate["open"] == (not expected)
    first, last = answer.json()[0], answer.json()[-1]
    assert (first["open"], last["open"]) == (True, False)
    unmet = gates.gate(5, facts)[0]
    assert last["unmet"][0]["page"] == absolute(path_to(unmet, journey.integration.reference))


def test_what_is_left_of_a_form_is_told_one_by_one(build: Build, journey: Journey) -> None:
    """A program cannot open the page to see which."""
    gate = build.get("/gates").json()[2]
    (runs,) = [one for one in gate["unmet"] if one["reason"] == "scenarios_not_passed"]
    required = journey.integration.scenarios.current().filter(environment=Environment.TEST, required=True)
    assert len(runs["parts"]) == required.count() > 10
    assert [one for one in required if not any(one.code in part for part in runs["parts"])] == []
    alone = [one for one in gate["unmet"] if one["reason"] == "production_closed"]
    assert [one["parts"] for one in alone] == [[one["text"]] for one in alone] != []


def test_the_next_moves_are_those_of_the_page(build: Build, journey: Journey) -> None:
    moves = build.get("/next-moves").json()["moves"]
    assert [one["code"] for one in moves] == [one.code for one in gates.next_moves(facts_now(journey.integration))]
    assert {one["party"] for one in moves} <= {"sender", "digipost"}


def test_a_scenario_says_what_proves_it_and_how_it_went(build: Build, journey: Journey) -> None:
    build.send(junit())
    by_id = {one["id"]: one for one in build.get("/scenarios?environment=test").json()}
    assert by_id["T07"]["latest"]["outcome"] == "passed"
    assert by_id["T07"]["latest"]["rung"] == "reported"
    assert by_id["T09"]["latest"] is None
    assert "delivery:DELIVERED method:DIGIPOST" in by_id["T07"]["proved_by"]
    assert by_id["T07"]["least_rung"] == "said"
    assert build.get("/scenarios?environment=production").json() == []
    assert len(build.get("/scenarios").json()) == len(by_id)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("", "nb"), ("no", "nb"), ("de, nn;q=0.5, en;q=0.1", "nn"), ("en-GB", "en"), ("xx", "nb"), ("\x7f;;q=", "nb")],
)
def test_the_language_is_the_one_that_is_asked_for(build: Build, asked: str, answered: str) -> None:
    assert build.get("/gates", **{"accept-language": asked})["Content-Language"] == answered


def test_nobody_is_named(cast: Cast, journey: Journey) -> None:
    """Not even who has a notice to read, as the page says."""
    reader = journey.integration.members.current().get(user=cast.lead)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Emne", body="Tekst")
    journey.milestone_3()
    journey.milestone_4()
    journey.milestone_5()
    build = build_of(journey, a_token(journey, cast.lead, Scope.READ))
    told = build.get("/next-moves").json()["moves"]
    assert "notice_unread" in [one["reason"] for one in told]
    said = json.dumps([build.get(path).json() for path in READS], ensure_ascii=False)
    names = [name for user in cast.everybody().values() for name in (user.name, user.email)]
    assert [name for name in names if name in said] == []


def test_nothing_is_kept_on_the_way(build: Build) -> None:
    answers = [build.get(path) for path in (*READS, "/nothing")] + [build.send(junit())]
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
    assert [answer.status_code for answer in answers] == [200] * 4 + [404, 201]


def test_use_is_noted_once_a_day(build: Build, token: ApiToken, journey: Journey) -> None:
    used = journey.integration.events.filter(kind=EventKind.TOKEN_USED)
    for _time in range(3):
        build.get()
    event = used.get()
    assert (event.subject, event.actor) == ("Bygg", token.made_by)
    token.refresh_from_db()
    assert token.last_used_at


def test_it_changes_no_page_that_is_open(build: Build, journey: Journey) -> None:
    """Whoever is about to decide is not told that something has changed."""
    before = workflow.version_of(journey.integration)
    build.get()
    assert workflow.version_of(journey.integration) == before


def test_how_many_queries_it_takes(build: Build, journey: Journey) -> None:
    build.get()  # of the first today, a line in the history
    counts = {}
    for path in READS:
        with CaptureQueriesContext(connection) as queries:
            assert build.get(path).status_code == 200
        counts[path or "/"] = len(queries)
    require_as_counted("the API", counts)
    assert journey.integration.scenarios.filter(environment=Environment.TEST).count() > 10
