"""Ways around the process by an import: what was recorded here meanwhile, or taken back here, counts all the same."""

from __future__ import annotations

import datetime
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError

from milestones import clock, gates, workflow
from milestones.demo import Journey
from milestones.imports import Sheet
from milestones.imports.checking import Checked, check
from milestones.models import Import, ImportRow, Integration, RowState, User
from milestones.process import MilestoneState, Phase
from milestones.workflow import effects, taking_in
from tests.cast import Cast, facts_now, fresh
from tests.importing import WHO, confirmed, done, done_up_to, proposed, taken_in, uploaded

pytestmark = pytest.mark.django_db


def judged(cast: Cast, row: dict[str, str]) -> Checked:
    wanting = uploaded(cast, row)
    [checked] = check(wanting, wanting.rows.all())
    return checked


def now(wanting: Import) -> Import:
    return Import.objects.get(pk=wanting.pk)


def planned(cast: Cast) -> Journey:
    journey = cast.journey("Brev")
    journey.milestone_1()
    journey.kickoff()
    journey.solution()
    journey.plan()
    return journey


def test_what_was_taken_back_here_is_not_brought_back_by_an_older_day(cast: Cast) -> None:
    [integration] = taken_in(cast, WHO | done_up_to(5))
    workflow.close_production(integration, by=cast.staff, reason="Feil på brevene")
    again = judged(cast, WHO | done_up_to(5))
    assert set(again.wrong) == {"done_3.3"}
    assert "tatt tilbake" in again.wrong["done_3.3"]
    later = done_up_to(5) | {"done_3.3": f"{clock.today():%d.%m.%Y}"}
    assert judged(cast, WHO | later).wrong == {}


def test_nor_in_an_integration_that_was_never_imported(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    journey.milestone_2()
    journey.milestone_3()
    workflow.close_production(journey.integration, by=cast.staff, reason="Feil på brevene")
    assert "done_3.3" in judged(cast, {"reference": journey.integration.reference} | done("3.3")).wrong


def test_another_production_account_is_recorded_by_people(cast: Cast) -> None:
    """It closes sending; an import would open it to another account without a word."""
    [integration] = taken_in(cast, WHO | done_up_to(5))
    checked = judged(cast, {"reference": integration.reference, "production_account": "3003"})
    assert set(checked.wrong) == {"production_account"}


def test_dates_that_both_sides_agreed_on_are_not_moved_by_an_import(cast: Cast) -> None:
    journey = planned(cast)
    row = {"reference": journey.integration.reference, "target_5": "1.6.2035"}
    for codes in (("2.1", "2.3"), ("2.2",)):
        assert set(judged(cast, row | done(*codes)).wrong) == {"target_5"}


def test_a_plan_that_is_moved_is_not_agreed_by_what_was_carried_over(cast: Cast) -> None:
    """The row takes back 2.2, on which milestone 2 would rest: it is not approved, and production does not open."""
    [integration] = taken_in(cast, WHO | done_up_to(2) | {"done_2.3": ""})
    row = {"reference": integration.reference, "target_5": "1.6.2035"} | done("2.3")
    checked = judged(cast, row)
    assert (checked.wrong, checked.reaches) == ({}, 1)
    taken_in(cast, row)
    assert fresh(integration).phase == Phase.MILESTONE_2
    assert "done_3.3" in judged(cast, row | done("3.1", "3.2", "3.3")).wrong


def test_milestone_1_alone_is_no_part_of_the_plan(cast: Cast) -> None:
    [integration] = taken_in(cast, WHO | done_up_to(2) | {"done_1.3": ""})
    dates = {1: clock.today() + datetime.timedelta(days=9)}
    workflow.propose_dates(integration, by=cast.staff, dates=dates, version=1)
    assert gates.unmet_of("2.2", facts_now(integration)) == []


def test_nobody_confirms_more_than_the_page_said(cast: Cast) -> None:
    """People recorded since then what was missing: milestone 2 would be approved now, and that is shown first."""
    journey = cast.journey("Brev")
    journey.milestone_1()
    waiting = proposed(cast, {"reference": journey.integration.reference} | done("2.1", "2.3"))
    journey.kickoff()
    journey.solution()
    journey.plan()
    assert not any("milepæl" in told for told in effects.of_importing(waiting))
    with pytest.raises(workflow.Stale):
        workflow.confirm_import(waiting, by=cast.other_staff, version=waiting.version)
    assert any("1 milepæl blir godkjent av deg" in told for told in effects.of_importing(now(waiting)))
    workflow.confirm_import(waiting, by=cast.other_staff, version=now(waiting).version)


def test_nothing_more_is_taken_in_than_was_confirmed(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1()
    wanting = confirmed(cast, {"reference": journey.integration.reference} | done("2.1", "2.3"))
    journey.kickoff()
    journey.solution()
    journey.plan()
    workflow.take_in_some()
    assert wanting.rows.get().state == RowState.FAILED
    assert not journey.integration.milestones.filter(number=2, state=MilestoneState.APPROVED).exists()


def test_what_people_have_submitted_is_not_passed_by(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.milestone_1_facts()
    journey.submit(1)
    row = {"reference": journey.integration.reference} | done("2.1", "2.2", "2.3", "3.1", "3.2", "3.3")
    assert "done_3.3" in judged(cast, row).wrong


def test_production_is_not_opened_without_an_account(cast: Cast) -> None:
    row = {key: cell for key, cell in (WHO | done_up_to(2)).items() if not key.endswith("_account")}
    [integration] = taken_in(cast, row | done("3.1", "3.2"))
    with pytest.raises(workflow.GateClosed):
        workflow.open_production(integration, by=cast.staff)
    assert not fresh(integration).accounts.production_enabled


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"test_account": "2002"}, "test_account"),
        ({"test_account": "984661185"}, "test_account"),
        ({"name": "Et annet navn", "organisation": "Helt Annen AS"}, ""),
    ],
)
def test_a_row_beside_what_is_recorded(cast: Cast, row: dict[str, str], key: str) -> None:
    [integration] = taken_in(cast, WHO | done_up_to(1))
    checked = judged(cast, {"reference": integration.reference} | row)
    assert set(checked.wrong) == ({key} if key else set())
    assert len(checked.notes) == (0 if key else 2)


def test_who_is_on_the_other_side_is_told_by_the_cell(cast: Cast) -> None:
    journey = cast.journey("Brev")
    journey.roles()
    User.objects.create_user("ute@privat.example", "Ute", "et-langt-passord-1", is_staff=True)
    row = {"reference": journey.integration.reference} | done("1.1")
    named = {"technical_lead_name": "Ute", "technical_lead_email": "ute@privat.example"}
    assert "technical_lead_email" in judged(cast, row | named).wrong
    cast.lead.is_staff = True
    cast.lead.save()
    Import.objects.all().update(uploaded_by=cast.lead)
    wanting = Import.objects.get()
    [checked] = check(wanting, wanting.rows.all())
    assert "reference" in checked.wrong


def test_the_same_by_reference_and_by_name_is_told(cast: Cast) -> None:
    [integration] = taken_in(cast, WHO)
    wanting = uploaded(cast, WHO | done("1.1"), {"reference": integration.reference} | done("1.3"))
    first, second = check(wanting, wanting.rows.order_by("line"))
    assert (first.wrong, "2" in second.wrong["reference"]) == ({}, True)


def test_an_error_of_ours_keeps_no_other_row_back(cast: Cast) -> None:
    wanting = confirmed(cast, WHO, WHO | {"name": "Brev"})
    real = taking_in._taken_in

    def breaks_once(row: ImportRow) -> Integration:
        if row.line == 2:
            raise RuntimeError("feil")
        return real(row)

    with patch.object(taking_in, "_taken_in", breaks_once):
        workflow.take_in_some()
    assert list(wanting.rows.order_by("line").values_list("state", flat=True)) == [RowState.FAILED, RowState.DONE]
    assert "feil hos oss" in wanting.rows.get(line=2).told


def test_only_who_confirmed_tries_again_and_only_what_is_remembered(cast: Cast) -> None:
    third = User.objects.create_user("tredje@digipost.example", "Tredje", "et-langt-passord-1", is_staff=True)
    wanting = confirmed(cast, WHO)
    wanting.rows.update(state=RowState.FAILED)
    with pytest.raises(workflow.Stale):
        workflow.try_again(wanting, by=third)
    workflow.try_again(wanting, by=cast.other_staff)
    wanting.rows.update(state=RowState.FAILED, cells=[])
    with pytest.raises(workflow.Stale):
        workflow.try_again(wanting, by=cast.other_staff)


def test_cells_that_were_not_sent_stay(cast: Cast) -> None:
    draft = uploaded(cast, WHO | {"number": "123"}, WHO | {"name": "Brev", "number": "456"})
    at = f"/imports/{draft.pk}/cells/"
    sent = {"seen": draft.version, "cell-2-number": "984 661 185"}
    assert cast.client(cast.staff).post(at, sent).status_code == 302
    again = cast.client(cast.staff).post(at, sent | {"cell-2-number": "974 760 673"})
    assert again.status_code == 422  # an old page: what was typed is kept there, and nothing stored
    assert "974 760 673" in again.content.decode()
    numbers = [row.cells[draft.columns.index("number")] for row in draft.rows.order_by("line")]
    assert numbers == ["984 661 185", "456"]


def test_a_name_of_a_column_that_has_none_is_nobodys(cast: Cast) -> None:
    """A column that was added by typing has no head, and a nameless column of the file is another."""
    row = {key: cell for key, cell in WHO.items() if key != "organisation"}
    draft = uploaded(cast, row)
    workflow.correct_cells(draft, {(2, "organisation"): "Posten Bring AS"}, by=cast.staff)
    sheet = uploaded(cast, row).rows.get()
    file = Sheet([*draft.heads, ""], [(2, [*sheet.cells, "merknad fra oss"])])
    workflow.replace_file(draft, by=cast.staff, file_name="b.csv", sheet=file)
    assert now(draft).columns[-1] == ""


def test_an_import_that_has_become_wrong_shows_its_cells(cast: Cast) -> None:
    journey = cast.journey("Brev")
    draft = uploaded(cast, {"reference": journey.integration.reference} | done("1.1"))
    workflow.pause_integration(journey.integration, by=cast.staff, reason="Hviler")
    with pytest.raises(ValidationError):
        workflow.propose_import(draft, by=cast.staff, version=draft.version)
    page = cast.client(cast.staff).get(f"/imports/{draft.pk}/").content.decode()
    assert "Celler som må rettes" in page
