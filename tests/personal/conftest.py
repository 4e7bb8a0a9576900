"""An integration in operations, on which everybody of the sender's has done something."""

from __future__ import annotations

import pytest

from milestones import workflow
from milestones.demo import Journey
from tests.cast import Cast


@pytest.fixture
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.to_operations()
    reader = journey.integration.members.get(user=cast.owner)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    return journey
