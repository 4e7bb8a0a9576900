"""What the API says and takes, as types: from these its document is made, and by these what is sent is checked."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from .. import gates
from ..addresses import absolute, path_to
from ..process import Environment, MilestoneState, Outcome, Party, Phase, Role, Rung, Status
from ..texts import mid_sentence


def example(**named: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [named]})


T07 = {"scenario": "T07", "outcome": "passed", "rung": "reported", "ran_on": "2027-03-01"}


class Unmet(Schema):
    """One thing that is missing: why, who must act, and on which page."""

    model_config = example(
        code="3.1",
        reason="scenario_not_run",
        text="The scenario has not been run: T07 Letter to a Digipost user",
        parts=["The scenario has not been run: T07 Letter to a Digipost user"],
        role="technical_lead",
        role_name="Technical lead",
        party="sender",
        page="https://integrasjon.example.no/i/ABCD-123/scenarios/#scenario-T07",
    )
    code: str = Field(description="The requirement, as 3.1; or M1 to M5, an own item, or intake.")
    reason: str = Field(description="The reason, as a key that stays the same in all languages.")
    text: str = Field(description="The reason as a sentence, in the language of Accept-Language.")
    parts: list[str] = Field(
        description="Each thing that is left, as a sentence: several where `text` only counts them, else `text` alone."
    )
    role: Role
    role_name: str
    party: Party
    page: str = Field(description="The address of the page on which it is done.")


class Organisation(Schema):
    number: str
    name: str


class Milestone(Schema):
    number: int = Field(ge=1, le=5)
    title: str
    state: MilestoneState
    target_on: datetime.date | None = Field(description="The date that both sides have planned.")
    submitted_on: datetime.date | None
    approved_on: datetime.date | None


class Summary(Schema):
    model_config = example(
        reference="ABCD-123",
        name="Letters",
        organisation={"number": "984661185", "name": "Fjordvik kommune"},
        phase="milestone_3",
        status="active",
        page="https://integrasjon.example.no/i/ABCD-123/",
    )
    reference: str
    name: str
    organisation: Organisation
    phase: Phase
    status: Status
    page: str


class Integration(Summary):
    model_config = ConfigDict(json_schema_extra={})
    production_enabled: bool
    launch_on: datetime.date | None
    milestones: list[Milestone]


class Gate(Schema):
    """What must be met before a milestone is submitted: everything of it and of those before it."""

    milestone: int = Field(ge=1, le=5)
    title: str
    state: MilestoneState
    open: bool = Field(description="Whether nothing is missing.")
    unmet: list[Unmet]


class Run(Schema):
    outcome: Outcome
    ran_on: datetime.date
    rung: Rung = Field(description="How it is known, from said to signed by Digipost.")


class Scenario(Schema):
    id: str
    title: str
    passes_when: str
    environment: Environment
    required: bool
    least_rung: Rung = Field(description="How well a run must be known to count.")
    max_age_days: int | None = Field(description="For how many days a run counts; null for as long as may be.")
    proved_by: list[str] = Field(description="What Digipost says when it has passed: each entry is one way.")
    latest: Run | None


class NextMoves(Schema):
    moves: list[Unmet]


class Recorded(Schema):
    """What a report showed of one scenario; `scenario` is 1.4 where Digipost says something of the account."""

    model_config = example(**T07)
    scenario: str
    outcome: Outcome
    rung: Rung
    ran_on: datetime.date


class Unplaced(Schema):
    """What could not be read, or leads nowhere; and why."""

    model_config = example(what="report.xml", why="2 tests name no scenario: put the id into the name.")
    what: str
    why: str


class Results(Schema):
    recorded: list[Recorded]
    unplaced: list[Unplaced]


class NewRun(Schema):
    """How one scenario went."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"scenario": "T07", "outcome": "passed"}]}
    )
    scenario: Annotated[str, Field(min_length=1, max_length=10, description="Its id, as T07.")]
    environment: Environment = Environment.TEST
    outcome: Outcome
    ran_on: datetime.date | None = Field(None, description="The date in Oslo; today where it is left out.")
    note: Annotated[str, Field(max_length=5000, description="No personal data of recipients.")] = ""


class NewDeviation(Schema):
    """Something that went wrong, and who handles it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Queue grows", "handler": "Vakta", "description": "Since 08:00"}]},
    )
    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=5000)] = ""
    handler: Annotated[str, Field(min_length=1, max_length=150, description="Who handles it: a person or a team.")]
    opened_on: datetime.date | None = Field(None, description="The date in Oslo; today where it is left out.")


class Deviation(Schema):
    model_config = example(title="Queue grows", opened_on="2027-03-01", page="https://integrasjon.example.no/i/…")
    title: str
    opened_on: datetime.date
    page: str


class Wrong(Schema):
    model_config = example(field="outcome", message="“outcome” is one of: passed, failed.")
    field: str
    message: str


class Problem(Schema):
    """Problem details (RFC 9457)."""

    model_config = example(
        type="https://integrasjon.example.no/api/#invalid",
        title="Something in the request is wrong",
        status=422,
        detail="“outcome” is missing.",
        instance="/api/v1/integrations/ABCD-123/runs",
        request_id="3f1c9a5e0b7d4c2f8e6a1b0c9d8e7f60",
        errors=[{"field": "outcome", "message": "“outcome” is missing."}],
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str = Field(description="By which Digipost finds the request, if you ask about it.")
    errors: list[Wrong] = Field([], description="With “invalid”: what is wrong, by field.")
    unmet: list[Unmet] = Field([], description="With “not-yet”: what must be done first.")


def unmet_of(found: gates.Unmet, reference: str) -> Unmet:
    """One thing that is missing, by role: nobody's name goes out."""
    role = str(found.role.label)
    return Unmet(
        code=found.code,
        reason=found.reason,
        text=_nameless(found).text,
        parts=[_nameless(one).text for one in found.each],
        role=found.role,
        role_name=role,
        party=found.party,
        page=absolute(path_to(found, reference)),
    )


def _nameless(found: gates.Unmet) -> gates.Unmet:
    role = mid_sentence(str(found.role.label))
    return replace(found, params=tuple((name, role if name == "readers" else value) for name, value in found.params))
