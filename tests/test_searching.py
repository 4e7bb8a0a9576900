"""A name, a number or a reference is found however it is typed, and alike on every database."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from django.test import Client

from milestones import personal, snapshots, workflow
from milestones.models import Integration, Organisation, User
from milestones.process import Role, SenderKind
from milestones.searching import reference_of, searchable
from tests.cast import Cast, fresh

DECOMPOSED = unicodedata.normalize("NFD", "Ålesund")


def take_in(cast: Cast, organisation: str, name: str = "Brev") -> Integration:
    return workflow.create_integration(
        by=cast.staff,
        number="984661185",
        organisation=organisation,
        name=name,
        sender_kind=SenderKind.SENDER,
        manager_name=cast.manager.name,
        manager_email=cast.manager.email,
    )


def found(cast: Cast, words: str) -> list[Integration]:
    return list(cast.client(cast.staff).get("/integrations/", {"q": words}).context["page"])


@pytest.mark.parametrize("stored", ["Ålesund kommune", f"{DECOMPOSED} kommune", "ÅLESUND KOMMUNE"])
@pytest.mark.parametrize("typed", ["ålesund", "Ålesund", "ÅLESUND", DECOMPOSED, DECOMPOSED.lower(), " ålesund  komm"])
def test_a_name_is_found_whatever_its_letters(cast: Cast, stored: str, typed: str) -> None:
    integration = take_in(cast, stored)
    assert found(cast, typed) == [integration]
    assert found(cast, "alesund") == []  # another letter


@pytest.mark.parametrize("typed", ["984661185", "984 661 185", " 984 661", "brev", "BREV"])
def test_a_number_and_the_integrations_own_name(cast: Cast, typed: str) -> None:
    integration = take_in(cast, "Ålesund kommune")
    assert found(cast, typed) == [integration]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "984661186", "zzzz-999"])
def test_what_is_not_there_is_not_found(cast: Cast, typed: str) -> None:
    take_in(cast, "Ålesund kommune")
    assert found(cast, typed) == []


def spellings(reference: str) -> list[str]:
    word, number = reference.split("-")
    small = word.lower()
    typed = [f"{small}-{number}", f"{small} {number}", f"{small}{number}", f"{word}{number}", f" {word}–{number} "]
    return [reference, *typed]


def test_a_reference_is_found_however_it_is_typed(cast: Cast) -> None:
    integration = take_in(cast, "Ålesund kommune")
    take_in(cast, "Ålesund kommune", "Faktura")
    assert [found(cast, typed) for typed in spellings(integration.reference)] == [[integration]] * 6


def test_what_is_found_by_is_stored_with_what_it_is_of(cast: Cast) -> None:
    integration = take_in(cast, f"{DECOMPOSED}  Kommune")
    text = f"{integration.reference.lower()} brev ålesund kommune 984661185"
    assert fresh(integration).search_text == text
    assert not any(differs for _one, differs in snapshots.differences())
    Integration.objects.update(search_text="")
    assert snapshots.refresh_all() == 1
    assert fresh(integration).search_text == text
    owner = Organisation.objects.get()
    row = Integration(reference="MANY-001", name="ÅRSOPPGAVE", organisation=owner)
    (row,) = Integration.objects.bulk_create([row])
    assert "årsoppgave" in Integration.objects.get(pk=row.pk).search_text


def test_who_is_erased_is_not_found_by_their_name_any_more(cast: Cast) -> None:
    integration = take_in(cast, "Ålesund kommune", "Brev fra Olga Observatør")
    workflow.invite(integration, by=cast.staff, name=cast.observer.name, email=cast.observer.email, roles=[])
    workflow.close_integration(integration, by=cast.staff, reason="Stanset.")
    workflow.erase_person(cast.observer, by=cast.staff, reason="Ba om det.")
    assert fresh(integration).search_text == fresh(integration).found_by_text
    assert "olga" not in fresh(integration).search_text
    assert personal.refusals(User.objects.get(pk=cast.observer.pk), cast.staff)


@pytest.mark.parametrize(
    "typed", ["øyvind åsen", "ØYVIND ÅSEN", unicodedata.normalize("NFD", "Øyvind Åsen"), "ASE@Å.example"]
)
def test_staff_find_a_person_whatever_the_letters(cast: Cast, typed: str) -> None:
    person = User.objects.create_user("ase@å.example", "Øyvind Åsen")
    page = cast.client(cast.staff).get("/people/", {"q": typed})
    assert list(page.context["people"]) == [person]


def test_and_by_what_an_inviter_called_them(cast: Cast) -> None:
    journey = cast.journey()
    workflow.invite(journey.integration, by=cast.manager, name="Åsa", email="a@x.example", roles=[Role.OBSERVER])
    User.objects.filter(email="a@x.example").update(name="Annet")
    assert [one.email for one in cast.client(cast.staff).get("/people/", {"q": "ÅSA"}).context["people"]] == [
        "a@x.example"
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("garu-137", "GARU-137"),
        ("GARU137", "GARU-137"),
        ("g4ru-137", ""),
        ("garu-1377", ""),
        ("", ""),
        ("garu-１3", ""),
    ],
)
def test_what_is_a_reference(typed: str, meant: str) -> None:
    assert reference_of(typed) == meant


def test_letters_are_made_comparable_and_not_alike() -> None:
    assert searchable(DECOMPOSED) == searchable("ÅLESUND") == "ålesund"
    assert searchable("a") != searchable("å")
    assert searchable("STRASSE") == searchable("Straße")


# --- The address


def address(spelled: str, page: str = "") -> str:
    return f"/i/{spelled}/{page}"


def test_an_address_in_another_spelling_leads_on(cast: Cast) -> None:
    reference = take_in(cast, "Ålesund kommune").reference
    staff = cast.client(cast.staff)
    for spelled in spellings(reference)[1:]:
        assert staff.get(address(spelled))["Location"] == f"/i/{reference}/"
        answer = staff.get(address(spelled, "people/?page=2&x=å"))
        assert answer["Location"].startswith(f"/i/{reference}/people/?page=2")
    assert staff.get(address(reference.lower(), "no-such-page/"), follow=True).status_code == 404
    assert staff.get(address(reference, "no-such-page/")).status_code == 404


def shown(answer: Any) -> str:
    """A page without what is another one at each request, and without the address that was asked for."""
    text = answer.content.decode().replace(answer["X-Request-ID"], "")
    return re.sub(r'(nonce|value)="[^"]*"', "", text).replace(answer.request["PATH_INFO"], "")


def test_only_for_whom_it_is_there(cast: Cast) -> None:
    reference = take_in(cast, "Ålesund kommune").reference
    stranger = cast.client(cast.stranger)
    for page in ("", "people/"):
        there, nowhere = (stranger.get(address(one, page)) for one in (reference.lower(), "zzzz-999"))
        assert there.status_code == nowhere.status_code == 404
        assert shown(there) == shown(nowhere)
        post = [stranger.post(address(one, page)).status_code for one in (reference.lower(), "zzzz-999")]
        assert post == [405, 405]
    assert cast.client(cast.staff).post(address(reference.lower(), "pause/")).status_code == 405
    signed_out = [Client().get(address(one)) for one in (reference.lower(), "zzzz-999")]
    assert [one.status_code for one in signed_out] == [302, 302]


def test_a_notice_to_one_takes_its_reference_in_any_spelling(cast: Cast) -> None:
    integration = take_in(cast, "Ålesund kommune")
    form = {"kind": "job", "audience": "one", "title": "Emne", "body": "Tekst"}
    spelled = integration.reference.lower().replace("-", " ")
    assert cast.client(cast.staff).post("/notices/", {**form, "reference": spelled}).status_code == 302
    assert integration.notice_receipts.count() == 1
