"""What stands in a calendar is what is recorded, whichever library reads it."""

from __future__ import annotations

import datetime
from typing import Any

import icalendar
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Integration, Meeting, Milestone, User
from tests.calendars.read_back import address_for, ask, calendar_at, read, written_now
from tests.cast import Cast
from tests.listed import many
from tests.made_once import made_once

A_DAY = datetime.timedelta(days=1)


@made_once
def launched(journey: Journey) -> Journey:
    """Everything that has a date has one."""
    journey.to_operations()
    expires_on = today() + 90 * A_DAY
    workflow.record_certificate(journey.integration, by=journey.cast.lead, expires_on=expires_on)
    return journey


def test_every_date_of_an_integration_is_there(cast: Cast, launched: Journey) -> None:
    integration = Integration.objects.select_related("launch").get(pk=launched.integration.pk)
    (meeting,) = Meeting.objects.filter(integration=integration)
    days = {f"milestone-{one.number}": one.target_on for one in integration.milestones.all()}
    days |= {"launch": integration.launch.launch_on, "certificate": integration.certificate_expires_on}
    days |= {f"meeting-{meeting.pk}": meeting.held_on}
    found = calendar_at(address_for(cast.manager, integration))
    assert {key: entry.begins for key, entry in found.items()} == days
    assert {key: entry.ends - entry.begins for key, entry in found.items()} == dict.fromkeys(days, A_DAY)
    assert not [entry for entry in found.values() if isinstance(entry.begins, datetime.datetime)]
    for key, entry in written_now(integration).items():
        assert (found[key].uid, found[key].url, found[key].sequence) == (entry.uid, entry.url, entry.sequence)
        assert found[key].changed_at == entry.changed_at.replace(microsecond=0)


def test_its_words_are_its_owners(cast: Cast, launched: Journey) -> None:
    reference = launched.integration.reference
    says: dict[str, Any] = {
        "nb": (f"{reference} Brev: sertifikatet utløper", "4 Verifisert i produksjon"),
        "en": (f"{reference} Brev: the certificate expires", "4 Verified in production"),
    }
    for language, (certificate, milestone) in says.items():
        User.objects.filter(pk=cast.lead.pk).update(language=language)
        answer = ask(address_for(cast.lead))
        found = read(answer.content)
        assert answer["Content-Language"] == language
        assert found["certificate"].summary == certificate
        assert found["milestone-4"].description == f"Fjordvik kommune\n{milestone}"


def test_what_is_approved_says_so_and_what_is_not_confirmed_too(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    User.objects.update(language="en")
    address = address_for(cast.manager)
    assert calendar_at(address)["milestone-1"].summary.endswith("milestone 1 due (approved)")
    for number in (2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=today() + A_DAY)
    proposed = calendar_at(address)["launch"]
    workflow.confirm_launch_date(journey.integration, by=cast.owner, launch_on=today() + A_DAY)
    confirmed = calendar_at(address)["launch"]
    assert (proposed.state, confirmed.state) == ("TENTATIVE", "CONFIRMED")
    assert proposed.summary.endswith(": launch, not confirmed")
    assert confirmed.summary.endswith(" Brev: launch")


def test_the_calendar_says_what_it_is_and_how_often_to_look_in(cast: Cast, launched: Journey) -> None:
    whole: Any = icalendar.Calendar.from_ical(ask(address_for(cast.manager)).content)
    of_one: Any = icalendar.Calendar.from_ical(ask(address_for(cast.manager, launched.integration)).content)
    assert whole["x-wr-calname"] == whole["name"] == "Digipost-integrasjoner"
    assert of_one["x-wr-calname"] == str(launched.integration)
    assert of_one["refresh-interval"].dt == datetime.timedelta(hours=4)
    assert of_one["refresh-interval"].params["VALUE"] == "DURATION"
    assert {str(one["transp"]) for one in of_one.walk("VEVENT")} == {"TRANSPARENT"}
    assert of_one.walk("VTIMEZONE") == []


def test_it_tells_nobody_by_name_or_address(cast: Cast, launched: Journey) -> None:
    text = ask(address_for(cast.manager)).content.decode().replace("\r\n ", "")
    named = [one for user in cast.everybody().values() for one in (user.name, user.email) if one in text]
    assert named == []


def test_it_is_read_anew_only_when_it_changed(cast: Cast, launched: Journey) -> None:
    address = address_for(cast.manager)
    first = ask(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in first["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    again = ask(address, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    workflow.record_certificate(launched.integration, by=cast.lead, expires_on=today() + 91 * A_DAY)
    changed = ask(address, if_none_match=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_feed_of_fifty_takes_as_many_queries_as_one_of_one(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    address = address_for(cast.manager)
    with CaptureQueriesContext(connection) as for_one:
        assert calendar_at(address)
    many(cast, 50)
    Milestone.objects.update(target_on=today())
    with CaptureQueriesContext(connection) as for_all:
        found = ask(address)
    assert found.content.count(b"BEGIN:VEVENT") > 250
    assert len(for_all) <= len(for_one) <= 6
