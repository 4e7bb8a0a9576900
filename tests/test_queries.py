"""How many queries a page takes: a number for each, and the same for 10 integrations as for 1,000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milestones.facts import facts_for
from milestones.models import (
    Integration,
    User,
)
from tests.cast import Cast
from tests.listed import many
from tests.query_counts import require_as_counted


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as queries:
        yield queries


def queries_of(user: User, address: str) -> int:
    client = Client()
    client.force_login(user)
    with counted() as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    if not address.startswith("/i/"):
        assert re.search(r"Integrasjon \d", answer.content.decode()), "a list without rows would prove nothing"
    return len(queries)


LISTS = (
    ("staff", "/integrations/"),
    ("staff", "/integrations/?q=integrasjon&phase=milestone_1&waits_on=digipost&sort=organisation"),
    ("staff", "/integrations/?as=board"),
    ("staff", "/integrations/?as=timeline"),
    ("manager", "/integrations/"),
    ("staff", "/"),
    ("manager", "/"),
    ("staff", "/approvals/"),
)


def test_lists_take_as_many_queries_for_1000_as_for_10(cast: Cast) -> None:
    many(cast, 10)
    few = _of_lists(cast)
    many(cast, 990)
    assert Integration.objects.count() == 1000
    assert _of_lists(cast) == _of_lists(cast, page=2) == few
    require_as_counted("lists", few)


def _of_lists(cast: Cast, page: int = 1) -> dict[str, int]:
    return {f"{who} {address}": queries_of(getattr(cast, who), _page(address, page)) for who, address in LISTS}


def _page(address: str, number: int) -> str:
    return address if number == 1 else f"{address}{'&' if '?' in address else '?'}page={number}"


def test_facts_take_as_many_queries_for_50_as_for_1(cast: Cast) -> None:
    many(cast, 50)
    rows = list(Integration.objects.with_records())
    with counted() as for_one:
        facts_for(rows[:1])
    with counted() as for_all:
        found = facts_for(rows)
    assert len(found) == 50
    assert all(len(one.scenarios) == len(one.follow_ups) == len(one.items) == 2 for one in found.values())
    assert len(for_one) == len(for_all)
    require_as_counted("facts", {"of any number": len(for_all)})


@pytest.mark.parametrize("who", ["staff", "manager", "lead"])
def test_the_pages_of_an_integration(cast: Cast, who: str) -> None:
    journey = cast.journey()
    journey.to_operations()
    address = f"/i/{journey.integration.reference}/"
    places = ("", *_milestones())
    require_as_counted(
        f"an integration, {who}",
        {f"/i/.../{place}": queries_of(getattr(cast, who), address + place) for place in places},
    )


def _milestones() -> list[str]:
    return [f"milestones/{number}/" for number in range(1, 6)]
