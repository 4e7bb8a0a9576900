"""The same post twice: recorded once, and answered the same; by the client's key, or by what it holds."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from milestones import tasks, workflow
from milestones.api import once
from milestones.clock import in_oslo
from milestones.demo import Journey
from milestones.models import ApiAnswer, Deviation, ScenarioRun
from tests.api.calling import DEVIATION, RUN, Build, a_token, build_of, problem
from tests.cast import Cast
from tests.results.sending import counting, junit

pytestmark = pytest.mark.django_db
KEY = {"idempotency-key": "build-4711"}
REPORT = junit({"t07_letter": ""})


def replayed(answer: Any) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def noon() -> datetime.datetime:
    """Tomorrow, in Oslo."""
    return in_oslo(timezone.now() + datetime.timedelta(days=1)).replace(hour=12, minute=0)


def later(**by: int) -> Any:
    return time_machine.travel(timezone.now() + datetime.timedelta(**by), tick=False)


@pytest.mark.parametrize("headers", [{}, KEY])
def test_the_same_again_gets_the_same_answer(build: Build, headers: dict[str, str]) -> None:
    for send in (
        lambda: build.send(REPORT, **headers),
        lambda: build.post("/deviations", DEVIATION, **{name: f"{key}-d" for name, key in headers.items()}),
        lambda: build.post("/runs", RUN, **{name: f"{key}-r" for name, key in headers.items()}),
    ):
        first, second = send(), send()
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert (replayed(first), replayed(second)) == (False, True)
    assert (ScenarioRun.objects.count(), Deviation.objects.count()) == (2, 1)


def test_it_gets_the_same_answer_also_when_it_could_not_be_sent_anew(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection was lost, and before the build tries again something else happened."""
    first = build.send(REPORT, **KEY)

    def refuse(*_args: object, **_named: object) -> None:
        raise workflow.Stale("Integrasjonen er avsluttet.")

    monkeypatch.setattr(workflow, "require_beforehand", refuse)
    assert build.send(REPORT, **KEY).content == first.content
    assert build.send(REPORT, **{"idempotency-key": "build-4712"}).status_code == 409


def test_the_same_report_in_another_envelope_is_the_same(build: Build) -> None:
    """The line between the parts of a form is drawn at random."""
    address = f"{build.of}/results?environment=test"
    for boundary in ("aaaa", "bbbb"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'.encode()
            + REPORT
            + f"\r\n--{boundary}--\r\n".encode()
        )
        answer = build.client.post(address, body, content_type=f"multipart/form-data; boundary={boundary}")
    assert replayed(answer)


def test_a_key_with_other_content_is_refused(build: Build) -> None:
    assert build.post("/deviations", DEVIATION, **KEY).status_code == 201
    problem(build.post("/deviations", {**DEVIATION, "title": "Noe annet"}, **KEY), 422, "key-reused")
    problem(build.send(REPORT, **KEY), 422, "key-reused")
    assert Deviation.objects.count() == 1
    assert not ScenarioRun.objects.exists()


def test_another_key_means_another_one(build: Build) -> None:
    answers = [build.post("/deviations", DEVIATION, **{"idempotency-key": key}) for key in ("a", "b")]
    assert [replayed(answer) for answer in answers] == [False, False]
    assert Deviation.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "with space", "blåbær", "tab\t"])
def test_a_key_that_is_none_is_refused(build: Build, key: str) -> None:
    problem(build.post("/deviations", DEVIATION, **{"idempotency-key": key}), 422, "invalid")
    assert not Deviation.objects.exists()


def test_the_key_is_each_tokens_own(build: Build, cast: Cast, journey: Journey) -> None:
    other = build_of(journey, a_token(journey, cast.manager, name="Vakt"))
    assert [replayed(one.post("/deviations", DEVIATION, **KEY)) for one in (build, other)] == [False, False]


def test_a_refusal_is_tried_again(build: Build) -> None:
    """What stood in the way may be gone: the same is not refused for good."""
    problem(build.post("/runs", {**RUN, "scenario": "T99"}, **KEY), 422, "invalid")
    assert not ApiAnswer.objects.exists()
    assert build.post("/runs", RUN, **KEY).status_code == 201


def test_what_is_recorded_just_now_is_not_recorded_beside_it(build: Build) -> None:
    assert build.post("/deviations", DEVIATION, **KEY).status_code == 201
    ApiAnswer.objects.update(status=0, until=timezone.now() + once.LEASE)  # as it is while it is worked on
    answer = build.post("/deviations", DEVIATION, **KEY)
    problem(answer, 409, "under-way")
    assert answer["Retry-After"] == "2"
    with later(minutes=6):  # whoever worked on it died
        assert build.post("/deviations", DEVIATION, **KEY).status_code == 201
    assert Deviation.objects.count() == 2


def test_who_took_too_long_records_nothing(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else has taken the post over meanwhile."""
    store = once._store

    def too_late(post: Any, body: dict[str, Any]) -> None:
        ApiAnswer.objects.update(claim="another")
        store(post, body)

    monkeypatch.setattr(once, "_store", too_late)
    problem(build.post("/deviations", DEVIATION, **KEY), 409, "under-way")
    assert not Deviation.objects.exists()


def test_how_long_it_is_remembered(build: Build) -> None:
    build.post("/deviations", DEVIATION)
    build.post("/deviations", DEVIATION, **KEY)
    with later(minutes=4):
        assert replayed(build.post("/deviations", DEVIATION))
    with later(minutes=6):
        assert not replayed(build.post("/deviations", DEVIATION))
        assert replayed(build.post("/deviations", DEVIATION, **KEY))
        assert tasks.forget_answers() == 0
    with later(days=6):
        assert tasks.forget_answers() == 1
        assert replayed(build.post("/deviations", DEVIATION, **KEY))
    with later(days=8):
        assert tasks.forget_answers() == 1
        assert not replayed(build.post("/deviations", DEVIATION, **KEY))


def test_what_passes_once_more_has_passed(build: Build, journey: Journey) -> None:
    start = noon()
    for minutes, outcome in ((0, "passed"), (6, "failed"), (12, "passed")):
        with time_machine.travel(start + datetime.timedelta(minutes=minutes), tick=False):
            answer = build.post("/runs", {**RUN, "outcome": outcome})
            assert (answer.status_code, replayed(answer)) == (201, False)
    assert counting(journey)["T07"] == ("passed", "reported")
    assert ScenarioRun.objects.count() == 3


def test_the_same_tomorrow_is_another_run(build: Build) -> None:
    midnight = noon().replace(hour=0) + datetime.timedelta(days=1)
    for seconds in (-60, 60):
        with time_machine.travel(midnight + datetime.timedelta(seconds=seconds), tick=False):
            assert not replayed(build.post("/runs", RUN))
    ran_on = ScenarioRun.objects.values_list("ran_on", flat=True)
    assert set(ran_on) == {(midnight - datetime.timedelta(days=1)).date(), midnight.date()}
    with time_machine.travel(midnight - datetime.timedelta(seconds=50), tick=False):
        build.post("/runs", RUN, **KEY)
    with time_machine.travel(midnight + datetime.timedelta(seconds=50), tick=False):
        assert replayed(build.post("/runs", RUN, **KEY)), "a key is known by what was sent"
