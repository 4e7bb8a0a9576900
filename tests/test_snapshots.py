"""What lists sort and filter by is what the gates say, and a command proves it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from milestones.models import Integration
from tests.cast import Cast, fresh


def test_the_command_prints_the_count(cast: Cast) -> None:
    cast.journey().milestone_1()
    cast.neighbour()
    said = StringIO()
    call_command("verify_snapshots", stdout=said)
    assert said.getvalue() == "2 integrations checked, 0 differ.\n"


def test_the_command_fails_where_stored_and_evaluated_differ(cast: Cast) -> None:
    integration = cast.journey().integration
    Integration.objects.update(waits_on="nobody we know")
    with pytest.raises(CommandError, match=integration.reference):
        call_command("verify_snapshots", stdout=StringIO())


def test_what_waits_is_stored_with_who_must_act(cast: Cast) -> None:
    journey = cast.journey()
    assert fresh(journey.integration).waits_on == "sender"
    journey.milestone_1_facts()
    (item,) = fresh(journey.integration).waiting_items.all()
    assert (item.code, item.reason, item.role) == ("M1", "ready_to_submit", "project_manager")
