"""What is recorded makes sense: dates, ids and documents that could open a gate are judged as they come."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.process import REQUIREMENTS, AgreementKind, Environment, Outcome
from tests.cast import Cast, reasons

ONE_DAY = datetime.timedelta(days=1)


def test_a_basic_scenario_cannot_be_had_in_other_words(cast: Cast, journey: Journey) -> None:
    journey.roles()
    own = {"environment": Environment.TEST, "code": "T01", "title": "Ingenting", "passes_when": "Alltid"}
    with pytest.raises(ValidationError) as refused:
        workflow.add_scenario(journey.integration, by=cast.lead, **own)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == ["code"]


@pytest.mark.parametrize("environment", Environment)
def test_an_own_scenario_has_no_id_of_the_catalogues_kind(
    cast: Cast, journey: Journey, environment: Environment
) -> None:
    """Not even a free one: the catalogue may come to have it, and the gate would take the one for the other."""
    journey.roles()
    own: dict[str, Any] = {"title": "Ingenting", "passes_when": "Alltid"}
    with pytest.raises(ValidationError) as refused:
        workflow.add_scenario(journey.integration, by=cast.lead, environment=environment, code="T99", **own)
    assert list(refused.value.message_dict) == ["code"]
    with pytest.raises(ValidationError):
        workflow.edit_catalogue(
            by=cast.staff, code="E01", interface="both", condition="always", expected_id=None, **own
        )


def test_the_latest_run_counts_and_not_the_latest_typed(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    journey.runs()
    scenario = journey.integration.scenarios.current().first()
    assert scenario is not None
    run = {"by": cast.lead, "outcome": Outcome.FAILED}
    workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today())  # type: ignore[arg-type]
    run["outcome"] = Outcome.PASSED
    workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today() - ONE_DAY)  # type: ignore[arg-type]
    assert reasons(journey.integration, "3.1") == ["scenario_failed"]
    with pytest.raises(ValidationError):
        workflow.record_run(journey.integration, scenario.pk, **run, ran_on=today() + ONE_DAY)  # type: ignore[arg-type]


def test_nothing_ran_in_production_before_it_was_opened(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3):
        getattr(journey, f"milestone_{number}")()
    journey.production_scope()
    scenario = journey.integration.scenarios.current().get(environment=Environment.PRODUCTION)
    with pytest.raises(ValidationError):
        workflow.record_run(
            journey.integration, scenario.pk, by=cast.lead, ran_on=today() - ONE_DAY, outcome=Outcome.PASSED
        )


def test_what_is_launched_keeps_its_date(cast: Cast, journey: Journey) -> None:
    for number in (1, 2, 3, 4):
        getattr(journey, f"milestone_{number}")()
    with pytest.raises(ValidationError):
        workflow.propose_launch_date(journey.integration, by=cast.manager, launch_on=today() - ONE_DAY)
    journey.milestone_5_facts()
    for action, who in ((workflow.propose_launch_date, cast.manager), (workflow.confirm_launch_date, cast.owner)):
        with pytest.raises(workflow.Stale):
            action(journey.integration, by=who, launch_on=today() + ONE_DAY)
    assert reasons(journey.integration, "5.0") == []
    page = cast.client(cast.owner).get(f"/i/{journey.integration.reference}/launch/").content.decode()
    assert "/launch/date/" not in page


@pytest.mark.parametrize("wrong", ["signed_on", "signatory"])
def test_an_agreement_is_signed_by_somebody_and_not_tomorrow(cast: Cast, journey: Journey, wrong: str) -> None:
    journey.roles()
    tomorrow_or_nobody: dict[str, Any] = {"signed_on": today() + ONE_DAY, "signatory": " "}
    signed: dict[str, Any] = {"kind": AgreementKind.TERMS, "signatory": "Kari", "signed_on": today()}
    with pytest.raises(ValidationError) as refused:
        workflow.record_agreement(
            journey.integration,
            by=cast.contract,
            document=ContentFile(demo.a_pdf(), "a.pdf"),
            **signed | {wrong: tomorrow_or_nobody[wrong]},
        )
    assert list(refused.value.message_dict) == [wrong]


def test_an_exception_does_not_end_before_it_begins(cast: Cast, journey: Journey) -> None:
    with pytest.raises(ValidationError) as refused:
        workflow.grant_exception(journey.integration, "1.3", by=cast.staff, reason="Avtalt", until=today() - ONE_DAY)
    assert list(refused.value.message_dict) == ["until"]


def test_what_needs_a_document_is_not_checked_off_without(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REQUIREMENTS, "2.1", replace(REQUIREMENTS["2.1"], needs_document=True))
    journey.roles()
    with pytest.raises(ValidationError) as refused:
        journey.confirm("2.1")
    assert list(refused.value.message_dict) == ["document"]
    workflow.confirm(
        journey.integration, "2.1", by=cast.lead, confirmed_on=today(), document=ContentFile(demo.a_pdf(), "a.pdf")
    )
    assert reasons(journey.integration, "2.1") == []


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("page", "field", "rest"),
    [
        ("plan", "milestone_2", {"version": "1"}),
        ("meetings", "held_on", {"kind": "other"}),
        ("operations/certificate", "expires_on", {}),
    ],
)
def test_a_year_makes_sense(
    cast: Cast, journey: Journey, page: str, field: str, rest: dict[str, str], day: str
) -> None:
    answer = cast.client(cast.manager).post(f"/i/{journey.integration.reference}/{page}/", {field: day, **rest})
    assert answer.status_code == 422
    (form,) = (one for one in (answer.context.get("form"), answer.context.get("certificate")) if one and one.is_bound)
    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    ("test", "production", "field"),
    [
        ("984661185", "", "test_account_id"),
        ("", "984661185", "production_account_id"),
        ("500123", "500123", "production_account_id"),
    ],
)
def test_an_account_id_is_its_own(cast: Cast, journey: Journey, test: str, production: str, field: str) -> None:
    journey.roles()
    journey.agreement()
    answer = cast.client(cast.staff).post(
        f"/i/{journey.integration.reference}/accounts/",
        {"test_account_id": test, "production_account_id": production},
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_decision_to_use_a_service_says_how(cast: Cast, journey: Journey) -> None:
    journey.roles()
    answer = cast.client(cast.owner).post(f"/i/{journey.integration.reference}/services/", {"sms": "later"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["sms_note"]
