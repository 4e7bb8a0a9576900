"""What can be read: the integration of the token, its milestones, scenarios, and who must do what."""

from __future__ import annotations

import datetime

from django.http import HttpRequest
from ninja import Router

from .. import clock, gates, models
from ..addresses import absolute, path_of
from ..facts import facts_of
from ..gates import translated
from ..process import MILESTONE_NUMBERS, MILESTONE_TITLES, Environment, MilestoneState, Outcome, Phase, Rung, Status
from . import shapes
from .auth import integration_of, token_of

router = Router(tags=["Read"])
OF_ONE = "/integrations/{reference:reference}"


@router.get("/integrations", response=list[shapes.Summary], url_name="api_integrations")
def my_integrations(request: HttpRequest) -> list[shapes.Summary]:
    """My integrations: the one that the token is of."""
    return [_summary(integration_of(request, token_of(request).integration.reference))]


@router.get(OF_ONE, response=shapes.Integration, url_name="api_integration")
def one_integration(request: HttpRequest, reference: str) -> shapes.Integration:
    """An integration: its phase and status, and its milestones with states and dates."""
    integration = integration_of(request, reference)
    milestones = [_milestone(one) for one in integration.milestones.order_by("number")]
    return shapes.Integration(
        **_summary(integration).model_dump(),
        production_enabled=integration.accounts.production_enabled,
        launch_on=integration.launch.launch_on,
        milestones=milestones,
    )


@router.get(f"{OF_ONE}/gates", response=list[shapes.Gate], url_name="api_gates")
def gates_of_one(request: HttpRequest, reference: str) -> list[shapes.Gate]:
    """What is missing before each milestone can be submitted, who must act, and where."""
    facts = facts_of(integration_of(request, reference))
    return [_gate(number, facts, reference) for number in MILESTONE_NUMBERS]


@router.get(f"{OF_ONE}/scenarios", response=list[shapes.Scenario], url_name="api_scenarios")
def scenarios_of_one(
    request: HttpRequest, reference: str, environment: Environment | None = None
) -> list[shapes.Scenario]:
    """The scenarios of the sets, with what proves each, how well a run must be known, and the run that counts."""
    facts = facts_of(integration_of(request, reference))
    return [_scenario(one, facts) for one in facts.scenarios if environment in (None, one.environment)]


@router.get(f"{OF_ONE}/next-moves", response=shapes.NextMoves, url_name="api_next_moves")
def next_moves(request: HttpRequest, reference: str) -> shapes.NextMoves:
    """Who must do what now, on both sides: the page calls it next steps."""
    facts = facts_of(integration_of(request, reference))
    return shapes.NextMoves(moves=[shapes.unmet_of(one, reference) for one in gates.next_moves(facts)])


def _summary(integration: models.Integration) -> shapes.Summary:
    owner = integration.organisation
    return shapes.Summary(
        reference=integration.reference,
        name=integration.name,
        organisation=shapes.Organisation(number=owner.number, name=owner.name),
        phase=Phase(integration.phase),
        status=Status(integration.status),
        page=absolute(path_of("integration", integration.reference)),
    )


def _milestone(milestone: models.Milestone) -> shapes.Milestone:
    return shapes.Milestone(
        number=milestone.number,
        title=milestone.title,
        state=MilestoneState(milestone.state),
        target_on=milestone.target_on,
        submitted_on=_day(milestone.submitted_at),
        approved_on=_day(milestone.approved_at),
    )


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return clock.date_of(moment) if moment else None


def _gate(number: int, facts: gates.Facts, reference: str) -> shapes.Gate:
    unmet = [shapes.unmet_of(one, reference) for one in gates.gate(number, facts)]
    return shapes.Gate(
        milestone=number,
        title=str(MILESTONE_TITLES[number]),
        state=facts.state_of(number),
        open=not unmet,
        unmet=unmet,
    )


def _scenario(scenario: gates.ScenarioFact, facts: gates.Facts) -> shapes.Scenario:
    asked = facts.asked_of(scenario.code)
    latest = None
    if scenario.latest and scenario.ran_on:
        latest = shapes.Run(outcome=Outcome(scenario.latest), ran_on=scenario.ran_on, rung=Rung(scenario.rung))
    return shapes.Scenario(
        id=scenario.code,
        title=translated(scenario.title),
        passes_when=translated(scenario.passes_when),
        environment=scenario.environment,
        required=scenario.required,
        least_rung=Rung(asked.least_rung) if asked else Rung.SAID,
        max_age_days=asked.max_age_days if asked else None,
        proved_by=[line.strip() for line in asked.oracle.splitlines() if line.strip()] if asked else [],
        latest=latest,
    )
