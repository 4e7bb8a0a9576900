"""An import that two confirm, or two workers take in, at once: it happens once."""

from __future__ import annotations

from functools import partial

import pytest

from milestones import snapshots, workflow
from milestones.models import CarriedOver, Import, ImportRow, Integration, Mail, RowState, User
from tests.cast import Cast
from tests.importing import WHO, confirmed, done_up_to, proposed
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgresql")]


def test_one_of_two_decides(cast: Cast) -> None:
    """Confirmed by one, taken back or discarded by the other: never both."""
    for other in (withdraw, discard):
        wanting = proposed(cast, WHO)
        confirm = partial(workflow.confirm_import, wanting, by=cast.other_staff, version=wanting.version)
        assert sorted(at_once(confirm, partial(other, wanting, cast.staff))) == ["Stale", "done"]


def withdraw(wanting: Import, by: User) -> None:
    workflow.withdraw_import(wanting, by=by)


def discard(wanting: Import, by: User) -> None:
    workflow.discard_import(wanting, by=by, version=wanting.version)


def test_two_workers_take_in_each_row_once(cast: Cast) -> None:
    rows = [WHO | {"name": f"System {number}"} | done_up_to(number % 6 or 5) for number in range(8)]
    confirmed(cast, *rows)
    assert at_once(workflow.take_in_some, workflow.take_in_some, workflow.take_in_some) == ("done",) * 3
    assert set(ImportRow.objects.values_list("state", flat=True)) == {RowState.DONE}
    assert Integration.objects.count() == len(rows)
    assert Mail.objects.count() == 3 * len(rows)
    current = CarriedOver.objects.current().values_list("integration", "code")
    assert len(current) == len(set(current)) > 0
    assert [one for one, differs in snapshots.differences() if differs] == []
