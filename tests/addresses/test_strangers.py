"""To a stranger nothing exists: 404, as where no integration ever was. Nor do another's rows under one's own."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.addresses.asking import NOWHERE, get, post
from tests.addresses.place import PK_OF, Place
from tests.addresses.table import POSTS, READABLE
from tests.cast import Cast


def test_to_a_stranger_it_does_not_exist(cast: Cast, place: Place) -> None:
    """Not there, whatever the address, the method and the data: as where no integration ever was."""
    stranger = cast.client(cast.stranger)
    cast.neighbour()
    wrong = []
    for name in sorted(READABLE | set(POSTS)):
        address = place.address(name)
        expected = [404 if name in READABLE else 405] + [404 if name in POSTS else 405] * 2
        there = statuses_of(stranger, name, address)
        nowhere = statuses_of(stranger, name, address.replace(place.integration.reference, NOWHERE))
        if there != expected or nowhere != expected:
            wrong.append((name, there, nowhere))
    assert wrong == []


def statuses_of(client: Client, name: str, address: str) -> list[int]:
    """The answers to a GET, to an empty POST and to a valid one."""
    valid = POSTS[name][1] if name in POSTS else {}
    return [
        answer.status_code
        for answer in (get(client, address), post(client, address, {}), post(client, address, valid))
    ]


def test_rows_of_another_integration_do_not_exist_under_ones_own(cast: Cast, place: Place) -> None:
    neighbour = Place(cast.neighbour())
    stranger = cast.client(cast.stranger)
    staff = cast.client(cast.staff)
    for name in PK_OF:
        address = neighbour.address(name, place.pks)
        data = POSTS.get(name, ("", {}))[1]
        for client in (stranger, staff):
            answers = [get(client, address)] if name in READABLE else []
            answers += [post(client, address, data)] if name in POSTS else []
            assert {answer.status_code for answer in answers} == {404}, name


def test_items_of_another_integration_do_not_exist_under_ones_own(cast: Cast, place: Place) -> None:
    neighbour = cast.neighbour().integration
    for name in ("confirmation", "unconfirm", "remove_item", "exception", "end_exception"):
        address = reverse(name, args=[neighbour.reference, place.own_item])
        for client in (cast.client(cast.stranger), cast.client(cast.staff)):
            assert post(client, address, POSTS[name][1]).status_code == 404, name
            assert get(client, address).status_code == (404 if name in READABLE else 405), name


def test_readers_and_contact_are_chosen_among_ones_own(cast: Cast, place: Place) -> None:
    """Ids in a form's fields are held to the same line as those in addresses."""
    neighbour = cast.neighbour().integration
    foreign = {"readers": {"members": str(neighbour.members.get().pk), "shared_mailbox": ""}}
    foreign["contact"] = {"contact": str(cast.manager.pk)}
    assert post(cast.client(cast.manager), place.address("readers"), foreign["readers"]).status_code == 422
    assert post(cast.client(cast.staff), place.address("contact"), foreign["contact"]).status_code == 422
