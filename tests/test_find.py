"""Quick find: by one field, for what I may see, and for staff also people."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse

from milestones import workflow
from milestones.models import Integration, Member, Organisation, User
from milestones.process import Role
from milestones.views.find import MOST
from tests.cast import Cast
from tests.query_counts import queries_at


def find(cast: Cast, user: User, words: str) -> Any:
    return cast.client(user).get("/find/", {"q": words})


def found_people(answer: Any) -> list[Member]:
    return [member for memberships in answer.context["people"] for member in memberships]


def references(answer: Any) -> list[str]:
    return [one.reference for one in answer.context["integrations"]]


@pytest.mark.parametrize("words", ["brev", "FJORDVIK", "984 661 185", "984661185"])
def test_by_name_organisation_and_number(cast: Cast, words: str) -> None:
    integration = cast.journey().integration
    for user in (cast.manager, cast.staff):
        assert references(find(cast, user, words)) == [integration.reference]


def test_an_exact_reference_leads_straight_to_it_however_it_is_typed(cast: Cast) -> None:
    reference = cast.journey().integration.reference
    word, number = reference.split("-")
    for typed in (reference, reference.lower(), f"{word} {number}", f" {word.lower()}{number} "):
        answer = find(cast, cast.manager, typed)
        assert (answer.status_code, answer["Location"]) == (302, f"/i/{reference}/")


def test_a_part_of_a_reference_is_looked_for(cast: Cast) -> None:
    reference = cast.journey().integration.reference
    assert references(find(cast, cast.manager, reference[:4])) == [reference]


@pytest.mark.parametrize("found_by", ["reference", "name", "organisation.name", "organisation.number"])
def test_to_a_stranger_it_is_as_if_it_were_not_there(cast: Cast, found_by: str) -> None:
    words: Any = cast.journey().integration
    for name in found_by.split("."):
        words = getattr(words, name)
    there, nowhere = find(cast, cast.stranger, words), find(cast, cast.stranger, "ZZZZ-999")
    assert (there.status_code, references(there), there.context["people"]) == (200, [], [])
    assert shown(there) == shown(nowhere)


def shown(answer: Any) -> str:
    """A page without what was asked, and without what is another at each request."""
    return re.sub(r'(nonce|value)="[^"]*"', "", answer.content.decode())


@pytest.mark.parametrize("words", ["terje", "TERJE TEKNISK", "terje@fjordvik", "Terje@Fjordvik.example"])
def test_people_are_found_by_staff_only(cast: Cast, words: str) -> None:
    journey = cast.journey()
    journey.roles()
    answer = find(cast, cast.staff, words)
    assert [member.user for member in found_people(answer)] == [cast.lead]
    assert f'href="/i/{journey.integration.reference}/people/"' in answer.content.decode()
    for user in (cast.manager, cast.lead, cast.stranger):
        answer = find(cast, user, words)
        assert answer.context["people"] == []
        assert "terje@fjordvik.example" not in answer.content.decode()


def test_a_person_is_found_on_each_of_their_integrations_as_they_are_called_there(cast: Cast) -> None:
    first, second = cast.journey().integration, cast.neighbour().integration
    for integration, by, name in ((first, cast.manager, "Åsa Berg"), (second, cast.stranger, "Åse B.")):
        workflow.invite(integration, by=by, name=name, email="asa@x.example", roles=[Role.OBSERVER])
    answer = find(cast, cast.staff, "asa@x.example")
    found = {(member.integration, member.name) for member in found_people(answer)}
    assert found == {(first, "Åsa Berg"), (second, "Åse B.")}
    assert len(answer.context["people"]) == 1
    assert answer.content.decode().count("asa@x.example</span>") == 1
    assert first in [member.integration for member in found_people(find(cast, cast.staff, "ÅSA"))]


def test_who_left_or_was_erased_is_not_found(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    member = journey.integration.members.get(user=cast.owner)
    workflow.remove_member(journey.integration, member.pk, by=cast.staff)
    assert find(cast, cast.staff, cast.owner.email).context["people"] == []
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset.")
    workflow.erase_person(cast.lead, by=cast.staff, reason="Ba om det.")
    assert find(cast, cast.staff, "Terje").context["people"] == []


def test_no_more_than_so_many_of_each_and_the_way_to_the_rest(cast: Cast) -> None:
    many(cast, MOST + 5)
    answer = find(cast, cast.staff, "kom & mune")
    page = answer.content.decode()
    assert page.count("row-link") == MOST
    assert 'href="/integrations/?q=kom%20%26%20mune"' in page
    page = find(cast, cast.staff, "Nabo Nr").content.decode()
    assert page.count(cast.stranger.email) == 1
    assert page.count('/people/">MANY-') == MOST
    assert "/integrations/?q=" not in page


def test_no_more_than_so_many_people_are_listed(cast: Cast) -> None:
    integration = cast.journey().integration
    people = User.objects.bulk_create(User(email=f"n{one}@x.example", name="N") for one in range(MOST + 5))
    Member.objects.bulk_create(Member(integration=integration, user=one, name="Nabo") for one in people)
    page = find(cast, cast.staff, "nabo").content.decode()
    assert page.count("<strong>Nabo</strong>") == MOST


def many(cast: Cast, count: int) -> None:
    organisation, _new = Organisation.objects.get_or_create(number="987654325", defaults={"name": "Kom & mune"})
    start = Integration.objects.count()
    rows = Integration.objects.bulk_create(
        Integration(reference=f"MANY-{number:03}", name=f"Nr {number}", organisation=organisation)
        for number in range(start, start + count)
    )
    Member.objects.bulk_create(Member(integration=row, user=cast.stranger, name=f"Nabo {row.name}") for row in rows)


@pytest.mark.parametrize(
    "words", ["", "   ", "x" * 500, "\0", "a\0b", "'", '"', "' OR 1=1 --", "%", "_", "\\", "<b>", "\u202ex", "å" * 300]
)
def test_odd_words_are_harmless(cast: Cast, words: str) -> None:
    cast.journey()
    for user in (cast.manager, cast.staff):
        answer: HttpResponse = find(cast, user, words)
        assert answer.status_code == 200
        assert references(answer) == []
        assert answer.context["people"] == []  # type: ignore[attr-defined]
        assert "<b>" not in answer.content.decode()


def test_it_takes_as_many_queries_for_many_as_for_few(cast: Cast) -> None:
    many(cast, 2)
    staff, addresses = cast.client(cast.staff), ("/find/?q=nabo", "/find/?q=kom")
    few = [queries_at(staff, address) for address in addresses]
    many(cast, 60)
    assert [queries_at(staff, address) for address in addresses] == few


def test_who_is_not_signed_in_finds_nothing(client: Any, cast: Cast) -> None:
    cast.journey()
    assert client.get("/find/", {"q": "brev"}).status_code == 302
    assert "/sign-in/" in client.get("/find/", {"q": "brev"})["Location"]
