"""A meeting is planned ahead, changed, called off or recorded as held; the gates read what was held, and no plans."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Meeting, MeetingInvitee
from milestones.workflow import room
from tests.calendars.planning import PLAN, call_off, change, in_days, plan
from tests.calendars.read_back import OSLO, address_for, calendar_at
from tests.cast import Cast, facts_now, reasons
from tests.made_once import made_once

A_DAY = datetime.timedelta(days=1)
HELD: dict[str, Any] = {"sender_people": "Kari", "digipost_people": "Ingrid", "minutes": "Møtt", "kind": "kickoff"}


@made_once
def journey(cast: Cast) -> Journey:
    """With somebody in each role, and Digipost's contact."""
    journey = cast.journey()
    journey.roles()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    return journey


def test_a_plan_meets_no_gate_and_changes_none(cast: Cast, journey: Journey) -> None:
    before = facts_now(journey.integration)
    meeting = plan(journey, cast.lead, cast.staff)
    change(journey, meeting, cast.lead, held_on=today())
    assert facts_now(journey.integration) == before
    assert "kickoff_missing" in reasons(journey.integration, "2.2")
    with time_machine.travel(timezone.now() + 8 * A_DAY):
        assert "kickoff_missing" in reasons(journey.integration, "2.2")


def test_it_is_recorded_as_held_by_people_on_a_day_that_has_come(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead, days=1)
    with pytest.raises(ValidationError):
        workflow.record_meeting(
            journey.integration, by=cast.lead, meeting_id=meeting.pk, held_on=meeting.held_on, **HELD
        )
    with time_machine.travel(timezone.now() + A_DAY):
        workflow.record_meeting(
            journey.integration, by=cast.lead, meeting_id=meeting.pk, held_on=meeting.held_on, **HELD
        )
        found = Meeting.objects.get()
        assert (found.is_planned, found.sender_people, found.minutes) == (False, "Kari", "Møtt")
        assert not {one for one in reasons(journey.integration, "2.2") if one.startswith("kickoff")}
        assert Event.objects.filter(kind=EventKind.MEETING_RECORDED).count() == 1
        for late in (lambda: change(journey, meeting, held_on=in_days(3)), lambda: call_off(journey, meeting)):
            with pytest.raises(workflow.Stale):
                late()


def test_what_was_held_takes_what_is_recorded_afterwards_as_before(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead, days=0)
    record: dict[str, Any] = {"by": cast.lead, "meeting_id": meeting.pk, "held_on": today()}
    workflow.record_meeting(journey.integration, **record, **HELD | {"minutes": ""})
    assert "kickoff_without_minutes" in reasons(journey.integration, "2.2")
    workflow.record_meeting(journey.integration, **record, **HELD)
    assert "kickoff_without_minutes" not in reasons(journey.integration, "2.2")
    assert Event.objects.filter(kind=EventKind.MEETING_CHANGED).count() == 1


def test_what_is_called_off_stays_so(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    call_off(journey, meeting)
    again: list[Any] = [
        lambda: call_off(journey, meeting),
        lambda: change(journey, meeting, cast.lead),
        lambda: workflow.record_meeting(
            journey.integration, by=cast.lead, meeting_id=meeting.pk, held_on=today(), **HELD
        ),
    ]
    for late in again:
        with pytest.raises(workflow.Stale):
            late()
    assert "kickoff_missing" in reasons(journey.integration, "2.2")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("held_on", {"held_on": None}),
        ("ends_at", {"ends_at": None}),
        ("starts_at", {"starts_at": None}),
        ("ends_at", {"ends_at": datetime.time(10)}),
        ("ends_at", {"ends_at": datetime.time(9, 59)}),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    cast: Cast, journey: Journey, field: str, wrong: dict[str, Any]
) -> None:
    if field == "held_on":
        wrong = {"held_on": in_days(-1)}
    with pytest.raises(ValidationError) as refused:
        plan(journey, cast.lead, **wrong)
    assert list(refused.value.message_dict) == [field]
    meeting = plan(journey, cast.lead)
    with pytest.raises(ValidationError) as refused:
        change(journey, meeting, cast.lead, **wrong)
    assert list(refused.value.message_dict) == [field]


def test_nobody_is_invited_who_is_not_on_it(cast: Cast, journey: Journey) -> None:
    waiting = workflow.invite(
        journey.integration, by=cast.manager, name="Olga", email=cast.observer.email, roles=[]
    ).user
    for stranger in (cast.stranger, cast.other_staff, waiting):
        with pytest.raises(workflow.Stale):
            plan(journey, stranger)
    assert not Meeting.objects.exists()
    plan(journey, cast.other_staff, by=cast.other_staff)  # who of the staff plans it may come themselves


def test_there_is_no_end_of_mails_that_one_integration_sends(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.PLANS_A_DAY == 100
    monkeypatch.setattr(room, "PLANS_A_DAY", 2)
    meeting = plan(journey, cast.lead)
    change(journey, meeting, cast.lead, place="Hos dere")
    with pytest.raises(ValidationError):
        change(journey, meeting, cast.lead, place="Hos oss")
    with pytest.raises(ValidationError):
        plan(journey, cast.lead)


def test_history_says_what_was_planned_and_changed(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead, cast.owner)
    change(journey, meeting, cast.lead, cast.contract, place="", starts_at=datetime.time(9))
    call_off(journey, meeting)
    told = Event.objects.filter(kind__startswith="meeting").order_by("pk")
    known_as, day = f"kickoff {meeting.pk}", meeting.held_on
    assert [(one.kind, one.subject, one.from_value, one.to_value) for one in told] == [
        ("meeting_planned", known_as, "", f"{day} 10:00–11:30"),
        ("meeting_replanned", f"{known_as} place", PLAN["place"], ""),
        ("meeting_replanned", f"{known_as} starts_at", "10:00", "09:00"),
        ("meeting_invited", known_as, "", cast.contract.name),
        ("meeting_uninvited", known_as, cast.owner.name, ""),
        ("meeting_called_off", known_as, f"{day} 09:00–11:30", ""),
    ]
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/history/").content.decode()
    assert known_as not in page
    assert MeetingInvitee.objects.filter(withdrawn_at=None).count() == 2


def test_what_is_said_again_changes_nothing(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    events = Event.objects.count()
    after = change(journey, meeting, cast.lead)
    assert (Event.objects.count(), after.sequence, after.moved_at) == (events, 0, None)


def test_in_calendars_it_has_its_hours_grows_and_ends(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    key, address = f"meeting-{meeting.pk}", address_for(cast.manager)
    found = [calendar_at(address)[key]]
    change(journey, meeting, cast.lead, starts_at=datetime.time(9), held_on=in_days(8))
    found.append(calendar_at(address)[key])
    change(journey, meeting, cast.lead, starts_at=None, ends_at=None)
    found.append(calendar_at(address)[key])
    call_off(journey, meeting)
    found.append(calendar_at(address)[key])
    first = datetime.datetime.combine(in_days(7), datetime.time(10), OSLO)
    assert (found[0].begins, found[0].ends) == (first, first + datetime.timedelta(minutes=90))
    assert found[1].begins == datetime.datetime.combine(in_days(8), datetime.time(9), OSLO)
    assert (found[2].begins, found[2].ends) == (in_days(8), in_days(9))
    assert [one.sequence for one in found] == [0, 1, 2, 3]
    assert [one.state for one in found] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert len({one.uid for one in found}) == 1
    with time_machine.travel(timezone.now() + 91 * A_DAY):
        assert key not in calendar_at(address)


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_on_the_days_when_the_clock_is_turned_it_begins_as_the_clock_says(
    cast: Cast, journey: Journey, day: str
) -> None:
    on = datetime.date.fromisoformat(day)
    with time_machine.travel(datetime.datetime(2027, 3, 1, 12, tzinfo=OSLO)):
        meeting = plan(journey, cast.lead, held_on=on, starts_at=datetime.time(1), ends_at=datetime.time(4))
        found = calendar_at(address_for(cast.manager))[f"meeting-{meeting.pk}"]
    assert found.begins == datetime.datetime.combine(on, datetime.time(1), OSLO)
    hours = (found.ends - found.begins) // datetime.timedelta(hours=1)
    assert hours == 3  # by the clock on the wall
    assert (found.ends.timestamp() - found.begins.timestamp()) / 3600 == {3: 2, 10: 4}[on.month]  # type: ignore[attr-defined]
