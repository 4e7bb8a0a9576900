"""2.2: who was at a meeting is ticked by name, or typed; it is stored as one text."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.forms import MeetingForm
from milestones.models import Event, Meeting
from milestones.process import Role
from tests.cast import Cast

NEW = {"kind": "kickoff", "held_on": "2026-01-02", "minutes": "Møtt."}


def at(journey: Journey, more: str = "") -> str:
    return f"/i/{journey.integration.reference}/meetings/{more}"


def test_the_members_and_digiposts_contact_are_offered_with_today(cast: Cast, journey: Journey) -> None:
    journey.roles()
    form = cast.client(cast.lead).get(at(journey)).context["form"]
    assert {value for value, _label in form.fields["sender_present"].choices} == {
        person.name for person in (cast.manager, cast.lead, cast.contract, cast.owner)
    }
    assert ("Terje Teknisk", "Terje Teknisk (Teknisk ansvarlig)") in form.fields["sender_present"].choices
    assert [value for value, _label in form.fields["digipost_present"].choices] == [cast.staff.name]
    assert form.initial["held_on"] == today()


def test_staff_are_offered_themselves(cast: Cast, journey: Journey) -> None:
    form = cast.client(cast.other_staff).get(at(journey)).context["form"]
    assert cast.other_staff.name in dict(form.fields["digipost_present"].choices)


def test_who_is_ticked_and_who_is_typed_are_stored_together(cast: Cast, journey: Journey) -> None:
    journey.roles()
    ticked: dict[str, Any] = {"sender_present": ["Kari Prosjekt", "Terje Teknisk"], "sender_people": "Per Vikar"}
    answer = cast.client(cast.lead).post(at(journey), NEW | ticked | {"digipost_present": [cast.staff.name]})
    assert answer.status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.sender_people == "Kari Prosjekt, Terje Teknisk, Per Vikar"
    assert meeting.digipost_people == cast.staff.name


def test_what_is_recorded_is_ticked_again_and_kept_in_its_words(cast: Cast, journey: Journey) -> None:
    journey.roles()
    stored = "Per Vikar, Terje Teknisk"
    meeting = Meeting.objects.create(
        integration=journey.integration, kind="kickoff", held_on=today(), sender_people=stored,
        digipost_people="Åse\nIda", minutes="", recorded_by=cast.lead,
    )  # fmt: skip
    lead, address = cast.client(cast.lead), at(journey, f"{meeting.pk}/")
    form = lead.get(address).context["form"]
    assert form.initial["sender_present"] == ["Terje Teknisk"]
    assert form.initial["sender_people"] == "Per Vikar"
    assert form.initial["digipost_people"] == "Åse\nIda"
    before = Event.objects.count()
    sent = {"sender_present": ["Terje Teknisk"], "sender_people": "Per Vikar", "digipost_people": "Åse\r\nIda"}
    assert lead.post(address, NEW | sent | {"held_on": str(today())}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.sender_people, meeting.digipost_people, meeting.minutes) == (stored, "Åse\nIda", "Møtt.")
    assert Event.objects.count() == before + 1  # the minutes alone


def test_who_is_not_on_the_integration_is_not_ticked(cast: Cast, journey: Journey) -> None:
    answer = cast.client(cast.manager).post(at(journey), NEW | {"sender_present": [cast.stranger.name]})
    assert answer.status_code == 422


def joins(cast: Cast, journey: Journey, name: str) -> None:
    to = {"name": name, "email": "ny@fjordvik.example"}
    workflow.invite(journey.integration, by=cast.manager, roles=[Role.TECHNICAL_LEAD], **to)


def everybody(client: Client, journey: Journey, **more: Any) -> dict[str, Any]:
    """That everybody was there who is listed, as the page says who that is."""
    shown = client.get(at(journey)).context["form"]["shown_people"].value()
    return NEW | {"everybody": "on", "shown_people": shown} | more


def test_everybody_who_is_listed_is_said_at_once(cast: Cast, journey: Journey) -> None:
    journey.roles()
    joins(cast, journey, "Nordmann, Kari")
    lead = cast.client(cast.lead)
    listed = lead.get(at(journey)).context["form"].listed
    assert lead.post(at(journey), everybody(lead, journey, sender_people="Per Vikar")).status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.sender_people == ", ".join([*listed["sender"], "Per Vikar"])
    assert "Nordmann, Kari" in meeting.sender_people
    assert meeting.digipost_people == cast.staff.name


def test_whoever_came_since_the_page_was_shown_is_shown_first(cast: Cast, journey: Journey) -> None:
    journey.roles()
    lead = cast.client(cast.lead)
    said = everybody(lead, journey, minutes="Møtt, alle sammen.")
    joins(cast, journey, "Ny Etterpå")
    answer = lead.post(at(journey), said)
    form = answer.context["form"]
    assert (answer.status_code, set(form.errors)) == (422, {"everybody"})
    assert "Møtt, alle sammen." in answer.content.decode()
    assert not Meeting.objects.exists()
    assert lead.post(at(journey), said | {"shown_people": form["shown_people"].value()}).status_code == 302
    assert "Ny Etterpå" in Meeting.objects.get().sender_people


def test_everybody_and_some_are_not_both_said(cast: Cast, journey: Journey) -> None:
    journey.roles()
    lead = cast.client(cast.lead)
    answer = lead.post(at(journey), everybody(lead, journey, sender_present=["Terje Teknisk"]))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"everybody"})
    assert not Meeting.objects.exists()


def test_nobody_has_been_at_a_meeting_ahead(cast: Cast, journey: Journey) -> None:
    journey.roles()
    lead, tomorrow = cast.client(cast.lead), str(today() + datetime.timedelta(days=1))
    answer = lead.post(at(journey), everybody(lead, journey, held_on=tomorrow))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"everybody"})


def test_who_is_ticked_and_typed_is_named_once(cast: Cast, journey: Journey) -> None:
    journey.roles()
    lead = cast.client(cast.lead)
    assert (
        lead.post(at(journey), everybody(lead, journey, sender_people="Terje Teknisk, Per Vikar")).status_code == 302
    )
    assert Meeting.objects.get().sender_people.count("Terje Teknisk") == 1


def test_it_is_not_asked_where_one_person_is_listed(cast: Cast) -> None:
    form = MeetingForm(sender={}, digipost={"Ingrid": "Ingrid"})
    assert "everybody" not in form.fields
