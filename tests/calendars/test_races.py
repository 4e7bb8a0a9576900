"""Two at once, on PostgreSQL: a limit is not passed, a meeting is planned once, no version of it is two."""

from __future__ import annotations

from functools import partial

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import CalendarFeed, Event, EventKind, Mail, MailKind, Meeting
from milestones.workflow import room
from tests.calendars.planning import call_off, change, plan
from tests.cast import Cast
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]


def test_a_race_does_not_pass_the_limit_on_addresses(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "FEEDS", 2)
    places = [None, journey.integration] * 3
    many = [
        partial(workflow.make_feed, by=cast.manager, integration=place, name=str(number))
        for number, place in enumerate(places)
    ]
    assert sorted(at_once(*many)) == ["ValidationError"] * 4 + ["done"] * 2
    assert CalendarFeed.objects.count() == 2


def test_two_presses_plan_a_meeting_once(cast: Cast, journey: Journey) -> None:
    journey.roles()

    def press() -> None:
        with workflow.sent_with("en"):
            plan(journey, cast.lead)

    assert sorted(at_once(press, press)) == ["Stale", "done"]
    assert Meeting.objects.count() == Mail.objects.filter(kind=MailKind.MEETING).count() == 1


def test_two_changes_are_two_versions(cast: Cast, journey: Journey) -> None:
    journey.roles()
    meeting = plan(journey, cast.lead)
    moves = [partial(change, journey, meeting, cast.lead, place=place, by=cast.lead) for place in ("Her", "Der")]
    assert at_once(*moves) == ("done", "done")
    assert Meeting.objects.get().sequence == Event.objects.filter(kind=EventKind.MEETING_REPLANNED).count() == 2


def test_what_is_called_off_is_not_changed_as_well(cast: Cast, journey: Journey) -> None:
    journey.roles()
    meeting = plan(journey, cast.lead)
    moving, ending = partial(change, journey, meeting, cast.lead, place="Der"), partial(call_off, journey, meeting)
    answers = at_once(moving, ending)
    assert answers in (("done", "done"), ("Stale", "done"))
    assert Meeting.objects.get().called_off_at
    assert Event.objects.latest("pk").kind == EventKind.MEETING_CALLED_OFF
