"""Every page × every role: who may open it, and who is sent to sign in first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from milestones import workflow
from milestones.models import User
from milestones.process import Role
from tests.addresses.asking import NOWHERE, across_addresses, check_outline, entry_address, get, page, post
from tests.addresses.place import Place
from tests.addresses.table import ACROSS, CALLERS, MY_SECURITY, OTHERS, POSTS, READABLE, WAYS_IN
from tests.cast import Cast


def test_who_may_read(cast: Cast, place: Place) -> None:
    wrong = []
    for name in sorted(READABLE | set(POSTS)):
        for who in CALLERS:
            status = page(cast, place, name, who).status_code
            if status != (200 if name in READABLE else 405):
                wrong.append((name, who, status))
    assert wrong == []


def test_pages_without_a_form_take_no_post(cast: Cast, place: Place) -> None:
    wrong = []
    for name in sorted(READABLE - set(POSTS)):
        for who in CALLERS:
            status = post(cast.client(getattr(cast, who)), place.address(name), {}).status_code
            if status != 405:
                wrong.append((name, who, status))
    assert wrong == []


def test_what_was_a_role_opens_nothing(cast: Cast, place: Place) -> None:
    """A role that has ended lets nobody through, and a member who has left is a stranger."""
    lead = Client()  # of their own: their sessions end
    lead.force_login(cast.lead)
    member = place.integration.members.get(user=cast.lead)
    workflow.set_roles(place.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1])["Location"].startswith("/sign-in/")
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1]).status_code == 403
    workflow.remove_member(place.integration, member.pk, by=cast.manager)
    assert get(lead, place.address("integration")).status_code == 302
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert post(lead, place.address("monitoring"), POSTS["monitoring"][1]).status_code == 404
    assert get(lead, place.address("integration")).status_code == 404


def test_across_integrations(cast: Cast, place: Place) -> None:
    wrong = []
    for name, (allowed, data) in ACROSS.items():
        address = reverse(name, args=["T01"] if name == "catalogue_entry" else [])
        for who, letter in CALLERS.items():
            client = cast.client(getattr(cast, who))
            expected = 200 if letter in allowed else 403
            answers = [(get(client, address).status_code, {expected})]
            done = {302, 409, 200} if letter in allowed else {403}
            answers.append((post(client, address, data).status_code if data else 405, done if data else {405}))
            wrong += [(name, who, status) for status, allowed_ in answers if status not in allowed_]
    assert wrong == []


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, place: Place) -> None:
    nobody = Client()
    addresses = [place.address(name) for name in READABLE | set(POSTS)]
    addresses += [*across_addresses(), reverse("retire_catalogue_entry", args=["T01"]), f"/i/{NOWHERE}/"]
    for address in addresses:
        for answer in (get(nobody, address), post(nobody, address, {})):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in/?next="), address


@pytest.mark.django_db
def test_the_ways_in() -> None:
    for name, status in WAYS_IN.items():
        answer = get(Client(), entry_address(name))
        assert answer.status_code == status, name
        if status == 200:
            check_outline(name, answer)


def test_how_i_sign_in_is_mine_alone(cast: Cast) -> None:
    for name, status in MY_SECURITY.items():
        answer = get(Client(), entry_address(name))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), name
        for who in CALLERS:
            client = cast.client(getattr(cast, who))
            assert get(client, entry_address(name)).status_code == status, (name, who)


def test_anybody_signs_out_and_chooses_a_language_by_post_alone(cast: Cast) -> None:
    """In browsers of their own: signing out ends what a browser remembers, which no rollback brings back."""
    signed_in = Client()
    signed_in.force_login(cast.owner)
    for client in (Client(), signed_in):
        assert get(client, reverse("set_language") + "?language=en").status_code == 302
        assert User.objects.get(pk=cast.owner.pk).language == cast.owner.language
        assert post(client, reverse("set_language"), {"language": "en"}).status_code == 302
        assert get(client, reverse("sign_out")).status_code == (405 if client is signed_in else 302)
        assert post(client, reverse("sign_out"), {}).status_code == 302
        assert get(client, "/").status_code == 302
    assert {"set_language", "set_appearance", "sign_out"} == OTHERS
