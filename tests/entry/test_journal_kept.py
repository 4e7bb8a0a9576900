"""What is noted of an account is not changed, by code or SQL; what is old, and an address, is forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from milestones import append_only, tasks
from milestones.entry import journal
from milestones.models import AccountEvent, AppendOnlyError, Way
from milestones.models import AccountEventKind as Kind
from milestones.personal import stored_about
from tests.cast import Cast
from tests.made_once import made_once


@pytest.fixture(autouse=True)
def by_the_databases_clock() -> Iterator[None]:
    """What may go is decided by the database's clock, which no test can move; so the app's goes with it here."""
    if not time_machine.escape_hatch.is_travelling():
        yield
        return
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(datetime.UTC), tick=True):
        yield


@made_once
def events(cast: Cast) -> list[AccountEvent]:
    """One of now, and one of each age in days around what is kept."""
    ages = (0, append_only.YOUNGEST_TO_GO - 1, append_only.YOUNGEST_TO_GO + 1, 399, 401)
    made = [timezone.now() - datetime.timedelta(days=age) for age in ages]
    return [
        AccountEvent.objects.create(user=cast.lead, kind=Kind.SIGNED_IN, ways=Way.CODE, address="192.0.2.1", at=at)
        for at in made
    ]


def test_code_refuses_to_change_it(events: list[AccountEvent]) -> None:
    for change in (
        events[0].save,
        events[0].delete,
        AccountEvent.objects.all().delete,
        lambda: AccountEvent.objects.update(kind=Kind.SIGNED_OUT),
    ):
        with pytest.raises(AppendOnlyError):
            change()


REFUSED = {
    "postgresql": ["TRUNCATE milestones_accountevent CASCADE"],
    "sqlite": [
        "REPLACE INTO milestones_accountevent (id, at, kind, ways, user_id) "
        "SELECT id, at, 'signed_out', ways, user_id FROM milestones_accountevent"
    ],
}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE milestones_accountevent SET kind = 'signed_out'",
        "UPDATE milestones_accountevent SET kind = 'signed_out', address = NULL",
        "UPDATE milestones_accountevent SET address = '192.0.2.2'",
        "UPDATE milestones_accountevent SET ways = '', address = NULL",
        "UPDATE milestones_accountevent SET at = '2020-01-01 00:00:00', address = NULL",
        "DELETE FROM milestones_accountevent",
        *REFUSED[connection.vendor],
    ],
)
def test_the_database_refuses_to_change_it(events: list[AccountEvent], statement: str) -> None:
    before = list(AccountEvent.objects.values())
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AccountEvent.objects.values()) == before


def test_what_is_old_is_forgotten_at_night(events: list[AccountEvent], settings: Any) -> None:
    assert tasks.forget_account_events() == 1
    assert set(AccountEvent.objects.all()) == set(events[:4])
    settings.ACCOUNT_EVENT_DAYS = append_only.YOUNGEST_TO_GO
    assert journal.forget_old() == 2
    settings.ACCOUNT_EVENT_DAYS = 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        journal.forget_old()


def test_an_address_can_be_forgotten_and_stands_in_what_is_stored_about_somebody(
    cast: Cast, events: list[AccountEvent]
) -> None:
    assert stored_about(cast.lead)["rows"]["accountevent.user"][0]["address"] == "192.0.2.1"
    assert cast.lead.account_events.forget_addresses() == 5
    assert set(AccountEvent.objects.values_list("kind", "address")) == {(Kind.SIGNED_IN, None)}
