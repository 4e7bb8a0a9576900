"""A token reports, and decides nothing; tests/test_direct_calls.py tries every workflow function by one."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from milestones import policy, workflow
from milestones.demo import Journey
from milestones.models import Event, Integration
from milestones.policy import Forbidden, Right
from milestones.process import Environment, Outcome
from milestones.workflow.door import door
from tests.api.calling import a_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_no_right_of_a_decision_is_a_tokens() -> None:
    assert {Right.RECORD_RUNS, Right.LOG_DEVIATIONS} == policy.TOKEN_RIGHTS


def test_what_asks_nothing_is_undone(cast: Cast, journey: Journey) -> None:
    """A move by a token counts only once it was asked whether it may: a function that forgets to is refused."""
    token, before = a_token(journey, cast.lead), Event.objects.count()
    with workflow.by_token(token), pytest.raises(Forbidden), door(journey.integration, cast.lead) as move:
        move.update(move.integration, name="Et annet")
    assert Integration.objects.get(pk=journey.integration.pk).name != "Et annet"
    assert Event.objects.count() == before


def test_a_run_by_a_token_is_never_more_than_reported(cast: Cast, journey: Journey) -> None:
    token = a_token(journey, cast.lead)
    scenario = journey.integration.scenarios.get(code="T07")
    said: dict[str, Any] = {"ran_on": datetime.date(2026, 1, 2), "outcome": Outcome.PASSED}
    with workflow.by_token(token):
        run = workflow.record_run(journey.integration, scenario.pk, by=cast.lead, **said)
    assert run.rung == "reported"
    by_hand = workflow.record_run(journey.integration, scenario.pk, by=cast.lead, **said, note="Selv")
    assert by_hand.rung == "said"
    assert scenario.environment == Environment.TEST
