"""An import until it is confirmed: repeated, replaced, left lying."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from milestones import clock, workflow
from milestones.models import Import, ImportRow, ImportState, Integration, RowState, User
from milestones.workflow import room
from tests.cast import Cast
from tests.importing import WHO, confirmed, proposed, sheet_of, taken_in, uploaded

pytestmark = pytest.mark.django_db


def test_nothing_to_import_is_not_proposed(cast: Cast) -> None:
    taken_in(cast, WHO)
    again = uploaded(cast, WHO)
    with pytest.raises(ValidationError):
        workflow.propose_import(again, by=cast.staff, version=again.version)


def test_one_wrong_cell_stops_all_of_it(cast: Cast) -> None:
    draft = uploaded(cast, WHO, WHO | {"name": "Brev", "number": "1"})
    with pytest.raises(ValidationError):
        workflow.propose_import(draft, by=cast.staff, version=draft.version)
    assert workflow.take_in_some() == 0
    assert not Integration.objects.exists()


def test_what_is_proposed_is_not_changed(cast: Cast) -> None:
    waiting = proposed(cast, WHO)
    for change in (
        lambda: workflow.correct_cells(waiting, {(2, "name"): "Brev"}, by=cast.staff),
        lambda: workflow.name_columns(waiting, waiting.columns, by=cast.staff),
        lambda: workflow.replace_file(waiting, by=cast.staff, file_name="b.csv", sheet=sheet_of(WHO)),
        lambda: workflow.propose_import(waiting, by=cast.staff, version=waiting.version),
    ):
        with pytest.raises(workflow.Stale):
            change()


def test_the_database_wants_somebody_else_to_confirm(cast: Cast) -> None:
    waiting = proposed(cast, WHO)
    for values in ({"confirmed_by": waiting.uploaded_by}, {"state": ImportState.CONFIRMED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Import.objects.filter(pk=waiting.pk).update(**values)


def test_what_nobody_confirms_is_discarded_and_forgotten_after_a_month(cast: Cast) -> None:
    waiting, under_way = proposed(cast, WHO), confirmed(cast, WHO | {"name": "Brev"})
    under_way.rows.update(state=RowState.FAILED)
    assert workflow.discard_old_imports() == 0
    with time_machine.travel(clock.now() + datetime.timedelta(days=31), tick=False):
        assert workflow.discard_old_imports() == 1
    assert Import.objects.get(pk=waiting.pk).state == ImportState.DISCARDED
    assert Import.objects.get(pk=under_way.pk).state == ImportState.CONFIRMED
    assert list(ImportRow.objects.values_list("cells", flat=True)) == [[], []]


def test_so_many_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "IMPORTS_A_DAY", 1)
    uploaded(cast, WHO)
    with pytest.raises(ValidationError):
        uploaded(cast, WHO)


def test_what_people_recorded_since_is_not_overwritten(cast: Cast) -> None:
    """Who confirms saw another old value: it is shown, and confirmed anew."""
    journey = cast.journey("Brev")
    row = {"reference": journey.integration.reference, "contact": "jonas@digipost.example", "target_4": "24.12.2027"}
    waiting = proposed(cast, row)
    milestone = journey.integration.milestones.get(number=4)
    milestone.target_on = datetime.date(2027, 6, 1)
    milestone.save()
    with pytest.raises(workflow.Stale):
        workflow.confirm_import(waiting, by=cast.other_staff, version=waiting.version)
    again = Import.objects.get(pk=waiting.pk)
    workflow.confirm_import(again, by=cast.other_staff, version=again.version)
    milestone.target_on = datetime.date(2027, 5, 1)
    milestone.save()
    workflow.take_in_some()
    assert again.rows.get().told.startswith("Noe annet enn det som ble bekreftet")
    assert journey.integration.milestones.get(number=4).target_on == datetime.date(2027, 5, 1)


def test_the_same_is_judged_alike_in_every_language(cast: Cast) -> None:
    journey = cast.journey("Brev")
    waiting = proposed(cast, {"reference": journey.integration.reference, "contact": "jonas@digipost.example"})
    with override("en"):
        workflow.confirm_import(waiting, by=cast.other_staff, version=waiting.version)


def test_who_was_on_one_for_the_sender_does_not_confirm_it(cast: Cast) -> None:
    journey = cast.journey("Brev")
    waiting = proposed(cast, {"reference": journey.integration.reference, "contact": "jonas@digipost.example"})
    User.objects.filter(pk=cast.manager.pk).update(is_staff=True)
    changed_sides = User.objects.get(pk=cast.manager.pk)
    with pytest.raises(ValidationError, match=journey.integration.reference):
        workflow.confirm_import(waiting, by=changed_sides, version=waiting.version)
    workflow.confirm_import(waiting, by=cast.other_staff, version=waiting.version)


@pytest.mark.parametrize("written", ["ingrid@digipost.example", "mailto:Ingrid@digipost.example"])
def test_somebody_at_digipost_is_no_member_however_it_is_written(cast: Cast, written: str) -> None:
    draft = uploaded(cast, WHO | {"technical_lead_email": written})
    assert draft.rows.get().change == "wrong"
