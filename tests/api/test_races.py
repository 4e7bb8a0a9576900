"""Fifty posts of one report at once, on PostgreSQL: recorded once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from milestones.demo import Journey
from milestones.models import ApiAnswer, Deviation, EventKind, ProposedResults, ScenarioRun
from tests.api.calling import DEVIATION, a_token, build_of
from tests.cast import Cast
from tests.racing import at_once
from tests.results.sending import junit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]
AT_ONCE = 50


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "build-4711"}])
def test_fifty_posts_of_one_report(cast: Cast, journey: Journey, headers: dict[str, str]) -> None:
    token, report = a_token(journey, cast.lead), junit({"t07_letter": "", "t08_attachments": ""})
    told: list[Any] = []

    def send() -> None:
        told.append(build_of(journey, token).send(report, **headers))

    assert set(at_once(*[send] * AT_ONCE)) == {"done"}
    statuses = Counter(answer.status_code for answer in told)
    assert set(statuses) <= {201, 409}
    first = [answer for answer in told if answer.status_code == 201 and "Idempotency-Replayed" not in answer.headers]
    assert len(first) == 1
    assert len({answer.content for answer in told if answer.status_code == 201}) == 1
    assert ProposedResults.objects.count() == ApiAnswer.objects.count() == 1
    assert ScenarioRun.objects.count() == 2
    assert journey.integration.events.filter(kind=EventKind.TOKEN_USED).count() == 1
    assert build_of(journey, token).send(report, **headers)["Idempotency-Replayed"] == "true"


def test_posts_of_different_things_do_not_wait_in_a_ring(cast: Cast, journey: Journey) -> None:
    build = build_of(journey, a_token(journey, cast.lead))
    told: list[int] = []

    def say(number: int) -> None:
        told.append(build.post("/deviations", {**DEVIATION, "title": f"Nr. {number}"}).status_code)

    assert set(at_once(*[partial(say, number) for number in range(8)])) == {"done"}
    assert told == [201] * 8
    assert Deviation.objects.count() == 8
