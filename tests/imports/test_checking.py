"""What is wrong with a row, told by cell; what it would change, and how far it would come."""

from __future__ import annotations

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.imports.checking import Checked, check
from milestones.models import Change
from tests.cast import Cast
from tests.importing import ACCOUNTS, WHO, done, done_up_to, taken_in, uploaded

pytestmark = pytest.mark.django_db


def judged(cast: Cast, *rows: dict[str, str]) -> list[Checked]:
    wanting = uploaded(cast, *rows)
    return list(check(wanting, wanting.rows.order_by("line")))


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"number": "984661186"}, "number"),
        ({"number": ""}, "number"),
        ({"organisation": ""}, "organisation"),
        ({"name": ""}, "name"),
        ({"project_manager_name": "", "project_manager_email": ""}, "project_manager_name"),
        ({"technical_lead_email": ""}, "technical_lead_email"),
        ({"technical_lead_name": ""}, "technical_lead_name"),
        ({"business_owner_email": "bjorn"}, "business_owner_email"),
        ({"sender_kind": "Kunde"}, "sender_kind"),
        ({"contact": "ukjent@digipost.example"}, "contact"),
        ({"contact": "kari@fjordvik.example"}, "contact"),
        ({"reference": "BOFA-482"}, "reference"),
        ({"target_3": "snart"}, "target_3"),
        ({"done_1.1": "ja"}, "done_1.1"),
        ({"done_1.1": "1.3.2099"}, "done_1.1"),
        (ACCOUNTS, "test_account"),  # accounts come after the agreement
        (done("1.1") | {"test_account": "12", "production_account": "12"}, "production_account"),
        (done("1.1") | {"test_account": "984661185"}, "test_account"),
        (done("3.2"), "done_3.2"),
        (done_up_to(3) | {"production_account": ""}, "production_account"),
        (done("1.1", "3.1", "3.2", "3.3") | ACCOUNTS, "done_3.3"),
    ],
)
def test_what_is_wrong_is_told_by_its_cell(cast: Cast, row: dict[str, str], key: str) -> None:
    [checked] = judged(cast, WHO | row)
    assert key in checked.wrong
    assert checked.change is Change.WRONG


@pytest.mark.parametrize(
    ("row", "reaches", "lacks"),
    [
        ({}, 0, {"1.1", "1.3", "1.4"}),
        (done("1.1", "1.3", "1.4"), 1, {"2.1", "2.2", "2.3"}),
        (done_up_to(2), 2, {"3.1", "3.2", "3.3"}),
        (done_up_to(3), 3, {"4.1"}),
        (done_up_to(4), 4, {"5.0", "5.2"}),
        (done_up_to(5), 5, set()),
        (done_up_to(5) | {"done_2.3": "", "done_3.3": ""}, 1, {"2.3"}),
    ],
)
def test_how_far_a_new_one_comes(cast: Cast, row: dict[str, str], reaches: int, lacks: set[str]) -> None:
    [checked] = judged(cast, WHO | row)
    assert (checked.wrong, checked.reaches, set(checked.lacks)) == ({}, reaches, lacks)


def test_the_same_integration_twice_is_told_in_the_second_row(cast: Cast) -> None:
    first, second, other = judged(cast, WHO, WHO | {"name": "FAKTURAER "}, WHO | {"name": "Lønnsslipper"})
    assert (first.wrong, other.wrong) == ({}, {})
    assert "2" in second.wrong["name"]


def test_a_second_import_shows_what_differs(cast: Cast) -> None:
    [integration] = taken_in(cast, WHO | done("1.1", "1.3") | {"test_account": "1001"})
    same, changed = judged(cast, WHO | done("1.1", "1.3"), WHO | {"name": "Ny"})
    assert (same.change, changed.change) == (Change.SAME, Change.NEW)
    later = {
        "reference": integration.reference.lower().replace("-", " "),
        "test_account": "1002",
        "done_1.3": "5.3.24",
    }
    [row] = judged(cast, later | {"technical_lead_name": "Ny Leder", "technical_lead_email": "ny@posten.example"})
    assert row.integration == integration
    assert [(str(one.old), str(one.new)) for one in row.differences] == [
        ("Terje Teknisk", "Ny Leder"),
        ("1001", "1002"),
        ("2024-03-01", "2024-03-05"),
    ]


def test_what_is_recorded_here_is_not_carried_over(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    [row] = judged(cast, {"reference": journey.integration.reference} | done("1.1", "1.2", "1.3", "1.4"))
    assert (row.change, row.differences, row.does.carries) == (Change.SAME, (), 0)


def test_what_is_contradicted_here_is_told(cast: Cast) -> None:
    """A scenario that is in the set and has not passed speaks against 3.1."""
    journey: Journey = cast.journey("Brev")
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    [row] = judged(cast, {"reference": journey.integration.reference} | done("3.1", "3.2"))
    assert {"done_3.1", "done_3.2"} == set(row.wrong)


@pytest.mark.parametrize("end", ["pause", "close"])
def test_what_rests_or_is_closed_is_not_imported_into(cast: Cast, end: str) -> None:
    journey = cast.journey("Brev")
    act = workflow.pause_integration if end == "pause" else workflow.close_integration
    act(journey.integration, by=cast.staff, reason="Hviler")
    [row] = judged(cast, {"reference": journey.integration.reference} | done("1.1"))
    assert "reference" in row.wrong
    assert journey.integration.reference in row.wrong["reference"]


def test_a_number_of_somebody_else_is_told(cast: Cast) -> None:
    journey = cast.journey("Brev")
    [row] = judged(cast, {"reference": journey.integration.reference, "number": "974760673"})
    assert "984 661 185" in row.wrong["number"]
