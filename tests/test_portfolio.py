"""The portfolio's table: its views and their counts, what it is sorted and filtered by, what a line says."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, Member, NoticeReceipt, Organisation, User
from milestones.portfolio import COLUMNS, SORTS, View
from milestones.process import Phase, Role
from tests.cast import Cast, add_observer, fresh
from tests.confirming import confirm
from tests.listed import in_days, many, put, wait_for
from tests.made_once import made_once

ADDRESS = "/integrations/"


def names(client: Client, query: str = "") -> list[str]:
    """The names of the integrations that are listed."""
    return [row.integration.name for row in client.get(f"{ADDRESS}{query}").context["rows"]]


def words_of(client: Client, query: str = "") -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<[^>]+>", " ", client.get(f"{ADDRESS}{query}").content.decode())
    return " ".join(unescape(text).split())


@made_once
def three(cast: Cast) -> list[Journey]:
    """Three that are different in every column, and in the order of each the same: A, B, C."""
    journeys = [cast.journey(name) for name in "ABC"]
    phases = (Phase.MILESTONE_1, Phase.MILESTONE_4, Phase.OPERATIONS)
    roles = (Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD, Role.ONBOARDING)
    for n, (journey, phase, role) in enumerate(zip(journeys, phases, roles, strict=True)):
        owner = Organisation.objects.create(number="984661185", name=f"Org {n}")
        contact = (cast.staff, cast.other_staff, None)[n]
        due = in_days(n - 1) if n < 2 else None
        put(journey, reference=f"BAB{'AEI'[n]}-100", organisation=owner, phase=phase, due_on=due)
        put(journey, onboarding_contact=contact)
        wait_for(journey, role, in_days(n - 9))
        at = timezone.now() + datetime.timedelta(days=n)
        Event.objects.create(integration=journey.integration, kind="paused", at=at)
    return [Journey(fresh(journey.integration), journey.cast) for journey in journeys]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_sorts_both_ways(cast: Cast, three: list[Journey], column: str) -> None:
    """What has no date or no contact comes last, forwards and backwards."""
    last_is_empty = column in ("due", "contact")
    staff = cast.client(cast.staff)
    assert names(staff, f"?sort={column}") == ["A", "B", "C"]
    assert names(staff, f"?sort=-{column}") == (["B", "A", "C"] if last_is_empty else ["C", "B", "A"])


@pytest.mark.parametrize("column", sorted(set(COLUMNS) - {"reference"}))
@pytest.mark.parametrize("sign", ["", "-"])
def test_what_a_column_does_not_tell_apart_is_sorted_by_reference(cast: Cast, column: str, sign: str) -> None:
    many(cast, 4)
    found = cast.client(cast.staff).get(f"{ADDRESS}?sort={sign}{column}").context["page"]
    assert [one.reference for one in found] == sorted(one.reference for one in found)


def test_the_head_of_a_column_says_how_it_is_sorted_and_turns_it_round(cast: Cast, three: list[Journey]) -> None:
    staff = cast.client(cast.staff)
    for query, column, state, address in (
        ("", "due", "ascending", "?sort=-due"),
        ("?sort=-due", "due", "descending", ""),
        ("?sort=contact&q=b", "contact", "ascending", "?q=b&sort=-contact"),
    ):
        heads = staff.get(f"{ADDRESS}{query}").context["shown"].heads
        told = {name: (head.state, head.address) for name, head in zip(COLUMNS, heads, strict=True)}
        assert told[column] == (state, ADDRESS + address)
        assert [name for name in COLUMNS if told[name][0]] == [column]
    page = staff.get(f"{ADDRESS}?sort=-due").content.decode()
    assert re.findall('aria-sort="([^"]+)"', page) == ["descending"]
    assert set(COLUMNS) == set(SORTS)


def test_what_makes_no_sense_is_ignored(cast: Cast, three: list[Journey]) -> None:
    staff = cast.client(cast.staff)
    nonsense = "?sort=name&view=x&as=y&phase=z&waits_on=w&contact=0&page=q"
    assert names(staff, nonsense) == names(staff) == ["A", "B", "C"]
    assert staff.get(ADDRESS + nonsense).context["shown"].address == ADDRESS


# --- Views


@made_once
def spread(cast: Cast) -> dict[str, Journey]:
    """One for each view, and none of them in all."""
    journeys = {name: cast.journey(name) for name in ("own", "late", "nobodys", "running", "paused", "closed")}
    for name, journey in journeys.items():
        put(journey, onboarding_contact=cast.staff if name == "own" else cast.other_staff, waits_on="sender")
    put(journeys["own"], waits_on="both")
    put(journeys["late"], due_on=in_days(-1), waits_on="digipost")
    put(journeys["nobodys"], onboarding_contact=None, due_on=today())
    put(journeys["running"], phase=Phase.OPERATIONS)
    workflow.pause_integration(journeys["paused"].integration, by=cast.staff, reason="Ferie")
    workflow.close_integration(journeys["closed"].integration, by=cast.staff, reason="Slutt")
    put(journeys["paused"], due_on=in_days(-5), waits_on="digipost", onboarding_contact=cast.staff)
    return journeys


def test_each_view_has_its_rows(cast: Cast, spread: dict[str, Journey]) -> None:
    staff = cast.client(cast.staff)
    expected = {
        View.ALL: {"own", "late", "nobodys", "running"},
        View.MINE: {"own"},
        View.DIGIPOST: {"own", "late"},
        View.OVERDUE: {"late"},
        View.NOBODYS: {"nobodys"},
        View.OPERATIONS: {"running"},
        View.RESTING: {"paused", "closed"},
    }
    assert {view: set(names(staff, f"?view={view.value}")) for view in View} == expected


@pytest.mark.parametrize("who", ["staff", "other_staff", "manager", "lead", "stranger"])
@pytest.mark.parametrize("query", ["", "q=e", "phase=milestone_1", "waits_on=sender", "waits_on=nobody"])
def test_the_count_of_a_view_is_what_it_lists(cast: Cast, spread: dict[str, Journey], who: str, query: str) -> None:
    cast.neighbour()
    client = cast.client(getattr(cast, who))
    tabs = client.get(f"{ADDRESS}?{query}").context["shown"].tabs
    for tab in tabs:
        assert query in tab.address or not query
        page = client.get(tab.address)
        assert len(page.context["rows"]) == tab.count
        assert f'aria-current="page">{tab.label} ({tab.count})' in page.content.decode()
    assert ("Uten kontaktperson" in [str(tab.label) for tab in tabs]) == getattr(cast, who).is_staff


def test_mine_is_where_a_member_holds_a_role(cast: Cast) -> None:
    held, none = cast.journey("Med"), cast.journey("Uten")
    for journey in (held, none):
        journey.roles()
    member = none.integration.members.get(user=cast.lead)
    workflow.set_roles(none.integration, member.pk, by=cast.manager, roles=[])
    add_observer(none, cast.observer)
    lead = Client()  # of their own: their sessions ended with the role
    lead.force_login(User.objects.get(pk=cast.lead.pk))
    assert names(lead, "?view=mine") == ["Med"]
    assert set(names(lead)) == {"Med", "Uten"}
    assert names(cast.client(cast.observer), "?view=mine") == ["Uten"]


def test_staffs_views_and_filters_are_nothing_to_a_member(cast: Cast, spread: dict[str, Journey]) -> None:
    manager = cast.client(cast.manager)
    query = f"?view=nobodys&contact={cast.other_staff.pk}"
    assert names(manager, query) == names(manager)
    page = manager.get(ADDRESS).content.decode()
    assert 'name="contact"' not in page
    assert 'name="integrations"' not in page


@pytest.mark.parametrize("shape", ["table", "board", "timeline"])
def test_nothing_of_another_sender_shows(cast: Cast, shape: str) -> None:
    cast.journey().roles()
    neighbour = cast.neighbour()
    for query in ("", "&view=digipost", "&view=mine", "&q=nabo"):
        page = cast.client(cast.manager).get(f"{ADDRESS}?as={shape}{query}").content.decode()
        assert neighbour.integration.reference not in page
        assert "Nabovik" not in page
        assert cast.stranger.name not in page
    tabs = cast.client(cast.manager).get(f"{ADDRESS}?as={shape}").context["shown"].tabs
    assert max(tab.count for tab in tabs) == 1


# --- Filters


def test_filters_stay_when_the_view_the_sort_the_shape_or_the_page_is_changed(cast: Cast) -> None:
    many(cast, 60)
    filters = f"contact={cast.staff.pk}&phase=milestone_1&q=integrasjon"
    query = f"as=timeline&{filters}&sort=-reference&view=mine&waits_on=sender"
    answer = cast.client(cast.staff).get(f"{ADDRESS}?{query}")
    shown, asked = answer.context["shown"], set(query.split("&"))
    assert shown.query == query

    def changed(address: str) -> set[str]:
        return asked - set(address.partition("?")[2].split("&"))

    assert {frozenset(changed(tab.address)) for tab in shown.tabs} <= {frozenset({"view=mine"}), frozenset()}
    assert all(changed(shape.address) <= {"as=timeline"} for shape in shown.shapes)
    assert all(changed(head.address) <= {"sort=-reference"} for head in shown.heads)
    page = answer.content.decode()
    (following,) = re.findall(r'href="([^"]+page=2[^"]*)"', page)
    assert changed(unescape(following)) == set()
    for name, value in (("view", "mine"), ("sort", "-reference"), ("as", "timeline")):
        assert re.search(f'<input type="hidden" name="{name}" value="{value}"', page), name


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_the_way_back_from_an_integration_keeps_the_filters(cast: Cast, who: str) -> None:
    journey = cast.journey()
    client = Client()
    client.force_login(getattr(cast, who))

    def back() -> str:
        page = client.get(f"/i/{journey.integration.reference}/people/").content.decode()
        (address,) = re.findall(r'<li><a class="ds-link" href="(/integrations/[^"]*)">', page)
        return unescape(address)

    assert back() == ADDRESS
    client.get(f"{ADDRESS}?q=brev&view=digipost&sort=-due&page=1&next=//evil.example&as=board")
    assert back() == f"{ADDRESS}?as=board&q=brev&sort=-due&view=digipost"
    client.get(f"{ADDRESS}?q=%22%3E%3Cb%3E%26view=x")
    assert back() == f"{ADDRESS}?q=%22%3E%3Cb%3E%26view%3Dx"
    client.get(ADDRESS)
    assert back() == ADDRESS


def test_by_contact(cast: Cast, spread: dict[str, Journey]) -> None:
    staff = cast.client(cast.staff)
    assert names(staff, f"?contact={cast.staff.pk}") == ["own"]
    assert set(names(staff, f"?contact={cast.other_staff.pk}")) == {"late", "running"}


# --- What a line says


def test_a_line_says_on_whom_it_waits_by_name_and_how_much_more(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    Member.objects.filter(integration=journey.integration, user=cast.lead).update(name="Terje på huset")
    wait_for(journey, Role.TECHNICAL_LEAD, in_days(-3))
    manager = cast.client(cast.manager)
    (row,) = manager.get(ADDRESS).context["rows"]
    assert (row.people, row.more) == (("Terje på huset",), 0)
    for position in (1, 2, 3):
        item = journey.integration.waiting_items.get(position=0)
        item.pk, item.position = None, position
        item.save()
    (row,) = manager.get(ADDRESS).context["rows"]
    assert row.more == 3
    assert "Teknisk ansvarlig: Terje på huset" in words_of(manager)


def test_a_role_that_nobody_holds_and_a_contact_who_has_left(cast: Cast) -> None:
    journey = cast.journey()
    wait_for(journey, Role.CONTRACT_MANAGER, today())
    assert "Kontraktsansvarlig (ingen ennå)" in words_of(cast.client(cast.manager))
    wait_for(journey, Role.ONBOARDING, today())
    put(journey, onboarding_contact=cast.other_staff)
    (row,) = cast.client(cast.staff).get(ADDRESS).context["rows"]
    assert row.people == (cast.other_staff.name,)
    cast.other_staff.is_active = False
    cast.other_staff.save()
    (row,) = cast.client(cast.staff).get(ADDRESS).context["rows"]
    assert row.people == ()
    assert names(cast.client(cast.staff), "?view=nobodys") == [row.integration.name]


@pytest.mark.parametrize(
    ("days", "told"),
    [(-4, "4 days overdue"), (-1, "1 day overdue"), (0, "today"), (1, "in 1 day"), (3, "in 3 days")],
)
def test_how_far_away_a_date_is_said_in_words(cast: Cast, days: int, told: str) -> None:
    put(cast.journey(), due_on=in_days(days))
    cast.staff.language = "en"
    cast.staff.save()
    for shape in ("table", "board", "timeline"):
        words = words_of(cast.client(cast.staff), f"?as={shape}")
        assert f" {told} " in words
        page = cast.client(cast.staff).get(f"{ADDRESS}?as={shape}").content.decode()
        assert ('<span class="late">' in page) == (days < 0)


@pytest.mark.parametrize("change", ["pause", "close"])
def test_what_rests_is_neither_late_nor_waits_for_anybody(cast: Cast, change: str) -> None:
    journey = cast.journey()
    getattr(workflow, f"{change}_integration")(journey.integration, by=cast.staff, reason="Derfor")
    put(journey, due_on=in_days(-9))
    answer = cast.client(cast.staff).get(f"{ADDRESS}?view=resting")
    (row,) = answer.context["rows"]
    assert (row.waits, row.late, row.days) == (None, 0, None)
    assert 'class="late"' not in answer.content.decode()
    assert (f'id="mark-{journey.integration.pk}"' in answer.content.decode()) == (change == "pause")


@pytest.mark.parametrize(("phase", "passed"), [(phase, n) for n, phase in enumerate(Phase)])
def test_the_progress_of_the_five(cast: Cast, phase: Phase, passed: int) -> None:
    put(cast.journey(), phase=phase)
    answer = cast.client(cast.staff).get(ADDRESS)
    (row,) = answer.context["rows"]
    states = [state.value for _number, state in row.steps]
    assert (row.passed, states.count("approved")) == (passed, passed)
    assert states.count("in_progress") == (0 if phase is Phase.OPERATIONS else 1)
    drawn = re.findall(r'<rect class="(\w+)"', answer.content.decode())
    assert drawn == ["approved"] * passed + ["current", "upcoming", "upcoming", "upcoming", "upcoming"][: 5 - passed]


# --- Assigning


def test_staff_assign_what_they_mark(cast: Cast, spread: dict[str, Journey]) -> None:
    staff, marked = cast.client(cast.staff), [spread["late"].integration.pk, spread["nobodys"].integration.pk]
    assert staff.get(ADDRESS).content.decode().count('name="integrations"') == 4
    sent = {"integrations": marked, "contact": cast.staff.pk, "queue": "view=all&q=e&sort=-due&as=table"}
    answer = staff.post(f"{ADDRESS}assign/", sent)
    assert answer["Location"] == f"{ADDRESS}?q=e&sort=-due"
    assert set(names(staff, "?view=mine")) == {"own", "late", "nobodys"}


def test_what_is_wrong_is_said_on_the_portfolio_with_the_marks_kept(cast: Cast, spread: dict[str, Journey]) -> None:
    staff, marked = cast.client(cast.staff), spread["late"].integration
    answer = staff.post(f"{ADDRESS}assign/", {"integrations": [marked.pk], "queue": "view=overdue"})
    assert answer.status_code == 422
    assert answer.context["shown"].view is View.OVERDUE
    page = answer.content.decode()
    assert re.search(rf'id="mark-{marked.pk}"\s+checked', page)
    assert "ds-error-summary" in page


def test_nobody_else_assigns(cast: Cast, spread: dict[str, Journey]) -> None:
    sent = {"integrations": [spread["own"].integration.pk], "contact": cast.other_staff.pk}
    assert cast.client(cast.manager).post(f"{ADDRESS}assign/", sent).status_code == 403
    assert cast.client(cast.staff).get(f"{ADDRESS}assign/").status_code == 405
    assert fresh(spread["own"].integration).onboarding_contact == cast.staff


# --- Notifying


def test_staff_write_a_notice_to_what_they_mark(cast: Cast, spread: dict[str, Journey]) -> None:
    staff, marked = cast.client(cast.staff), [spread[name].integration for name in ("late", "own")]
    sent = {"integrations": [one.pk for one in marked], "queue": "view=overdue"}
    form = staff.get(staff.post(f"{ADDRESS}notify/", sent)["Location"])
    page = form.content.decode()
    those = ", ".join(sorted(one.reference for one in marked))
    assert re.search(r'value="marked" id="form-audience_0"\s+checked', page)
    assert those in page
    kept = [str(value) for value in form.context["form"]["marked"].value()]
    notice = {"kind": "downtime", "audience": "marked", "marked": kept, "title": "Nedetid", "body": "I natt."}
    asked = staff.post("/notices/", notice)
    assert those in asked.content.decode()
    assert asked.content.decode().count('name="marked"') == 2
    assert confirm(staff, "/notices/", notice, asked).status_code == 302
    assert set(NoticeReceipt.objects.values_list("integration", flat=True)) == {one.pk for one in marked}


def test_a_notice_to_what_was_marked_goes_to_what_is_still_open(cast: Cast, spread: dict[str, Journey]) -> None:
    staff, (closed, kept) = cast.client(cast.staff), [spread[name].integration for name in ("late", "own")]
    workflow.close_integration(closed, by=cast.staff, reason="Stanset.")
    marked = [closed.pk, kept.pk, "x", "9" * 30]
    notice = {"kind": "downtime", "audience": "marked", "marked": marked, "title": "Nedetid", "body": "I natt."}
    assert staff.post("/notices/", notice).status_code == 302
    assert set(NoticeReceipt.objects.values_list("integration", flat=True)) == {kept.pk}
    nobody = staff.post("/notices/", notice | {"marked": [closed.pk]})
    assert nobody.context["form"].errors["audience"]
    assert NoticeReceipt.objects.count() == 1


def test_nothing_marked_is_said_on_the_portfolio_and_nobody_else_notifies(
    cast: Cast, spread: dict[str, Journey]
) -> None:
    answer = cast.client(cast.staff).post(f"{ADDRESS}notify/", {"queue": "view=overdue"})
    assert (answer.status_code, answer.context["shown"].view) == (422, View.OVERDUE)
    assert set(answer.context["assign"].errors) == {"integrations"}
    sent = {"integrations": [spread["own"].integration.pk]}
    assert cast.client(cast.manager).post(f"{ADDRESS}notify/", sent).status_code == 403


# --- Queries


@pytest.mark.parametrize("shape", ["table", "board", "timeline"])
@pytest.mark.parametrize("who", ["staff", "manager"])
def test_a_hundred_take_as_many_queries_as_ten(cast: Cast, shape: str, who: str) -> None:
    client = cast.client(getattr(cast, who))
    counts = []
    for more in (10, 90):
        many(cast, more)
        client.get(f"{ADDRESS}?as={shape}")  # what is kept of it in the session is kept by now
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{ADDRESS}?as={shape}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
