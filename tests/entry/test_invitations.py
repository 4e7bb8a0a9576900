"""Invitations: a single-use link, bound to an address, for seven days, consumed by POST."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.http import Http404
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import EventKind, Invitation, Mail, Member, User
from milestones.process import ROLES_REQUIRED, Role
from tests.cast import Cast, reasons
from tests.entry.conftest import Mailed, link_in, signed_in_as
from tests.made_once import made_once

NEW = "ny@fjordvik.example"


@made_once
def member(journey: Journey) -> Member:
    """Somebody new, invited as technical lead."""
    return workflow.invite(
        journey.integration, by=journey.cast.manager, name="Ny Leder", email=NEW, roles=[Role.TECHNICAL_LEAD]
    )


def home(journey: Journey) -> str:
    return f"/i/{journey.integration.reference}/"


def test_a_link_lets_in_once(journey: Journey, member: Member, mailed: Mailed) -> None:
    link, browser = link_in(mailed()), Client()
    page = browser.get(link)
    assert page.status_code == 200
    assert journey.integration.reference in page.content.decode()
    assert browser.post(link)["Location"] == home(journey)
    assert signed_in_as(browser) == str(member.user_id)
    assert browser.get(home(journey)).status_code == 200
    accepted = journey.integration.events.filter(kind=EventKind.INVITATION_ACCEPTED, actor=member.user)
    assert accepted.count() == 1
    again = Client()
    assert (again.get(link).status_code, again.post(link).status_code) == (410, 410)
    assert signed_in_as(again) is None


def test_a_link_that_was_made_with_another_secret_key_still_lets_in(
    journey: Journey, member: Member, mailed: Mailed, settings: Any
) -> None:
    """The form posts to the address of its page, and derives no link anew."""
    link, browser = link_in(mailed()), Client()
    settings.SECRET_KEY = "another-key-that-is-long-enough-0123456789-abcdefghij"
    assert browser.get(link).content.decode().count('action=""') == 1
    assert browser.post(link)["Location"] == home(journey)


def test_one_that_is_sent_after_the_secret_key_was_changed_holds_the_link_that_was_made(
    journey: Journey, member: Member, mailed: Mailed, settings: Any
) -> None:
    old, new = settings.SECRET_KEY, "another-key-that-is-long-enough-0123456789-abcdefghij"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, ["one-between", old]
    assert Client().post(link_in(mailed()))["Location"] == home(journey)


def test_a_scanner_that_follows_the_link_consumes_nothing(member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    for _ in range(3):
        Client().get(link)
        Client().head(link)
    assert Invitation.objects.get(member=member).used_at is None
    assert Client().post(link).status_code == 302


def test_who_is_invited_shows_and_holds_a_role_but_sees_nothing_yet(
    cast: Cast, journey: Journey, member: Member
) -> None:
    page = cast.client(cast.manager).get(home(journey) + "people/").content.decode()
    assert "Ny Leder" in page
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=ROLES_REQUIRED)
    assert reasons(journey.integration, "1.2") == []
    browser = Client()
    browser.force_login(User.objects.get(pk=member.user_id))
    assert browser.get(home(journey)).status_code == 404
    assert journey.integration.reference not in browser.get("/integrations/").content.decode()
    with pytest.raises(Http404):
        workflow.confirm(journey.integration, "2.1", by=member.user, confirmed_on=timezone.localdate())


def test_only_a_hash_is_kept(member: Member, mailed: Mailed) -> None:
    token = link_in(mailed()).split("/")[2]
    stored = [str(value) for row in (*Invitation.objects.values(), *Mail.objects.values()) for value in row.values()]
    assert not any(token in value for value in stored)


def test_not_after_seven_days(member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=7, seconds=1)):
        assert Client().post(link).status_code == 410
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6, hours=23)):
        assert Client().post(link).status_code == 302


def test_not_for_another_address(cast: Cast, member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    stranger = cast.client(cast.stranger)
    assert cast.stranger.email in stranger.get(link).content.decode()
    assert stranger.post(link).status_code == 403
    User.objects.filter(pk=member.user_id).update(email="annen@fjordvik.example")
    assert Client().post(link).status_code == 403
    assert not Member.objects.get(pk=member.pk).accepted_at


def test_withdrawn_and_sent_again(cast: Cast, journey: Journey, member: Member, mailed: Mailed) -> None:
    first, manager = link_in(mailed()), cast.client(cast.manager)
    manager.post(f"{home(journey)}people/{member.pk}/invitation/withdraw/")
    assert Client().post(first).status_code == 410
    manager.post(f"{home(journey)}people/{member.pk}/invitation/")
    second = link_in(mailed())
    assert second != first
    assert Client().post(first).status_code == 410
    assert Client().post(second).status_code == 302
    assert manager.post(f"{home(journey)}people/{member.pk}/invitation/").status_code == 409  # has come in


def test_not_for_who_was_removed_meanwhile(cast: Cast, journey: Journey, member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    assert Client().post(link).status_code == 410


def test_not_for_who_can_no_longer_sign_in(member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    User.objects.filter(pk=member.user_id).update(is_active=False)
    assert Client().post(link).status_code == 410


def test_not_into_what_is_closed(cast: Cast, journey: Journey, member: Member, mailed: Mailed) -> None:
    link = link_in(mailed())
    workflow.close_integration(journey.integration, by=cast.staff, reason="Prosjektet er stanset.")
    assert Client().post(link).status_code == 409


def test_who_has_an_account_stays_who_they_are(cast: Cast, journey: Journey, mailed: Mailed) -> None:
    """Somebody from elsewhere, signed in: the link adds an integration, and asks nothing."""
    member = workflow.invite(
        journey.integration, by=cast.manager, name="Nina", email=cast.stranger.email, roles=[Role.OBSERVER]
    )
    stranger = cast.client(cast.stranger)
    assert stranger.get(home(journey)).status_code == 404
    assert stranger.post(link_in(mailed())).status_code == 302
    assert stranger.get(home(journey)).status_code == 200
    assert Member.objects.get(pk=member.pk).user == cast.stranger


def test_the_same_mail_twice_holds_the_same_link(member: Member, mailed: Mailed) -> None:
    first = link_in(mailed())
    Mail.objects.filter(kind="invited", recipient=member.user).update(state="waiting")
    assert link_in(mailed()) == first


def test_an_invitation_that_was_withdrawn_is_not_mailed(cast: Cast, journey: Journey, member: Member) -> None:
    workflow.revoke_invitation(journey.integration, member.pk, by=cast.manager)
    while sending.send_batch():
        pass
    assert [letter for letter in mail.outbox if letter.to == [NEW]] == []


def test_whoever_is_removed_sees_nothing_at_the_next_request_and_1_2_reopens(cast: Cast, journey: Journey) -> None:
    journey.roles()
    lead = cast.client(cast.lead)
    assert lead.get(home(journey)).status_code == 200
    member = journey.integration.members.get(user=cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    assert lead.get(home(journey)).status_code == 302  # the session has ended
    assert reasons(journey.integration, "1.2") == ["role_vacant"]
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert lead.get(home(journey)).status_code == 404
