"""The portfolio on a board and along a timeline: which cards there are, where each date is drawn, what is said."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
import time_machine
from django.test import Client

from milestones import portfolio
from milestones.demo import Journey
from milestones.models import Integration, Launch, Milestone
from milestones.process import Phase, Role, Status
from milestones.timeline import FURTHEST_AHEAD, MOST_LABELS, Timeline
from tests.cast import Cast, fresh
from tests.listed import put, wait_for

BOARD, TIMELINE = "/integrations/?as=board", "/integrations/?as=timeline"
DAY = datetime.date(2027, 3, 10)


@pytest.fixture(autouse=True)
def _on_the_day() -> object:
    with time_machine.travel("2027-03-10T10:00:00+01:00", tick=False):
        yield


# --- Board


def columns(client: Client, query: str = "") -> dict[str, tuple[int, list[str]]]:
    """By phase: how many are in it, and the names on its cards."""
    found = client.get(BOARD + query).context["columns"]
    return {one.phase.value: (one.count, [row.integration.name for row in one.rows]) for one, _address in found}


def in_phases(cast: Cast, *phases: Phase) -> list[Integration]:
    integrations = [cast.journey(f"Nr {n}").integration for n, _phase in enumerate(phases)]
    for one, phase in zip(integrations, phases, strict=True):
        Integration.objects.filter(pk=one.pk).update(phase=phase)
    return integrations


def test_a_column_a_phase_in_the_order_that_is_chosen(cast: Cast) -> None:
    rows = in_phases(cast, Phase.MILESTONE_2, Phase.OPERATIONS, Phase.MILESTONE_2)
    for days, row in zip((9, 1, 4), rows, strict=True):
        Integration.objects.filter(pk=row.pk).update(due_on=DAY + datetime.timedelta(days=days))
    found = columns(cast.client(cast.staff))
    assert list(found) == [phase.value for phase in Phase]
    assert found["milestone_2"] == (2, ["Nr 2", "Nr 0"])
    assert found["operations"] == (1, ["Nr 1"])
    assert found["milestone_1"] == (0, [])
    assert columns(cast.client(cast.staff), "&sort=-due")["milestone_2"] == (2, ["Nr 0", "Nr 2"])
    assert columns(cast.client(cast.staff), "&phase=operations")["milestone_2"] == (0, [])


def test_what_is_too_much_for_a_column_leads_to_its_table(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "MOST_IN_COLUMN", 2)
    in_phases(cast, *[Phase.MILESTONE_3] * 5, Phase.MILESTONE_1)
    page = cast.client(cast.staff).get(BOARD + "&q=nr&view=all&sort=reference")
    (column,) = [one for one, _address in page.context["columns"] if one.count == 5]
    assert (len(column.rows), column.more) == (2, 3)
    (address,) = re.findall(r'href="([^"]*)">\s*og 3 til', page.content.decode())
    rest = cast.client(cast.staff).get(unescape(address))
    assert unescape(address) == "/integrations/?phase=milestone_3&q=nr&sort=reference"
    assert len(rest.context["rows"]) == 5


def test_a_card_says_whose_it_is_on_whom_it_waits_and_for_how_long(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    wait_for(journey, Role.TECHNICAL_LEAD, DAY)
    put(journey, due_on=DAY - datetime.timedelta(days=2))
    page = cast.client(cast.staff).get(BOARD).content.decode()
    (card,) = re.findall(r'<div class="board">.*?<li>(.*?)</li>', page, flags=re.DOTALL)
    for told in (journey.integration.reference, "Brev", "Fjordvik kommune", cast.lead.name, 'class="late"'):
        assert told in card


# --- Timeline


@pytest.fixture
def dated(cast: Cast) -> Journey:
    """Milestone 1 approved, 2 late, 3 put off, 4 as agreed, 5 without a date."""
    journey = cast.journey()
    journey.milestone_1()
    for number, baseline, target in (
        (2, datetime.date(2027, 3, 1), datetime.date(2027, 3, 4)),
        (3, datetime.date(2027, 4, 1), datetime.date(2027, 4, 11)),
        (4, datetime.date(2027, 5, 31), datetime.date(2027, 5, 31)),
    ):
        at = journey.integration.milestones.filter(number=number)
        at.update(baseline_on=baseline, target_on=target)
    return journey


def timeline_of(*integrations: Integration) -> Timeline:
    return Timeline.of([fresh(one) for one in integrations], DAY)


def test_the_axis_holds_whole_months(dated: Journey) -> None:
    axis = timeline_of(dated.integration)
    assert (axis.start, axis.end) == (datetime.date(2027, 3, 1), datetime.date(2027, 6, 1))
    assert axis.months == [datetime.date(2027, month, 1) for month in (3, 4, 5)] == axis.labelled
    assert axis.x(axis.start) == "0.00%"
    assert axis.x(axis.end) == "100.00%"
    assert axis.x(datetime.date(2027, 4, 1)) == f"{100 * 31 / 92:.2f}%"
    assert axis.x(datetime.date(2027, 2, 28)) == axis.x(None) == ""


def test_each_date_is_drawn_at_its_place(cast: Cast, dated: Journey) -> None:
    Launch.objects.filter(integration=dated.integration).update(launch_on=datetime.date(2027, 5, 20))
    page = cast.client(cast.staff).get(TIMELINE).content.decode()
    (lane,) = re.findall(r'<svg class="lane".*?</svg>\s*</td>', page, flags=re.DOTALL)
    marks = re.findall(r'<svg x="([0-9.]+%)".*?class="(\w+)"', lane, flags=re.DOTALL)
    axis = timeline_of(dated.integration)
    drawn = {(kind, x) for x, kind in marks}
    assert re.search(r"<title>\s*2 Klar til ekstern test", lane)
    assert drawn == {
        ("approved", axis.x(DAY)),
        ("baseline", axis.x(datetime.date(2027, 3, 1))),
        ("baseline", axis.x(datetime.date(2027, 4, 1))),
        ("baseline", axis.x(datetime.date(2027, 5, 31))),
        ("overdue", axis.x(datetime.date(2027, 3, 4))),
        ("planned", axis.x(datetime.date(2027, 4, 11))),
        ("planned", axis.x(datetime.date(2027, 5, 31))),
        ("launch", axis.x(datetime.date(2027, 5, 20))),
    }
    (today,) = re.findall(r'class="today" x1="([^"]+)" x2="([^"]+)"', lane)
    assert today == (axis.x(DAY), axis.x(DAY))
    assert lane.count('class="slip"') == 2
    assert lane.count('class="early"') == 1
    assert "style=" not in page


def test_delays_are_said_in_words(cast: Cast, dated: Journey) -> None:
    cast.staff.language = "en"
    cast.staff.save()
    page = cast.client(cast.staff).get(TIMELINE).content.decode()
    (table,) = re.findall(r'<table class="ds-table cards dates">.*?</table>', page, flags=re.DOTALL)
    rows = [
        [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)[1:]
    ]
    told = {row[0][0]: row[1:] for row in rows}
    assert told["1"][2] == "10 Mar 2027"
    assert told["2"] == ["1 Mar 2027", "4 Mar 2027", "–", "6 days overdue 3 days later than first agreed"]
    assert told["3"] == ["1 Apr 2027", "11 Apr 2027", "–", "10 days later than first agreed"]
    assert told["4"] == ["31 May 2027", "31 May 2027", "–", "–"]
    assert "5" not in told


def test_what_was_approved_is_measured_by_what_was_first_agreed(dated: Journey) -> None:
    first = dated.integration.milestones.filter(number=1)
    for baseline, slipped in ((DAY, 0), (DAY + datetime.timedelta(days=1), 0), (DAY - datetime.timedelta(days=5), 5)):
        first.update(baseline_on=baseline, target_on=datetime.date(2027, 1, 1))
        (lane,) = timeline_of(dated.integration).lanes
        assert (lane.milestones[0].slipped, lane.milestones[0].overdue) == (slipped, 0)


@pytest.mark.parametrize("status", [Status.PAUSED, Status.CLOSED])
def test_what_rests_is_not_overdue(dated: Journey, status: Status) -> None:
    Integration.objects.filter(pk=dated.integration.pk).update(status=status)
    (lane,) = timeline_of(dated.integration).lanes
    assert [one.overdue for one in lane.milestones] == [0] * 5


def test_what_is_reopened_is_not_drawn_as_approved(dated: Journey) -> None:
    """The day of an approval that was withdrawn may still be on file."""
    Milestone.objects.filter(integration=dated.integration, number=1).update(state="in_progress")
    (lane,) = timeline_of(dated.integration).lanes
    assert lane.milestones[0].approved is None


def test_a_mistyped_year_presses_nothing_together(cast: Cast, dated: Journey) -> None:
    dated.integration.milestones.filter(number=5).update(target_on=datetime.date(2099, 1, 1))
    axis = timeline_of(dated.integration)
    assert axis.end == datetime.date(2027, 6, 1)
    assert axis.leaves_out
    page = cast.client(cast.staff).get(TIMELINE).content.decode()
    assert "1. jan. 2099" in page


def test_not_more_months_are_named_than_there_is_room_for(dated: Journey) -> None:
    dated.integration.milestones.filter(number=5).update(target_on=DAY + FURTHEST_AHEAD)
    axis = timeline_of(dated.integration)
    assert len(axis.months) == 19
    assert len(axis.labelled) <= MOST_LABELS
    assert axis.labelled[0] == axis.start


def test_without_any_date_there_is_today(cast: Cast) -> None:
    Milestone.objects.update(target_on=None)
    assert Timeline.of([], DAY).months == [datetime.date(2027, 3, 1)]
    journey = cast.journey()
    journey.integration.milestones.update(target_on=None)
    page = cast.client(cast.staff).get(TIMELINE).content.decode()
    assert page.count('class="today"') == 2  # in the picture, and in what its signs mean
