"""An entry keeps its UID whatever becomes of its date; SEQUENCE grows with each change; what is gone is cancelled."""

from __future__ import annotations

import datetime

import time_machine
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Integration, Meeting
from milestones.process import Accord
from tests.calendars.read_back import Calendar, Read, address_for, ask, calendar_at, written_now
from tests.cast import Cast
from tests.made_once import made_once

A_DAY = datetime.timedelta(days=1)


def propose(journey: Journey, **dates: datetime.date | None) -> None:
    """Target dates, by m2 … m5."""
    version = journey.integration.accords.get(subject=Accord.PLAN).version
    named = {int(name[1:]): day for name, day in dates.items()}
    workflow.propose_dates(journey.integration, by=journey.cast.manager, dates=named, version=version)


@made_once
def planned(journey: Journey) -> Journey:
    """Dates for milestones 1 and 3, a meeting and a certificate, each for the first time."""
    journey.roles()
    propose(journey, m3=today() + 30 * A_DAY)
    journey.kickoff()
    workflow.record_certificate(journey.integration, by=journey.cast.lead, expires_on=today() + 60 * A_DAY)
    return journey


def seen(cast: Cast, journey: Journey) -> Calendar:
    address = address_for(cast.manager, journey.integration, name=str(timezone.now()))
    found = calendar_at(address)
    cast.manager.calendar_feeds.all().delete()
    return found


def test_what_is_there_for_the_first_time_has_not_been_changed(cast: Cast, planned: Journey) -> None:
    found = seen(cast, planned)
    assert {entry.sequence for entry in found.values()} == {0}
    assert {key.partition("-")[0] for key in found} == {"milestone", "meeting", "certificate"}
    assert "milestone-1" in found  # dated at intake, by no event of its own


def test_it_is_known_by_its_integration_and_our_host(cast: Cast, planned: Journey, settings: object) -> None:
    settings.BASE_URL = "https://integrasjoner.example:8443"  # type: ignore[attr-defined]
    found = seen(cast, planned)
    reference = planned.integration.reference
    assert found["milestone-3"].uid == f"milestone-3.{reference}@integrasjoner.example"
    assert found["milestone-3"].url == f"https://integrasjoner.example:8443/i/{reference}/milestones/3/"
    assert len({entry.uid for entry in found.values()}) == len(found)


def test_another_date_is_another_version_of_the_same(cast: Cast, planned: Journey) -> None:
    meeting = Meeting.objects.get()
    before = seen(cast, planned)
    for moved in (1, 2):
        propose(planned, m1=today() + moved * A_DAY, m3=today() + (30 + moved) * A_DAY)
        workflow.record_certificate(planned.integration, by=cast.lead, expires_on=today() + (60 + moved) * A_DAY)
        workflow.record_meeting(
            planned.integration, by=cast.lead, kind="kickoff", held_on=today() - moved * A_DAY,
            sender_people=meeting.sender_people, digipost_people=meeting.digipost_people, minutes="Ja",
            meeting_id=meeting.pk,
        )  # fmt: skip
        after = seen(cast, planned)
        for key in ("milestone-1", "milestone-3", "certificate", f"meeting-{meeting.pk}"):
            assert after[key].uid == before[key].uid
            assert after[key].sequence == moved, key
            assert after[key].begins != before[key].begins
            assert after[key].changed_at >= before[key].changed_at
        before = after
    propose(planned, m3=today() + 30 * A_DAY)  # back to where it began is another change
    assert seen(cast, planned)["milestone-3"].sequence == 3


def test_what_is_said_again_and_what_stands_in_no_calendar_changes_nothing(cast: Cast, planned: Journey) -> None:
    meeting = Meeting.objects.get()
    before = seen(cast, planned)
    propose(planned, m3=today() + 30 * A_DAY)
    workflow.record_certificate(planned.integration, by=cast.lead, expires_on=today() + 60 * A_DAY)
    workflow.record_meeting(
        planned.integration, by=cast.lead, kind="kickoff", held_on=meeting.held_on, sender_people="Kari",
        digipost_people="Ingrid", minutes="Mer", meeting_id=meeting.pk,
    )  # fmt: skip
    planned.agreement()
    planned.solution()
    assert seen(cast, planned) == before


def test_a_date_that_is_taken_away_is_cancelled_for_ninety_days(cast: Cast, planned: Journey) -> None:
    before = seen(cast, planned)
    propose(planned, m3=None)
    workflow.record_certificate(planned.integration, by=cast.lead, expires_on=None)
    after = seen(cast, planned)
    for key in ("milestone-3", "certificate"):
        assert (after[key].state, after[key].begins) == ("CANCELLED", before[key].begins)
        assert after[key].sequence == before[key].sequence + 1
    address = address_for(cast.manager)
    with time_machine.travel(timezone.now() + 89 * A_DAY):
        assert calendar_at(address)["milestone-3"].state == "CANCELLED"
    with time_machine.travel(timezone.now() + 91 * A_DAY):
        assert set(calendar_at(address)) == set(before) - {"milestone-3", "certificate"}


def test_a_date_that_comes_back_is_the_same_entry(cast: Cast, planned: Journey) -> None:
    versions: list[Read] = [seen(cast, planned)["milestone-3"]]
    for day in (None, today() + 40 * A_DAY):
        propose(planned, m3=day)
        versions.append(seen(cast, planned)["milestone-3"])
    assert [one.sequence for one in versions] == [0, 1, 2]
    assert [one.state for one in versions] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert len({one.uid for one in versions}) == 1


def test_of_what_is_closed_what_lay_ahead_is_cancelled(cast: Cast, planned: Journey) -> None:
    propose(planned, m1=today() - A_DAY)
    address = address_for(cast.manager, planned.integration)
    before = calendar_at(address)
    workflow.close_integration(planned.integration, by=cast.staff, reason="Stanset")
    after = calendar_at(address)
    assert set(after) == set(before)
    assert {key for key, one in after.items() if one.state != "CANCELLED"} == {"milestone-1"}
    assert after["milestone-3"].sequence == before["milestone-3"].sequence + 1
    assert after["milestone-1"] == before["milestone-1"]
    with time_machine.travel(timezone.now() + 91 * A_DAY):
        answer = ask(address)
        assert (answer.status_code, b"VEVENT" in answer.content) == (200, False)
        assert written_now(Integration.objects.get()) == {}


def test_approving_and_reopening_say_when_but_move_no_date(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    approved = seen(cast, journey)["milestone-1"]
    with time_machine.travel(timezone.now() + A_DAY):
        workflow.reopen(journey.integration, 1, by=cast.other_staff, reason="Mangler")
        reopened = seen(cast, journey)["milestone-1"]
    assert reopened.sequence == approved.sequence == 0
    assert reopened.changed_at > approved.changed_at
    assert reopened.summary != approved.summary


def test_the_launch_that_was_proposed_and_confirmed_grows_by_each(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    found = []
    for days, who in ((5, "manager"), (5, "owner"), (6, "manager"), (6, "owner")):
        do = workflow.confirm_launch_date if who == "owner" else workflow.propose_launch_date
        do(journey.integration, by=getattr(cast, who), launch_on=today() + days * A_DAY)
        found.append(seen(cast, journey)["launch"])
    assert [one.sequence for one in found] == [0, 1, 2, 3]
    assert [one.state for one in found] == ["TENTATIVE", "CONFIRMED"] * 2
