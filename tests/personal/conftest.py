"""An integration in operations, on which everybody of the sender's has done something: made once for each file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from tests.cast import Cast, build_cast
from tests.made_once import as_made, made_once

Made = tuple[Cast, Journey]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    with made_once(django_db_blocker):
        cast = build_cast()
        journey = cast.journey("Lønnsslipper")
        journey.to_operations()
        reader = journey.integration.members.get(user=cast.owner)
        workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
        yield cast, journey


@pytest.fixture
def as_they_were(db: None, made: Made) -> Made:
    return as_made(*made)


@pytest.fixture
def cast(as_they_were: Made) -> Cast:
    return as_they_were[0]


@pytest.fixture
def journey(as_they_were: Made) -> Journey:
    return as_they_were[1]
