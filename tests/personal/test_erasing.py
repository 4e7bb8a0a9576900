"""Somebody is erased: they stand nowhere, history is whole, and they do not come back in."""

from __future__ import annotations

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction

from milestones import personal, workflow
from milestones.demo import Journey
from milestones.models import Event, EventKind, Import, Invitation, Mail, Member, SendState, User
from milestones.personal import stored_about
from milestones.process import Role
from tests.cast import PASSWORD, Cast, add_observer
from tests.importing import WHO, sheet_of
from tests.personal.common import (
    erase,
    everything_stored,
    leave,
    named_everywhere,
    require_refusal,
    snapshots_differ,
    stands_somewhere,
)


@pytest.mark.parametrize("who", ["lead", "owner"])
def test_who_is_erased_stands_nowhere(cast: Cast, journey: Journey, who: str) -> None:
    person: User = getattr(cast, who)
    named_everywhere(cast, journey, person)
    leave(cast, journey, person)
    cast.client(person).get("/")
    assert stands_somewhere(person.name, person.email) == [person.name, person.email]
    events, acted = Event.objects.count(), Event.objects.filter(actor=person).count()
    kept = list(Event.objects.order_by("pk").values_list("pk", "at", "kind", "integration", "actor"))

    erased = erase(person, cast.staff, reason=f"{person.name} ba om det")

    assert stands_somewhere(person.name, person.email) == []
    assert re.fullmatch(r"(Slettet|Erased) person [2-9A-Z]{4}", erased.name)
    assert erased.email.endswith(".invalid")
    assert list(Event.objects.order_by("pk").values_list("pk", "at", "kind", "integration", "actor"))[:-1] == kept
    assert Event.objects.count() == events + 1
    assert Event.objects.filter(actor=person).count() == acted
    entry = Event.objects.latest("pk")
    assert (entry.kind, entry.actor, entry.subject) == (EventKind.PERSON_ERASED, cast.staff, erased.name)
    assert int(entry.to_value) == Event.objects.filter(_names(erased)).exclude(pk=entry.pk).count() > 3
    assert entry.reason == f"{erased.name} ba om det"
    assert not snapshots_differ()
    require_refusal()


def _names(person: User) -> models.Q:
    columns = ("subject", "from_value", "to_value", "reason")
    return models.Q(*((f"{column}__contains", person.name) for column in columns), _connector=models.Q.OR)


def test_who_is_erased_never_signs_in_again(cast: Cast, journey: Journey) -> None:
    client = cast.client(cast.lead)
    assert client.get("/").status_code == 200
    leave(cast, journey, cast.lead)
    sessions = Session.objects.count()
    erased = erase(cast.lead, cast.staff)
    assert Session.objects.count() == sessions - 1
    assert client.get("/").status_code == 302
    assert (erased.is_active, erased.has_usable_password(), erased.is_superuser) == (False, False, False)
    for email in (cast.lead.email, erased.email):
        assert not client.login(username=email, password=PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=erased.pk).update(is_active=True)
    theirs = Mail.objects.filter(recipient=erased)
    assert set(theirs.values_list("text", "subject", "address")) == {("", "", erased.email)}
    assert not theirs.filter(state__in=(SendState.WAITING, SendState.SENDING)).exists()


def test_an_address_that_was_written_wrong_goes_too(cast: Cast, journey: Journey) -> None:
    member = workflow.invite(journey.integration, by=cast.manager, name="Per", email="pre@x.example", roles=[])
    User.objects.filter(pk=member.user_id).update(email="per@x.example")
    workflow.remove_member(journey.integration, member.pk, by=cast.manager)
    erase(User.objects.get(pk=member.user_id), cast.staff)
    assert "pre@x.example" not in everything_stored()


def test_members_of_what_is_closed_can_be_erased(cast: Cast, journey: Journey) -> None:
    workflow.close_integration(journey.integration, by=cast.staff, reason="Ferdig")
    erase(cast.manager, cast.staff)
    assert stands_somewhere(cast.manager.name, cast.manager.email) == []
    assert not snapshots_differ()


def test_the_name_of_a_spreadsheet_is_found_too(cast: Cast, journey: Journey) -> None:
    workflow.upload_import(by=cast.staff, file_name=f"{cast.lead.name}.xlsx", sheet=sheet_of(WHO))
    Import.objects.get().rows.all().delete()  # what its cells say is forgotten when they are taken in
    leave(cast, journey, cast.lead)
    erased = erase(cast.lead, cast.staff)
    assert Import.objects.get().file_name == f"{erased.name}.xlsx"


def test_a_name_that_two_people_have_is_left_in_texts(cast: Cast, journey: Journey) -> None:
    namesake = User.objects.create_user("annen@fjordvik.example", cast.lead.name)
    add_observer(journey, namesake)
    workflow.add_follow_up(journey.integration, by=cast.manager, title=f"Spør {cast.lead.name}", description="")
    member = journey.integration.members.get(user=cast.lead)
    leave(cast, journey, cast.lead)
    page = cast.client(cast.staff).get(f"/people/{cast.lead.pk}/erase/").content.decode()
    assert [effect.shared for effect in personal.effects(cast.lead)] == [[cast.lead.name]]
    assert page.count(cast.lead.name) > 2
    assert personal.shared_across(cast.lead) == []  # no notice and no digest holds it
    said = {"kind": "job", "title": f"Hilsen {cast.lead.name}", "body": "-"}
    workflow.send_notice([journey.integration], by=cast.staff, **said)
    assert personal.shared_across(cast.lead) == [cast.lead.name]
    erased = erase(cast.lead, cast.staff)
    assert journey.integration.follow_ups.get().title == f"Spør {namesake.name}"
    assert Member.objects.get(pk=member.pk).name == erased.name
    assert Member.objects.get(user=namesake).name == namesake.name
    assert stands_somewhere(cast.lead.email) == []


def test_how_somebody_came_in_goes_with_them(cast: Cast, journey: Journey) -> None:
    """What django-allauth keeps of an account: addresses, authenticators, accounts elsewhere, sessions; and links."""
    person = cast.lead
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    SocialAccount.objects.create(user=person, provider="arbeidskonto", uid="terje", extra_data={})
    browser = cast.client(person)
    UserSession.objects.create(user=person, ip="192.0.2.1", session_key="k", user_agent="Terjes telefon")
    exported = json.dumps(stored_about(person))
    assert "Terjes telefon" in exported
    assert '"secret"' not in exported
    leave(cast, journey, person)
    erase(person, by=cast.staff)
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        assert not model.objects.filter(user=person).exists(), model
    assert not Invitation.objects.filter(email=cast.lead.email).exists()
    assert browser.get("/").status_code == 302


def test_the_address_is_free_for_somebody_new(cast: Cast, journey: Journey) -> None:
    leave(cast, journey, cast.lead)
    erased = erase(cast.lead, cast.staff)
    again = workflow.invite(
        journey.integration, by=cast.manager, name="Terje Ny", email=cast.lead.email, roles=[Role.TECHNICAL_LEAD]
    )
    assert again.user_id != erased.pk


def test_a_mailbox_of_theirs_goes_with_its_keys(cast: Cast, journey: Journey) -> None:
    """Where one person's address is the shared mailbox, what makes its mail once may hold the address."""
    workflow.name_readers(journey.integration, by=cast.manager, member_ids=[], shared_mailbox=cast.lead.email)
    notice = workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Jobb", body="Ferdig")
    sent = Mail.objects.get(notice=notice, recipient=None)
    Mail.objects.filter(pk=sent.pk).update(key=f"{cast.lead.email}:notice:{notice.pk}")
    leave(cast, journey, cast.lead)
    erased = erase(cast.lead, cast.staff)
    assert stands_somewhere(cast.lead.email) == []
    assert Mail.objects.get(pk=sent.pk).key == f"{erased.email}:{sent.pk}"
