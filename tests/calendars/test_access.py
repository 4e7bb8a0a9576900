"""Who reads what at an address: what its owner may see now, nobody else's, and nothing once they may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from milestones import clock, personal, workflow
from milestones.demo import Journey
from milestones.models import CalendarFeed, Integration, User
from milestones.models.calendar_feed import new_token
from milestones.models.member import hash_of
from milestones.process import Role
from tests.calendars.read_back import address_for, ask, references_at
from tests.cast import Cast
from tests.made_once import made_once

End = Callable[[Cast, Journey], object]


@made_once
def journey(cast: Cast) -> Journey:
    """With somebody in each role, and Digipost's contact."""
    journey = cast.journey()
    journey.roles()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    return journey


def leave(cast: Cast, journey: Journey) -> None:
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)


def test_a_person_reads_the_dates_of_all_that_they_are_on_and_of_nothing_else(cast: Cast, journey: Journey) -> None:
    second, neighbour = cast.journey("Faktura"), cast.neighbour()
    mine = {journey.integration.reference, second.integration.reference}
    assert references_at(address_for(cast.manager)) == mine
    assert references_at(address_for(cast.manager, second.integration)) == {second.integration.reference}
    assert references_at(address_for(cast.lead)) == {journey.integration.reference}
    assert references_at(address_for(cast.stranger)) == {neighbour.integration.reference}


def test_one_of_the_staff_reads_those_whose_contact_they_are_or_the_one_that_they_chose(
    cast: Cast, journey: Journey
) -> None:
    neighbour = cast.neighbour().integration
    workflow.set_contact(neighbour, by=cast.staff, contact=cast.other_staff)
    address = address_for(cast.staff)
    assert references_at(address) == {journey.integration.reference}
    assert references_at(address_for(cast.staff, neighbour)) == {neighbour.reference}
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.other_staff)
    assert (ask(address).status_code, references_at(address)) == (200, set())


def remove_everywhere(cast: Cast, journey: Journey) -> None:
    leave(cast, journey)


def deactivate(cast: Cast, journey: Journey) -> None:
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)


def erase(cast: Cast, journey: Journey) -> None:
    leave(cast, journey)
    workflow.erase_person(cast.lead, by=cast.staff, reason="Ba om det")
    assert not CalendarFeed.objects.exists()


def join_the_staff(cast: Cast, journey: Journey) -> None:
    leave(cast, journey)
    User.objects.filter(pk=cast.lead.pk).update(is_staff=True)


def revoke(cast: Cast, journey: Journey) -> None:
    for feed in cast.lead.calendar_feeds.all():
        workflow.revoke_feed(feed.pk, by=cast.lead)


@pytest.mark.parametrize("end", [remove_everywhere, deactivate, erase, join_the_staff, revoke])
def test_it_answers_nobody_from_that_moment(cast: Cast, journey: Journey, end: End) -> None:
    addresses = [address_for(cast.lead), address_for(cast.lead, journey.integration)]
    tags = [ask(address)["ETag"] for address in addresses]
    end(cast, journey)
    for address, tag in zip(addresses, tags, strict=True):
        assert ask(address).status_code == 404
        assert ask(address, if_none_match=tag).status_code == 404


def test_who_is_of_the_staff_no_longer_reads_nothing(cast: Cast, journey: Journey) -> None:
    addresses = [address_for(cast.staff), address_for(cast.staff, journey.integration)]
    assert [ask(address).status_code for address in addresses] == [200, 200]
    User.objects.filter(pk=cast.staff.pk).update(is_staff=False)
    assert [ask(address).status_code for address in addresses] == [404, 404]


def test_who_leaves_one_of_two_reads_the_other(cast: Cast, journey: Journey) -> None:
    second = cast.journey("Faktura")
    second.roles()
    of_all, of_first = address_for(cast.lead), address_for(cast.lead, journey.integration)
    leave(cast, journey)
    assert references_at(of_all) == {second.integration.reference}
    assert ask(of_first).status_code == 404


def test_who_is_invited_and_has_not_come_reads_nothing(cast: Cast, journey: Journey) -> None:
    workflow.invite(
        journey.integration, by=cast.manager, name="Olga", email=cast.observer.email, roles=[Role.OBSERVER]
    )
    feed = workflow.make_feed(by=cast.observer, integration=None, name="")
    assert ask(f"/calendar/{feed.token}.ics").status_code == 404


def test_a_role_that_ends_leaves_what_every_member_may_see(cast: Cast, journey: Journey) -> None:
    """As on the pages: who is on the integration sees its dates, whatever roles they hold."""
    address = address_for(cast.lead)
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[])
    assert references_at(address) == {journey.integration.reference}


def test_a_token_is_not_to_be_guessed(cast: Cast, journey: Journey) -> None:
    address = address_for(cast.lead)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert len(token) == 43
    assert token not in str(CalendarFeed.objects.values().get())
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    for guess in (new_token(), other, token.swapcase(), feed.token_hash[:43], "a" * 43, token[:-1], f"{token}x", ""):
        assert ask(f"/calendar/{guess}.ics").status_code == 404, guess
    for asked in (f"/calendar/{token}", f"/calendar/{token}.ics/", f"/calendar/{feed.pk}.ics"):
        assert ask(asked).status_code == 404, asked


def test_nobody_makes_one_of_what_is_not_theirs(cast: Cast, journey: Journey) -> None:
    neighbour = cast.neighbour().integration
    client = cast.client(cast.manager)
    for reference in (neighbour.reference, "ZZZZ-999", "x"):
        answer = client.post("/me/calendars/", {"integration": reference, "name": "Nabo"})
        assert answer.status_code == 422
        assert neighbour.name not in answer.content.decode()
    assert not CalendarFeed.objects.exists()
    with pytest.raises(Exception, match="No Integration matches"):
        workflow.make_feed(by=cast.manager, integration=neighbour, name="")


def test_another_ones_is_neither_seen_nor_revoked(cast: Cast, journey: Journey) -> None:
    address = address_for(cast.lead, name="Telefonen til Terje")
    pk = CalendarFeed.objects.get().pk
    for other in (cast.manager, cast.staff, cast.stranger):
        client = cast.client(other)
        assert "Telefonen til Terje" not in client.get("/me/calendars/").content.decode()
        assert client.post(f"/me/calendars/{pk}/revoke/").status_code == 404
        with pytest.raises(workflow.Stale):
            workflow.revoke_feed(pk, by=other)
    assert ask(address).status_code == 200


def test_it_is_read_and_no_more(cast: Cast, journey: Journey) -> None:
    address = address_for(cast.lead)
    client = Client(enforce_csrf_checks=True)
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get(address)["ETag"]
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(address).status_code in (403, 405), method
    assert Session.objects.filter(session_key__in=[one.value for one in client.cookies.values()]).count() == 0


def test_no_session_stands_in_its_way(cast: Cast, journey: Journey, settings: object) -> None:
    """Whoever is signed in reads it too, also one of the staff who has not shown a second factor."""
    settings.STAFF_SECOND_FACTOR = True  # type: ignore[attr-defined]
    client = Client()
    client.force_login(cast.other_staff)
    answer = client.get(address_for(cast.lead))
    assert answer.status_code == 200
    assert answer["Content-Language"] == cast.lead.language


def test_what_is_anonymised_keeps_nobodys_address(cast: Cast) -> None:
    """Of who is on another integration too, the one of the other stays."""
    with clock.ago(30 * 26):
        old, other = cast.journey("Gammel"), cast.journey("Ny")
        old.roles()
        address_for(cast.lead, old.integration)
        address_for(cast.manager, old.integration)
        address = address_for(cast.manager, name="Alle")
    with clock.ago(31 * 25):
        workflow.close_integration(old.integration, by=cast.staff, reason="Stanset")
    assert personal.anonymise_due() == 1
    assert {feed.name for feed in CalendarFeed.objects.all()} == {"Alle"}
    assert references_at(address) == {other.integration.reference}


def test_what_is_stored_of_it_is_shown_to_its_owner_and_goes_with_them(cast: Cast, journey: Journey) -> None:
    address_for(cast.lead, journey.integration, name="Telefon")
    address_for(cast.manager, name="Outlook")
    (row,) = personal.stored_about(cast.lead)["rows"]["calendarfeed.user"]
    assert (row["name"], row["integration__reference"]) == ("Telefon", journey.integration.reference)
    assert row["made_at"]
    assert not row["revoked_at"]
    assert hash_of("") not in str(row)
    assert "token" not in str(row)
    leave(cast, journey)
    workflow.erase_person(cast.lead, by=cast.staff, reason="Ba om det")
    assert CalendarFeed.objects.get().user == cast.manager
    assert Integration.objects.filter(pk=journey.integration.pk).exists()
