"""Two presses at once: what adds a row adds one, and no limit is passed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Comment, Integration, Notice
from milestones.process import SenderKind
from milestones.workflow import room
from tests.cast import Cast
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]


def test_two_presses_send_a_notice_once(journey: Journey) -> None:
    words = {"kind": "job", "title": "Varsel", "body": "Les."}
    send = partial(workflow.send_notice, [journey.integration], by=journey.cast.staff, **words)
    assert sorted(at_once(send, send)) == ["Stale", "done"]
    assert Notice.objects.count() == 1


def test_two_presses_record_a_meeting_once(journey: Journey) -> None:
    """With the number of one form, and with none."""
    said: dict[str, Any] = {"sender_people": "Kari", "digipost_people": "", "minutes": "Møtt."}
    for number, kind in (("en", "other"), ("", "technical")):

        def record(number: str = number, kind: str = kind) -> None:
            with workflow.sent_with(number):
                workflow.record_meeting(
                    journey.integration, by=journey.cast.manager, kind=kind, held_on=today(), **said
                )

        assert sorted(at_once(record, record)) == ["Stale", "done"]
        assert journey.integration.meetings.filter(kind=kind).count() == 1


def test_two_presses_say_something_once_and_tell_once(journey: Journey) -> None:
    journey.roles()

    def say() -> None:
        with workflow.sent_with("en"):
            workflow.add_comment(journey.integration, "milestone-1", by=journey.cast.manager, text="@Terje, hei")

    assert sorted(at_once(say, say)) == ["Stale", "done"]
    comment = Comment.objects.get()
    assert comment.mails.count() == 1
    words = partial(workflow.edit_comment, journey.integration, comment.pk, by=journey.cast.manager)
    away = partial(workflow.delete_comment, journey.integration, comment.pk, by=journey.cast.staff, reason="Feil sted")
    for _round in range(5):
        first, second = at_once(partial(words, text="Nei"), away)
        assert (first in ("done", "Stale"), second) == (True, "done")
        kept = [one.text for one in comment.versions.all()]
        assert kept == (["@Terje, hei", "Nei"] if first == "done" else ["@Terje, hei"])
        comment = workflow.add_comment(journey.integration, "milestone-1", by=journey.cast.manager, text="@Terje, hei")
        words = partial(workflow.edit_comment, journey.integration, comment.pk, by=journey.cast.manager)
        away = partial(workflow.delete_comment, journey.integration, comment.pk, by=journey.cast.staff, reason="Feil")


def test_a_race_does_not_pass_the_room_for_comments(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "COMMENTS", 2)
    say = partial(workflow.add_comment, journey.integration, "milestone-1", by=journey.cast.manager)
    many = [partial(say, text=f"Nr. {n}") for n in range(5)]
    assert sorted(at_once(*many)) == ["ValidationError"] * 3 + ["done"] * 2


def test_two_presses_create_an_integration_once(cast: Cast) -> None:
    create = partial(cast.journey, "Ny")
    assert sorted(at_once(create, create)) == ["Stale", "done"]
    assert Integration.objects.count() == 1


def test_a_race_does_not_pass_the_limit_on_intakes(cast: Cast, settings: Any) -> None:
    settings.INTAKES_A_DAY = 2
    manager = cast.manager
    named: dict[str, Any] = {"number": "984661185", "organisation": "Fjordvik", "sender_kind": SenderKind.SENDER}
    named |= {"manager_name": manager.name, "manager_email": manager.email}
    many = [partial(workflow.create_integration, by=manager, name=f"Brev {n}", **named) for n in range(6)]
    assert sorted(at_once(*many)) == ["ValidationError"] * 4 + ["done"] * 2
    assert Integration.objects.count() == 2


def test_nor_on_invitations_of_one_person_to_many_integrations(cast: Cast, settings: Any) -> None:
    settings.INVITATIONS_A_DAY = 3
    places = [cast.journey(f"Brev {n}").integration for n in range(6)]
    many = [
        partial(workflow.invite, place, by=cast.manager, name="Ny", email=f"ny{n}@x.example", roles=[])
        for n, place in enumerate(places)
    ]
    assert sorted(at_once(*many)) == ["ValidationError"] * 3 + ["done"] * 3


def test_two_who_invite_each_other_do_not_wait_in_a_ring(cast: Cast) -> None:
    here, there = cast.journey().integration, cast.neighbour().integration
    one = partial(workflow.invite, here, by=cast.manager, name="Nina", email=cast.stranger.email, roles=[])
    other = partial(workflow.invite, there, by=cast.stranger, name="Kari", email=cast.manager.email, roles=[])
    assert at_once(one, other) == ("done", "done")
