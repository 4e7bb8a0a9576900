"""Two at once, on PostgreSQL: two nights, an answer and a closing, an answer and an intake of the same number."""

from __future__ import annotations

import datetime
from functools import partial

import pytest
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.entity_register import Answer, Outcome, Standing
from milestones.models import Event, EventKind, Mail, MailKind, Organisation
from milestones.process import SenderKind
from tests.cast import Cast
from tests.racing import at_once
from tests.register import BANKRUPT, FJORDVIK, Register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]

ROUNDS = 10


def answer(minutes: int, standing: Standing) -> Answer:
    asked_at = timezone.now() + datetime.timedelta(minutes=minutes)
    return Answer(FJORDVIK, Outcome.FOUND, asked_at, name="FJORDVIK KOMMUNE", standing=standing)


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(kind=EventKind.ORGANISATION_CHANGED).order_by("pk")
    return list(events.values_list("from_value", "to_value"))


def test_the_same_answer_twice_is_told_once(journey: Journey) -> None:
    for number in range(ROUNDS):
        before = len(told())
        standing = Standing.BANKRUPT if number % 2 == 0 else Standing.NORMAL
        one = answer(number, standing)
        assert at_once(*[partial(workflow.record_answer, one)] * 3) == ("done",) * 3
        assert len(told()) == before + 1


def test_two_answers_are_told_in_the_order_in_which_they_were_given(journey: Journey) -> None:
    workflow.record_answer(answer(0, Standing.NORMAL))
    for number in range(1, ROUNDS, 2):
        bad, good = answer(number, Standing.BANKRUPT), answer(number + 1, Standing.NORMAL)
        at_once(partial(workflow.record_answer, bad), partial(workflow.record_answer, good))
        assert Organisation.objects.get().standing == "normal"
        assert all(before[1] == after[0] for before, after in zip(told(), told()[1:], strict=False))


def test_two_nights_at_once_are_one(cast: Cast, journey: Journey, register: Register) -> None:
    cast.journey("Faktura")
    register.knows(**BANKRUPT)
    assert at_once(*[workflow.keep_up] * 3) == ("done",) * 3
    assert told() == [("", "bankrupt 2026-02-03")] * 2
    assert Mail.objects.filter(kind=MailKind.ORGANISATION).count() == 2
    for _round in range(3):
        register.tells_of(FJORDVIK, "900000000")
        assert at_once(*[workflow.keep_up] * 3) == ("done",) * 3
    assert len(told()) == 2


def test_an_answer_against_closing(cast: Cast) -> None:
    for number in range(ROUNDS):
        integration = cast.journey(f"Nr. {number}").integration
        standing = Standing.BANKRUPT if number % 2 == 0 else Standing.NORMAL
        answers = at_once(
            partial(workflow.record_answer, answer(number, standing)),
            partial(workflow.close_integration, integration, by=cast.staff, reason="Stanset."),
        )
        assert answers == ("done", "done")
        kinds = list(integration.events.order_by("pk").values_list("kind", flat=True))
        assert EventKind.ORGANISATION_CHANGED not in kinds[kinds.index(EventKind.CLOSED) :]


def test_an_answer_against_an_intake_of_the_same(cast: Cast, journey: Journey) -> None:
    def take_in(number: int) -> object:
        return workflow.create_integration(
            by=cast.staff, number=FJORDVIK, organisation="Fjordvik kommune", name=f"Nytt {number}",
            sender_kind=SenderKind.SENDER, manager_name=cast.manager.name, manager_email=cast.manager.email,
        )  # fmt: skip

    for number in range(ROUNDS):
        standing = Standing.BANKRUPT if number % 2 == 0 else Standing.NORMAL
        one = partial(workflow.record_answer, answer(number, standing))
        assert at_once(one, partial(take_in, number)) == ("done", "done")
