"""A token reports, and decides nothing: every workflow function, tried by a token of either who may make one."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django_fsm import TransitionNotAllowed

from milestones import policy, workflow
from milestones.demo import Journey
from milestones.models import Event, Integration, User
from milestones.policy import Forbidden, Right
from milestones.process import Accord, Environment, Outcome
from milestones.workflow.door import door
from tests.api.calling import a_token
from tests.cast import Cast
from tests.test_direct_calls import ACROSS, ELSEWHERE, OF_ONE, taken_by_position

pytestmark = pytest.mark.django_db
MAY = {"close_deviation", "open_deviation", "propose_results", "record_run", "record_runs", "report_results"}
"""What is not refused to a token for being one. The API offers three of them."""
BY_NOBODY = {name for name, why in ELSEWHERE.items() if why.startswith("nobody decides it")} | {"beat"}
"""Which nobody calls as somebody."""


@pytest.fixture
def place(cast: Cast) -> Journey:
    """Where everything may happen next."""
    journey = cast.journey()
    journey.to_operations()
    workflow.reopen(journey.integration, 5, by=cast.staff, reason="Ny dato")
    return journey


def answer_of(do: Any, *args: object, **named: object) -> str:
    with transaction.atomic():
        try:
            do(*args, **named)
        except (Forbidden, Http404) as refusal:
            return type(refusal).__name__
        except (workflow.GateClosed, TransitionNotAllowed, ValidationError):
            return "otherwise"
        finally:
            transaction.set_rollback(True)
    return "done"


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_a_token_may_nothing_but_report(cast: Cast, place: Journey, who: str) -> None:
    by: User = getattr(cast, who)
    token = a_token(place, by)
    refused = {}
    for name, (_letters, args, named) in OF_ONE.items():
        with workflow.by_token(token):
            refused[name] = answer_of(getattr(workflow, name), place.integration, *args, by=by, **named)
    through = {name for name, answer in refused.items() if answer not in ("Forbidden", "Http404")}
    # What is looked for before anything is asked is not there for a person either.
    assert through - MAY <= {"accept_deferral", "discard_results", "record_results"} - {"record_results"}
    assert through <= MAY
    assert {"open_deviation", "close_deviation"} <= through
    assert ({"record_run", "record_runs", "report_results"} <= through) == (who == "lead")


@pytest.mark.parametrize("name", ACROSS)
def test_nor_anything_across(cast: Cast, place: Journey, name: str) -> None:
    token = a_token(place, cast.lead)
    _letters, arguments = ACROSS[name]
    do, named = getattr(workflow, name), arguments()
    args = taken_by_position(do, named)
    with workflow.by_token(token):
        assert answer_of(do, *args, by=cast.lead, **named) == "Forbidden"


def elsewhere(cast: Cast, place: Journey) -> Iterator[tuple[str, Any]]:
    """Each of ELSEWHERE, where it would succeed by hand."""
    here, lead = place.integration, cast.lead
    comment = workflow.add_comment(here, "milestone-5", by=lead, text="Et ord")
    reader = here.members.current().get(user=lead)
    workflow.name_readers(here, by=lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.send_notice([here], by=cast.staff, kind="job", title="Emne", body="Tekst")
    receipt = here.notice_receipts.get()
    yield "edit_comment", lambda: workflow.edit_comment(here, comment.pk, by=lead, text="Et annet")
    yield "delete_comment", lambda: workflow.delete_comment(here, comment.pk, by=lead, reason="Feil")
    yield "read_notice", lambda: workflow.read_notice(here, receipt.pk, by=lead)
    yield "agree", lambda: workflow.agree(here, Accord.SCENARIOS, by=lead, version=1)
    notice = {"kind": "job", "title": "Et", "body": "Ord"}
    yield "send_notice", lambda: workflow.send_notice([here], by=lead, **notice)
    intake = {"number": "984661185", "organisation": "Fjordvik", "name": "Ny", "sender_kind": "sender"}
    intake |= {"manager_name": lead.name, "manager_email": lead.email}
    yield "create_integration", lambda: workflow.create_integration(by=lead, **intake)  # type: ignore[arg-type]
    yield "accept_invitation", lambda: workflow.accept_invitation("x", by=lead)
    yield "answer_question", lambda: workflow.answer_question(None)  # type: ignore[arg-type]


def test_nor_what_is_asked_in_another_way(cast: Cast, place: Journey) -> None:
    token, tried = a_token(place, cast.lead), set()
    for name, do in elsewhere(cast, place):
        with workflow.by_token(token):
            assert answer_of(do) == "Forbidden", name
        tried.add(name)
    assert tried | BY_NOBODY == set(ELSEWHERE)
    functions = {name for name in workflow.__all__ if inspect.isfunction(getattr(workflow, name))}
    assert set(OF_ONE) | set(ACROSS) | set(ELSEWHERE) <= functions


def test_no_right_of_a_decision_is_a_tokens() -> None:
    assert {Right.RECORD_RUNS, Right.LOG_DEVIATIONS} == policy.TOKEN_RIGHTS


def test_what_asks_nothing_is_undone(cast: Cast, place: Journey) -> None:
    """A move by a token counts only once it was asked whether it may: a function that forgets to is refused."""
    token, before = a_token(place, cast.lead), Event.objects.count()
    with workflow.by_token(token), pytest.raises(Forbidden), door(place.integration, cast.lead) as move:
        move.update(move.integration, name="Et annet")
    assert Integration.objects.get(pk=place.integration.pk).name != "Et annet"
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
