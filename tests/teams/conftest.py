"""What tests about Teams share: a workflow on this machine, to which an integration, or Digipost, is connected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail
from tests.cast import Cast
from tests.teams.channel import Workflow, serving


@pytest.fixture
def channel(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    """A workflow that takes what it is sent."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.TEAMS_ON_LOOPBACK = True
    one = Workflow()
    with serving(one):
        yield one


@pytest.fixture
def ready(cast: Cast, friday: object, journey: Journey) -> Journey:
    """All that milestone 1 asks is in place, on a Friday at ten, and no mail waits."""
    journey.milestone_1_facts()
    Mail.objects.all().delete()
    return journey


@pytest.fixture
def connected(cast: Cast, ready: Journey, channel: Workflow) -> Journey:
    """The same, with a channel in Teams."""
    workflow.connect_teams(ready.integration, by=cast.manager, workflow_address=channel.address)
    return ready
