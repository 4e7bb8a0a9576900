"""An integration in operations, on which everybody of the sender's has done something."""

from __future__ import annotations

import pytest

from milestones import workflow
from milestones.demo import Journey
from tests.cast import Cast, build_cast
from tests.made_once import made_once

Made = tuple[Cast, Journey]


@made_once
def made() -> Made:
    cast = build_cast()
    journey = cast.journey("Lønnsslipper")
    journey.to_operations()
    reader = journey.integration.members.get(user=cast.owner)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    return cast, journey


@pytest.fixture
def cast(made: Made) -> Cast:
    return made[0]


@pytest.fixture
def journey(made: Made) -> Journey:
    return made[1]
