"""The whole way, by workflow: what the demo and every other test build on."""

from __future__ import annotations

import pytest

from milestones import snapshots, workflow
from milestones.models import Event, EventKind
from milestones.process import Phase
from tests.cast import Cast, fresh


def test_from_intake_to_operations(cast: Cast) -> None:
    journey = cast.journey()
    journey.to_operations()
    integration = fresh(journey.integration)
    assert integration.phase == Phase.OPERATIONS
    assert set(integration.milestones.values_list("state", flat=True)) == {"approved"}
    assert not [integration for integration, differs in snapshots.differences() if differs]
    assert Event.objects.filter(kind=EventKind.MILESTONE_APPROVED).count() == 5


def test_submitting_with_a_closed_gate_says_what_is_missing(cast: Cast) -> None:
    journey = cast.journey()
    with pytest.raises(workflow.GateClosed) as refused:
        workflow.submit(journey.integration, 1, by=cast.manager)
    assert {unmet.code for unmet in refused.value.unmet} == {"1.1", "1.2", "1.3", "1.4"}
