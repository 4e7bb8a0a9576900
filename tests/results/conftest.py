"""An integration with a set that both sides agreed on, and Digipost's certificate, by which answers are judged."""

from __future__ import annotations

from milestones import workflow
from milestones.demo import Journey
from milestones.process import Environment
from tests.cast import Cast
from tests.evidence.digipost_here import a_pem
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    """Milestone 3, with a set that both sides have agreed on; answers in test are judged by Digipost's certificate."""
    journey = cast.journey()
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    workflow.pin_certificate(by=cast.staff, environment=Environment.TEST, pem=a_pem().decode(), seen=0)
    return journey
