"""The portfolio as a file: the rows of its page, all of them, by its filters and order; flat in memory."""

from __future__ import annotations

import datetime
import tracemalloc
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from milestones.clock import today
from milestones.demo import Journey
from milestones.exports.tables import CHUNK
from milestones.models import Event, Integration, Member, Organisation, RoleHolding, WaitingItem
from milestones.portfolio import SORTS, View, views_of
from milestones.process import Phase, Role
from tests.amounts import ROWS_OF_A_FILE
from tests.cast import Cast, fresh
from tests.exports.reading import (
    body,
    by_calamine,
    by_csv,
    by_openpyxl,
    exported,
    in_lines,
    in_oslo,
    in_sheet,
    same_in_all,
)
from tests.listed import in_days, many, put, wait_for
from tests.made_once import made_once

ADDRESS = "/integrations/export/"


@made_once
def five(cast: Cast) -> list[Journey]:
    """Five that differ in what the page filters and sorts by."""
    journeys = [cast.journey(f"=Brev {letter}; «æøå» 👩‍💻") for letter in "ABCDE"]
    for n, journey in enumerate(journeys):
        owner = Organisation.objects.create(number="984661185", name=f"+Org {5 - n}")
        put(journey, reference=f"BABA-10{n}", organisation=owner, due_on=in_days(n - 2) if n < 4 else None)
        put(journey, onboarding_contact=(cast.staff, cast.other_staff, None)[n % 3])
        put(journey, phase=list(Phase)[n + 1], waits_on=("sender", "digipost")[n % 2])
        wait_for(journey, list(Role)[n + 1], in_days(-n))
    put(journeys[3], status="paused")
    return [Journey(fresh(one.integration), one.cast) for one in journeys]


def on_page(client: Client, query: str) -> list[str]:
    """The references that the page lists, all of its pages together."""
    listed: list[str] = []
    number = 1
    while True:
        page = client.get(f"/integrations/?{query}&page={number}").context["page"]
        listed += [one.reference for one in page]
        if not page.has_next():
            return listed
        number += 1


@pytest.mark.parametrize("view", [view.value for view in View])
def test_each_view_has_its_pages_rows(cast: Cast, five: list[Journey], view: str) -> None:
    for user in (cast.staff, cast.manager):
        if View(view) in views_of(user):
            client = cast.client(user)
            listed = on_page(client, f"view={view}")
            assert [row[0] for row in same_in_all(client, ADDRESS, f"?view={view}")] == listed


@pytest.mark.parametrize("sort", SORTS)
def test_the_order_is_kept(cast: Cast, five: list[Journey], sort: str) -> None:
    staff = cast.client(cast.staff)
    for sign in ("", "-"):
        query = f"sort={sign}{sort}"
        assert [row[0] for row in same_in_all(staff, ADDRESS, f"?{query}")] == on_page(staff, query)


@pytest.mark.parametrize(
    "query", ["q=brev+c", "phase=milestone_3", "waits_on=digipost", "contact=", "q=brev+b&as=board"]
)
def test_the_filters_are_kept(cast: Cast, five: list[Journey], query: str) -> None:
    staff = cast.client(cast.staff)
    query = query.replace("contact=", f"contact={cast.other_staff.pk}")
    found = [row[0] for row in same_in_all(staff, ADDRESS, f"?{query}")]
    assert 0 < len(found) < 4
    assert found == on_page(staff, query.replace("as=board", ""))


def test_the_page_links_to_what_it_shows(cast: Cast, five: list[Journey]) -> None:
    shown = (
        cast.client(cast.staff).get("/integrations/?view=digipost&sort=-organisation&q=brev&page=1").content.decode()
    )
    for ending in ("xlsx", "csv"):
        assert f'href="{ADDRESS}{ending}/?q=brev&amp;sort=-organisation&amp;view=digipost"' in shown
    assert f'href="{ADDRESS}csv/"' in cast.client(cast.staff).get("/integrations/").content.decode()


def test_what_a_row_says(cast: Cast, five: list[Journey]) -> None:
    rows = [_row(one.integration, n, cast) for n, one in enumerate(five) if one.integration.status == "active"]
    staff = cast.client(cast.staff)
    sheet = exported(staff, ADDRESS, "xlsx", "?sort=reference")
    assert by_openpyxl(sheet)[1:] == by_calamine(sheet)[1:] == in_sheet(rows)
    assert by_csv(exported(staff, ADDRESS, "csv", "?sort=reference"))[1:] == in_lines(rows)


def _row(one: Integration, n: int, cast: Cast) -> list[Any]:
    role = list(Role)[n + 1]
    staff = (cast.staff.name, cast.other_staff.name, "")[n % 3]
    holders = one.members.filter(roles__role=role.value, roles__ended_at=None).values_list("name", flat=True)
    who = staff if role is Role.ONBOARDING else ", ".join(holders)
    with override("nb"):
        item = "Ingen er satt opp til å lese varsler fra Digipost"
        said = [one.get_phase_display(), n + 1, one.get_status_display(), str(role.label), who, item, 1]
    changed = one.events.order_by("-at")[0].at
    left = (one.due_on - today()).days if one.due_on else None
    dates = [in_days(-n), one.due_on, left, staff, in_oslo(changed)]
    return [one.reference, one.name, one.organisation.name, "984 661 185", *said, *dates]


def test_all_rows_and_no_page_of_them(cast: Cast) -> None:
    many(cast, 130)
    staff = cast.client(cast.staff)
    assert len(same_in_all(staff, ADDRESS)) == 130
    assert [row[0] for row in same_in_all(staff, ADDRESS)] == on_page(staff, "")


# --- However many there are


def crowd(cast: Cast, count: int) -> None:
    """So many integrations more, with what a row of the portfolio reads."""
    start = Integration.objects.count()
    owner, _new = Organisation.objects.get_or_create(number="984661185", name="Fjordvik kommune")
    rows = Integration.objects.bulk_create(
        Integration(
            reference=f"X{n:07}", name=f"Integrasjon {n}", organisation=owner, due_on=today(), waits_on="sender",
            onboarding_contact=cast.staff, accepted_at=datetime.datetime.now(datetime.UTC),
        )
        for n in range(start, start + count)
    )  # fmt: skip
    members = Member.objects.bulk_create(Member(integration=row, user=cast.manager, name="Kari") for row in rows)
    RoleHolding.objects.bulk_create(RoleHolding(member=one, role=Role.PROJECT_MANAGER) for one in members)
    WaitingItem.objects.bulk_create(
        WaitingItem(integration=row, position=n, code="1.2", reason="reader_missing", role=Role.PROJECT_MANAGER)
        for row in rows
        for n in (0, 1)
    )
    Event.objects.bulk_create(Event(integration=row, kind="paused") for row in rows)


def peak_of(client: Client, ending: str) -> tuple[int, int]:
    """Bytes that Python held at most while the file was made and sent, and the bytes that were sent."""
    tracemalloc.start()
    try:
        answer: Any = client.get(f"{ADDRESS}{ending}/")
        sent = sum(len(piece) for piece in answer.streaming_content)
        return tracemalloc.get_traced_memory()[1], sent
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_ten_times_as_many_rows_take_as_much_memory(cast: Cast, ending: str) -> None:
    staff = cast.client(cast.staff)
    crowd(cast, ROWS_OF_A_FILE // 10)
    peak_of(staff, ending)  # what is loaded once
    few, little = peak_of(staff, ending)
    crowd(cast, ROWS_OF_A_FILE - ROWS_OF_A_FILE // 10)
    lot, much = peak_of(staff, ending)
    assert much > 5 * little, "rows are missing"
    assert lot < 2 * few


def queries_for(client: Client, ending: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"{ADDRESS}{ending}/")
        body(answer)
        return len(queries)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_as_many_queries_for_a_row_as_for_a_chunk_and_a_few_for_each_chunk_more(cast: Cast, ending: str) -> None:
    staff = cast.client(cast.staff)
    crowd(cast, 2)
    few = queries_for(staff, ending)
    crowd(cast, CHUNK - 2)
    assert queries_for(staff, ending) == few
    crowd(cast, 2 * CHUNK)
    assert queries_for(staff, ending) == few + 2 * 2  # who must act, and what waits


def test_csv_is_read_while_it_is_sent(cast: Cast) -> None:
    crowd(cast, 2 * CHUNK)
    with CaptureQueriesContext(connection) as asked:
        answer: Any = cast.client(cast.staff).get(f"{ADDRESS}csv/")
        before = len(asked)
        pieces = iter(answer.streaming_content)
        next(pieces)
        next(pieces)
        meanwhile = len(asked)
        rest = sum(piece.count(b"\r\n") for piece in pieces)
    assert before < meanwhile < len(asked)
    assert rest == CHUNK
