"""What one form fills is one task with a count: it falls with each thing that is filled in, and then it is gone."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from milestones import gates, workflow
from milestones.clock import today
from milestones.demo import Journey, a_pdf
from milestones.facts import facts_of
from milestones.models import CatalogueScenario, Integration
from milestones.process import ChangeKind, Environment, Outcome, Rung, Service
from tests.cast import Cast

Values = dict[str, Any]


class Filled(NamedTuple):
    """A task: how far the integration is when it is asked for, whose it is, and what they fill in, page by page."""

    whole: str
    before: Callable[[Journey], object]
    who: str
    steps: list[tuple[str, Values]]


def _without_people(journey: Journey) -> None:
    """Only the project manager, who was invited at the intake."""


def _in_milestone_3(journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()


def _with_a_set(journey: Journey) -> None:
    _in_milestone_3(journey)
    journey.scenario_set()


def _with_a_kickoff_ahead(journey: Journey) -> None:
    journey.milestone_1()
    workflow.record_meeting(
        journey.integration,
        by=journey.cast.manager,
        kind="kickoff",
        held_on=datetime.date(2026, 1, 2),
        sender_people="",
        digipost_people="",
        minutes="",
    )


def _with_runs_that_grow_old(journey: Journey) -> None:
    _in_milestone_3(journey)
    for entry in CatalogueScenario.objects.in_force().filter(code__in=("T07", "T08")):
        said = {name: getattr(entry, name) for name in ("code", "title", "passes_when", "interface", "condition")}
        workflow.edit_catalogue(by=journey.cast.staff, expected_id=entry.pk, max_age_days=10, **said)
    journey.scenario_set()
    scenarios = journey.integration.scenarios.current().values_list("pk", flat=True)
    workflow.record_runs(
        journey.integration, Environment.TEST, by=journey.cast.lead, ran_on=today() - datetime.timedelta(days=5),
        outcomes=dict.fromkeys(scenarios, Outcome.PASSED), notes={},
    )  # fmt: skip


def _with_runs_below_their_rung(journey: Journey) -> None:
    _in_milestone_3(journey)
    for entry in CatalogueScenario.objects.in_force().filter(code__in=("T07", "T08")):
        said = {name: getattr(entry, name) for name in ("code", "title", "passes_when", "interface", "condition")}
        workflow.edit_catalogue(by=journey.cast.staff, expected_id=entry.pk, least_rung=Rung.DOCUMENT, **said)
    journey.scenario_set()
    journey.runs()


def _shown(code: str) -> Values:
    """A run that passed, with what shows it."""
    return {f"outcome_{code}": "passed", "document": SimpleUploadedFile("logg.pdf", a_pdf())}


def _with_a_declared_change(journey: Journey) -> None:
    journey.to_operations()
    workflow.declare_change(
        journey.integration, by=journey.cast.lead, kind=ChangeKind.CERTIFICATE, description="Nytt", retest_by=today()
    )


def _with_an_agreement(journey: Journey) -> None:
    journey.roles()
    journey.agreement()


SMS = {"sms": "use", "sms_note": "Til alle"}
EVERY_SERVICE = {service.value: "use" for service in Service} | {
    f"{service.value}_note": "Alle" for service in Service
}
TASKS = [
    Filled(
        "roles_vacant",
        _without_people,
        "manager",
        [
            ("people/", {"name": "Terje Ny", "email": "terje.ny@fjordvik.example", "roles": ["technical_lead"]}),
            (
                "people/",
                {"name": "Bo Ny", "email": "bo@fjordvik.example", "roles": ["contract_manager", "business_owner"]},
            ),
        ],
    ),
    Filled("services_undecided", Journey.roles, "owner", [("services/", SMS), ("services/", EVERY_SERVICE)]),
    Filled(
        "accounts_missing",
        _with_an_agreement,
        "staff",
        [
            ("accounts/", {"test_account_id": "500123"}),
            ("accounts/", {"production_account_id": "700456"}),
        ],
    ),
    Filled(
        "kickoff_incomplete",
        _with_a_kickoff_ahead,
        "manager",
        [
            ("meetings/", {"minutes": "Enige."}),
            ("meetings/", {"sender_people": "Kari", "digipost_people": "Ingrid"}),
        ],
    ),
    Filled(
        "solution_undescribed",
        Journey.milestone_1,
        "manager",
        [
            ("solution/", {"recipient_identification": "Fødselsnummer", "sending": "Kø"}),
            ("solution/", {"interface": "api", "internal_systems": "Arkiv", "document_types": ["letter"]}),
        ],
    ),
    Filled(
        "dates_missing",
        Journey.milestone_1,
        "manager",
        [
            ("plan/", {"milestone_2": "2031-01-02", "milestone_3": "", "milestone_4": "", "milestone_5": ""}),
            ("plan/", {"milestone_3": "2031-02-03", "milestone_4": "2031-03-03", "milestone_5": "2031-04-04"}),
        ],
    ),
    Filled("scenarios_missing", _in_milestone_3, "lead", [("scenarios/", {"add_basic": ""})]),
    Filled(
        "scenarios_not_passed",
        _with_a_set,
        "lead",
        [
            ("scenarios/", {"outcome_T01": "passed"}),
            ("scenarios/", {"rest_passed": "on"}),
        ],
    ),
    Filled(
        "scenarios_below_rung",
        _with_runs_below_their_rung,
        "lead",
        [("scenarios/", _shown("T07")), ("scenarios/", _shown("T08"))],
    ),
    Filled(
        "scenarios_age",
        _with_runs_that_grow_old,
        "lead",
        [("scenarios/", {"outcome_T07": "passed"}), ("scenarios/", {"outcome_T08": "passed"})],
    ),
    Filled(
        "retests_left",
        _with_a_declared_change,
        "lead",
        [
            ("scenarios/", {"outcome_T01": "passed"}),
            ("scenarios/", {"outcome_T02": "passed", "outcome_T25": "passed"}),
        ],
    ),
    Filled(
        "monitoring_unrecorded",
        Journey.to_operations,
        "lead",
        [
            ("operations/", {"monitoring": "Måling", "deviations_told_to": "Vakta"}),
        ],
    ),
]


def send(client: Client, address: str, values: Values) -> None:
    """Fill in, and send, the form of that page which has all these fields; as a browser does, with what it shows."""
    page = html.document_fromstring(client.get(address).content.decode(), base_url=f"http://testserver{address}")
    for form in page.forms:
        names = {field.get("name") for field in form.inputs}
        if set(values) <= names or (set(values) == {"add_basic"} and "basic" in str(form.action)):
            sent: dict[str, list[str]] = {}
            for name, value in form.form_values():
                sent.setdefault(name, []).append(value)
            answer = client.post(str(form.action or address), sent | values)
            assert answer.status_code == 302, answer.content.decode()
            return
    raise AssertionError(f"{address} has no form with {sorted(values)}")


def left(integration: Integration, whole: str) -> int:
    """How many things are left of a task in the next moves."""
    moves = gates.next_moves(facts_of(Integration.objects.get(pk=integration.pk)))
    return sum(gates.WHOLE_OF.get(part.reason) == whole for move in moves for part in move.each)


@pytest.mark.parametrize("task", TASKS, ids=[task.whole for task in TASKS])
def test_the_count_falls_to_none(cast: Cast, journey: Journey, task: Filled) -> None:
    task.before(journey)
    here, counts = f"/i/{journey.integration.reference}/", [left(journey.integration, task.whole)]
    meeting = journey.integration.meetings.last()
    for page, values in task.steps:
        where = f"meetings/{meeting.pk}/" if meeting and page == "meetings/" else page
        send(cast.client(getattr(cast, task.who)), here + where, values)
        counts.append(left(journey.integration, task.whole))
    assert counts == sorted(set(counts), reverse=True)  # with each step fewer
    assert counts[0] > 1
    assert counts[-1] == 0


def test_every_task_of_several_things_is_filled_here() -> None:
    assert {task.whole for task in TASKS} == set(gates.WHOLE_OF.values())
