"""A person's page of calendar addresses: each shown once, listed, revoked; no more than there is room for."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.entry import limits
from milestones.models import AccountEvent, CalendarFeed, User
from milestones.workflow import room
from tests.calendars.read_back import address_for, ask
from tests.cast import Cast
from tests.made_once import made_once

PAGE = "/me/calendars/"


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


def shown_on(page: str) -> list[str]:
    """The addresses that a page shows in full."""
    return re.findall(r'value="http://localhost:8000(/calendar/[\w-]{43}\.ics)"', page)


def test_it_is_shown_once_and_then_by_its_name(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    made = client.post(PAGE, {"integration": "", "name": "Outlook"})
    page = made.content.decode()
    (address,) = shown_on(page)
    assert made.status_code == 200
    assert made["Cache-Control"] == "private, no-store"
    assert f'href="webcal://localhost:8000{address}"' in page
    assert ask(address).status_code == 200
    for later in (client.get(PAGE), cast.client(cast.staff).get(PAGE)):
        assert shown_on(later.content.decode()) == []
    assert "Outlook" in client.get(PAGE).content.decode()
    assert address.split("/")[2][:43] not in client.get("/me/?download").content.decode()


def test_the_plan_leads_to_one_of_its_integration(cast: Cast, journey: Journey) -> None:
    reference = journey.integration.reference
    for who in (cast.manager, cast.lead, cast.staff):
        client = cast.client(who)
        assert f'href="{PAGE}?integration={reference}"' in client.get(f"/i/{reference}/plan/").content.decode()
        page = client.get(PAGE, {"integration": reference}).content.decode()
        assert re.search(rf'<option value="{reference}" selected>', page)
        (address,) = shown_on(client.post(PAGE, {"integration": reference}).content.decode())
        assert ask(address).content.count(reference.encode()) > 1
    strangers = cast.client(cast.stranger).get(PAGE, {"integration": reference}).content.decode()
    assert f'value="{reference}"' not in strangers
    assert str(journey.integration) not in strangers


def test_it_is_revoked_at_once_and_says_so(cast: Cast, journey: Journey) -> None:
    address, client = address_for(cast.lead, name="Telefon"), cast.client(cast.lead)
    pk = CalendarFeed.objects.get().pk
    assert client.get(f"{PAGE}{pk}/revoke/").status_code == 405
    assert client.post(f"{PAGE}{pk}/revoke/")["Location"] == PAGE
    assert ask(address).status_code == 404
    page = client.get(PAGE).content.decode()
    assert "Telefon" in page
    assert f"{PAGE}{pk}/revoke/" not in page
    assert client.post(f"{PAGE}{pk}/revoke/").status_code == 409


def test_when_it_was_last_read_is_noted_but_not_each_time(cast: Cast, journey: Journey) -> None:
    address = address_for(cast.lead)
    assert CalendarFeed.objects.get().last_read_at is None
    read: list[Any] = []
    for minutes in (0, 5, 15):
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minutes), tick=False):
            ask(address)
            read.append(CalendarFeed.objects.get().last_read_at)
    assert read[0] == read[1] < read[2]


def test_one_that_answers_no_longer_says_so(cast: Cast, journey: Journey) -> None:
    second = cast.journey("Faktura")
    second.roles()
    address_for(cast.lead, journey.integration)
    client = cast.client(cast.lead)
    assert [answers for _feed, answers in client.get(PAGE).context["live"]] == [True]
    member = journey.integration.members.current().get(user=cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    client.force_login(User.objects.get(pk=cast.lead.pk))
    assert [answers for _feed, answers in client.get(PAGE).context["live"]] == [False]


def test_nobody_has_more_than_there_is_room_for(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.FEEDS == 5
    monkeypatch.setattr(room, "FEEDS", 2)
    client = cast.client(cast.lead)
    statuses = [client.post(PAGE, {"name": name}).status_code for name in "ABC"]
    assert statuses == [200, 200, 422]
    refused = client.post(PAGE, {"name": "D"}).content.decode()
    assert "ds-error-summary" in refused
    assert shown_on(refused) == []
    workflow.revoke_feed(CalendarFeed.objects.earliest("pk").pk, by=cast.lead)
    assert client.post(PAGE, {"name": "C"}).status_code == 200
    assert cast.client(cast.manager).post(PAGE, {"name": "A"}).status_code == 200


def test_nobody_makes_them_by_the_hundred(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FEEDS_A_DAY", 3)
    for name in "ABC":
        address_for(cast.lead, name=name)
        workflow.revoke_feed(CalendarFeed.objects.latest("pk").pk, by=cast.lead)
    with pytest.raises(ValidationError):
        address_for(cast.lead, name="D")
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        address_for(cast.lead, name="D")


def test_both_are_noted_of_the_account(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    client.post(PAGE, {"name": "Outlook"})
    client.post(f"{PAGE}{CalendarFeed.objects.get().pk}/revoke/")
    kinds = AccountEvent.objects.filter(user=cast.lead, kind__startswith="calendar").values_list("kind", flat=True)
    assert sorted(kinds) == ["calendar_made", "calendar_revoked"]


def test_markup_in_a_name_is_shown_as_it_is(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    client.post(PAGE, {"name": '<b>"Viktig"</b>'})
    page = client.get(PAGE).content.decode()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_only_signed_in(cast: Cast, journey: Journey) -> None:
    address_for(cast.lead)
    for address in (PAGE, f"{PAGE}{CalendarFeed.objects.get().pk}/revoke/"):
        assert Client().post(address, {"name": "Ny"})["Location"].startswith("/sign-in/")
    assert Client().get(PAGE)["Location"].startswith("/sign-in/")
    assert CalendarFeed.objects.count() == 1


@pytest.fixture
def limited(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITED = True  # type: ignore[attr-defined]
    fresh = limits.limiter_on("")
    monkeypatch.setattr(limits, "_limiter", lambda: fresh)


@pytest.mark.usefixtures("limited")
def test_each_address_is_read_so_often_and_no_more(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.RULES, "calendar_feed", limits.Rule("3 per hour", "8 per 15 minutes"))
    mine, theirs = address_for(cast.lead), address_for(cast.manager)
    assert [ask(mine).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(ask(mine)["Retry-After"]) > 0
    assert ask(theirs).status_code == 200
    guesses = [ask(f"/calendar/{letter * 43}.ics").status_code for letter in "abc"]
    assert guesses == [404, 404, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert [elsewhere.get(one).status_code for one in (mine, theirs)] == [429, 200]
