"""Whom nobody erases, who may not, and that a refusal or a failure changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from milestones import append_only
from milestones.demo import Journey
from milestones.models import Event, User
from milestones.policy import Forbidden
from tests.cast import Cast
from tests.personal.common import erase, everything_stored, leave, require_refusal


def test_whom_nobody_erases(cast: Cast, journey: Journey) -> None:
    def told(person: User, by: User = cast.staff) -> str:
        before = everything_stored()
        with pytest.raises(ValidationError) as refused:
            erase(person, by)
        assert everything_stored() == before
        return " ".join(refused.value.messages)

    assert journey.integration.reference in told(cast.lead)
    assert told(cast.staff)
    assert told(cast.other_staff)
    with pytest.raises(Forbidden):
        erase(cast.stranger, cast.manager)
    User.objects.filter(pk=cast.other_staff.pk).update(is_active=False)
    erased = erase(cast.other_staff, cast.staff)
    assert told(erased)


def test_if_rewriting_fails_midway_nothing_is_rewritten_and_all_is_refused(cast: Cast, journey: Journey) -> None:
    before = list(Event.objects.order_by("pk").values())
    first, second = before[0]["id"], before[1]["id"]
    fails: dict[str, Any] = {"reason": None}
    with pytest.raises(DatabaseError):
        append_only.rewrite(connection, [(first, {"reason": "x"}), (second, fails)])
    assert list(Event.objects.order_by("pk").values()) == before
    require_refusal()


@pytest.mark.parametrize("column", ["at", "kind", "integration_id", "id"])
def test_when_what_and_where_are_never_rewritten(cast: Cast, journey: Journey, column: str) -> None:
    with pytest.raises(ValueError, match=column):
        append_only.rewrite(connection, [(Event.objects.earliest("pk").pk, {column: "1"})])


def test_if_erasing_fails_everything_is_as_it_was(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(cast, journey, cast.lead)
    before = everything_stored()
    monkeypatch.setattr("milestones.personal.erasure.forget", lambda *_about: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase(cast.lead, cast.staff)
    assert everything_stored() == before
    require_refusal()
