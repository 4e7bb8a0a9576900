"""Who is invited to a meeting is told by mail, with an entry for their calendar: asked, moved, called off."""

from __future__ import annotations

import datetime

import time_machine
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, Meeting, SendState, User
from tests.calendars.planning import PLAN, call_off, change, in_days, invitation_in, parts_of, plan, send
from tests.calendars.read_back import OSLO, address_for, calendar_at, check_lines, read
from tests.cast import Cast
from tests.made_once import made_once
from tests.reminders.announced import emails


@made_once
def journey(cast: Cast) -> Journey:
    """With somebody in each role, Digipost's contact, and no mail that waits."""
    journey = cast.journey()
    journey.roles()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    Mail.objects.all().delete()
    User.objects.update(language="en")
    return journey


def states(kind: str) -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def test_everybody_who_is_invited_is_asked_also_whoever_planned_it(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.manager, cast.lead, cast.staff)
    letters = send()
    assert set(letters) == emails(cast.manager, cast.lead, cast.staff)
    day = meeting.held_on
    letter = letters[cast.lead.email]
    assert letter.subject == f"{journey.integration.reference}: Invitation: kickoff on {day.day} {day:%b %Y}"
    assert f"{cast.manager.name} invites you to this meeting:\n\nKickoff, " in letter.body
    assert ", 10:00–11:30\nPlace: Møterom 3" in letter.body
    assert (
        f"Invited: {cast.staff.name}, {cast.manager.name}, {cast.lead.name}\n\nLøsningen; planen,\nog" in letter.body
    )
    assert "What it answers by itself is not read" in letter.body
    assert f"/i/{journey.integration.reference}/meetings/{meeting.pk}/" in letter.body
    assert letter.reply_to == [cast.manager.email]
    assert "as you planned it" in letters[cast.manager.email].body


def test_the_invitation_stands_last_of_the_alternatives_and_as_a_file(cast: Cast, journey: Journey) -> None:
    plan(journey, cast.lead)
    (letter,) = send().values()
    message = letter.message()
    assert message.get_content_type() == "multipart/mixed"
    alternative, attached = message.get_payload()
    assert alternative.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternative.get_payload()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    for part in (alternative.get_payload()[-1], attached):
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content_disposition() == "attachment"
    assert alternative.get_payload()[-1].get_content_disposition() is None


def test_over_the_wire_its_lines_stay_as_they_are(cast: Cast, journey: Journey) -> None:
    plan(journey, cast.lead, agenda="Æøå, 💌; " * 60)
    (letter,) = send().values()
    for part in parts_of(letter):
        if part.get_content_type() == "text/calendar":
            sent = part.get_payload(decode=True)
            assert isinstance(sent, bytes)
            check_lines(sent.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    raw = letter.message().as_bytes(linesep="\r\n")
    assert b"\r\r\n" not in raw
    assert b"\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\n" in raw


def test_it_says_what_the_meeting_is_and_who_asks(cast: Cast, journey: Journey, settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL = "Digipost integrasjoner <svar-ikke@digipost.example>"  # type: ignore[attr-defined]
    meeting = plan(journey, cast.lead)
    (letter,) = send().values()
    calendar = invitation_in(letter)
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "REQUEST"
    begins = datetime.datetime.combine(meeting.held_on, datetime.time(10), OSLO)
    assert (event.start, event.end) == (begins, begins + datetime.timedelta(minutes=90))
    assert event["location"] == PLAN["place"]
    assert str(event["description"]) == f"Fjordvik kommune\n\n{PLAN['agenda']}"
    assert event["transp"] == "OPAQUE"
    organiser, attendee = event["organizer"], event["attendee"]
    assert organiser == "mailto:svar-ikke@digipost.example"
    assert letter.from_email.endswith("<svar-ikke@digipost.example>")
    assert organiser.params["CN"] == cast.manager.name
    assert organiser.params["SENT-BY"] == f"mailto:{cast.manager.email}"
    assert attendee == f"mailto:{cast.lead.email}"
    assert (attendee.params["CN"], attendee.params["RSVP"]) == (cast.lead.name, "FALSE")
    in_feed = calendar_at(address_for(cast.lead))[f"meeting-{meeting.pk}"]
    assert (event["uid"], event["sequence"]) == (in_feed.uid, in_feed.sequence)
    assert read(parts_of(letter)[-1].get_payload(decode=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))  # type: ignore[union-attr]


def test_a_change_is_the_same_entry_in_another_version(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead, cast.owner)
    first = invitation_in(send()[cast.lead.email]).walk("VEVENT")[0]
    change(journey, meeting, cast.lead, cast.owner, held_on=in_days(8), place="Hos dere", by=cast.staff)
    letters = send()
    assert set(letters) == emails(cast.lead, cast.owner)  # once, of all that is different
    second = invitation_in(letters[cast.lead.email]).walk("VEVENT")[0]
    assert second["uid"] == first["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert second.start.date() == in_days(8)
    assert "Changed: kickoff" in letters[cast.lead.email].subject
    assert f"{cast.staff.name} has changed the plan" in letters[cast.lead.email].body


def test_what_is_called_off_is_cancelled(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    uid = invitation_in(send()[cast.lead.email]).walk("VEVENT")[0]["uid"]
    call_off(journey, meeting)
    letter = send()[cast.lead.email]
    calendar = invitation_in(letter)
    (event,) = calendar.walk("VEVENT")
    assert {part.get_param("method") for part in parts_of(letter)[2:]} == {"CANCEL"}
    assert (calendar["method"], event["status"], event["uid"]) == ("CANCEL", "CANCELLED", uid)
    assert event["sequence"] == 1
    assert "Called off: kickoff" in letter.subject
    assert "Ingen kunne" in letter.body


def test_who_is_invited_later_is_asked_and_who_no_longer_is_told_so(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead, cast.owner)
    send()
    change(journey, meeting, cast.lead, cast.contract)
    letters = send()
    assert set(letters) == emails(cast.contract, cast.owner)
    assert invitation_in(letters[cast.contract.email])["method"] == "REQUEST"
    assert "Invitation: kickoff" in letters[cast.contract.email].subject
    withdrawn = invitation_in(letters[cast.owner.email])
    assert (withdrawn["method"], withdrawn.walk("VEVENT")[0]["status"]) == ("CANCEL", "CANCELLED")
    assert withdrawn.walk("VEVENT")[0]["sequence"] == 1
    assert "You are no longer invited: kickoff" in letters[cast.owner.email].subject
    assert calendar_at(address_for(cast.owner))[f"meeting-{meeting.pk}"].state == "CONFIRMED"
    change(journey, meeting, cast.lead, cast.contract, cast.owner)
    again = invitation_in(send()[cast.owner.email]).walk("VEVENT")[0]
    assert again["sequence"] == 2


def test_of_several_that_wait_the_last_says_all(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    change(journey, meeting, cast.lead, place="Hos dere")
    change(journey, meeting, cast.lead, cast.owner, held_on=in_days(9))
    letters = send()
    assert set(letters) == emails(cast.lead, cast.owner)
    (event,) = invitation_in(letters[cast.lead.email]).walk("VEVENT")
    assert (event["location"], event.start.date(), event["sequence"]) == ("Hos dere", in_days(9), 2)
    assert "Invitation: kickoff" in letters[cast.lead.email].subject  # it is the first they hear
    assert states(MailKind.MEETING) == [SendState.DROPPED] * 2 + [SendState.SENT] * 2


def test_who_was_never_asked_is_not_told_that_it_is_called_off(cast: Cast, journey: Journey) -> None:
    call_off(journey, plan(journey, cast.lead))
    assert send() == {}
    assert states(MailKind.MEETING) == states(MailKind.MEETING_CALLED_OFF) == [SendState.DROPPED]


def test_who_leaves_is_told_that_they_are_no_longer_expected(cast: Cast, journey: Journey) -> None:
    """They have it in their calendar; the others hear nothing, and nobody is told who was never asked."""
    meeting = plan(journey, cast.lead, cast.owner)
    uid = invitation_in(send()[cast.lead.email]).walk("VEVENT")[0]["uid"]
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    letters = send()
    assert set(letters) == emails(cast.lead)
    (event,) = invitation_in(letters[cast.lead.email]).walk("VEVENT")
    assert (event["uid"], event["status"], event["sequence"]) == (uid, "CANCELLED", 1)
    assert list(meeting.invitees.filter(withdrawn_at=None).values_list("user", flat=True)) == [cast.owner.pk]


def test_who_left_is_closed_or_erased_meanwhile_is_not_invited(cast: Cast, journey: Journey) -> None:
    plan(journey, cast.lead, cast.owner, cast.contract)
    for gone in (cast.lead, cast.contract):
        member = journey.integration.members.current().get(user=gone)
        workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    workflow.erase_person(cast.contract, by=cast.staff, reason="Ba om det")
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert send() == {}
    assert states(MailKind.MEETING) == [SendState.DROPPED] * 3
    assert states(MailKind.MEETING_CALLED_OFF) == [SendState.DROPPED] * 2


def test_what_is_over_or_held_or_closed_is_not_told(cast: Cast, journey: Journey) -> None:
    plan(journey, cast.lead, days=1)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert send() == {}
    meeting = plan(journey, cast.lead, days=0)
    workflow.record_meeting(
        journey.integration, by=cast.lead, meeting_id=meeting.pk, kind="kickoff", held_on=in_days(0),
        sender_people="Kari", digipost_people="", minutes="",
    )  # fmt: skip
    assert send() == {}
    plan(journey, cast.lead)
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset")
    assert send() == {}


def test_closing_calls_off_what_lies_ahead(cast: Cast, journey: Journey) -> None:
    meeting = plan(journey, cast.lead)
    send()
    workflow.close_integration(journey.integration, by=cast.staff, reason="Prosjektet er stanset")
    letter = send()[cast.lead.email]
    assert invitation_in(letter)["method"] == "CANCEL"
    assert "Prosjektet er stanset" in letter.body
    entry = calendar_at(address_for(cast.lead))[f"meeting-{meeting.pk}"]
    assert (entry.state, entry.sequence) == ("CANCELLED", 1)


def test_in_a_pause_people_meet_all_the_same(cast: Cast, journey: Journey) -> None:
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Ferie")
    plan(journey, cast.lead)
    assert set(send()) == emails(cast.lead)


def test_another_sender_calls_them_something_else(cast: Cast, journey: Journey) -> None:
    """On an integration, and in what it sends, people are called what its inviter typed."""
    journey.integration.members.filter(user=cast.lead).update(name="Terje fra IT")
    plan(journey, cast.lead)
    (letter,) = send().values()
    assert "Invited: Terje fra IT" in letter.body
    assert invitation_in(letter).walk("VEVENT")[0]["attendee"].params["CN"] == "Terje fra IT"
    assert cast.lead.name not in letter.body.replace(f"Hello, {cast.lead.name}", "")


def test_a_second_attempt_sends_the_same(cast: Cast, journey: Journey) -> None:
    plan(journey, cast.lead)
    first = parts_of(send()[cast.lead.email])[-1].get_payload(decode=True)
    Mail.objects.update(state=SendState.FAILED)
    Mail.objects.all().try_again()
    assert parts_of(send()[cast.lead.email])[-1].get_payload(decode=True) == first
    assert Meeting.objects.get().sequence == 0
