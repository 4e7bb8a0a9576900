"""Which basic scenarios apply, written out once more, independently of basic_scenarios.py."""

from __future__ import annotations

import itertools
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from milestones import gates
from milestones.basic_scenarios import BASIC_SCENARIOS
from milestones.gates import BasicScenarioFact, SolutionFact
from milestones.models import CatalogueScenario
from milestones.process import ChangeKind, DocumentType
from tests.complete import complete, solution

API_ONLY, BATCH_ONLY = {"T01", "T02", "T16", "T18"}, {"T17", "T20", "T21", "T22", "T24"}
BOTH_ALWAYS = {"T03", "T04", "T05", "T06", "T07", "T08", "T19", "T25", "T26"}
CATALOGUE = tuple(BasicScenarioFact(b.code, str(b.title), b.interface, b.condition) for b in BASIC_SCENARIOS)


@pytest.mark.parametrize("interface", ["api", "batch", "both"])
@pytest.mark.parametrize("used", list(itertools.product([True, False], repeat=5)), ids=str)
def test_which_basic_scenarios_apply(interface: str, used: tuple[bool, ...]) -> None:
    print_, sms, receipt, invoice, partner = used
    services = {"print": print_, "sms": sms, "opening_receipt": receipt}
    facts = complete(
        catalogue=CATALOGUE,
        services={service: "use" if use else "skip" for service, use in services.items()},
        solution=solution(interface=interface, document_types=(DocumentType.INVOICE,) if invoice else ("letter",)),
        is_partner=partner,
    )
    expected = (
        BOTH_ALWAYS | (API_ONLY if interface != "batch" else set()) | (BATCH_ONLY if interface != "api" else set())
    )
    expected |= {"T11", "T12"} if print_ else {"T10"}
    expected |= {"T09"} if invoice else set()
    expected |= {"T13"} if receipt else set()
    expected |= {"T14"} if sms else set()
    expected |= {"T23"} if partner else set()
    assert {scenario.code for scenario in gates.applicable_scenarios(facts)} == expected


TOUCHED = {
    "certificate": {1, 2, 25},
    "version": {1, *range(3, 14), *range(16, 22), 23, 24, 26},
    "interface": set(range(1, 27)),
    "service": {7, *range(10, 15)},
    "supplier": {1, 2, 3, 5, 7, 16, 17, 20, *range(23, 27)},
}
"""Which of T01 to T26 a change of each kind touches, to begin with."""


@pytest.mark.parametrize("kind", ChangeKind)
def test_what_a_change_touches(kind: ChangeKind) -> None:
    assert {int(one.code[1:]) for one in BASIC_SCENARIOS if kind in one.touched_by} == TOUCHED[kind]


@pytest.mark.django_db
def test_the_catalogue_begins_with_that() -> None:
    """Where it is seeded, and where a migration finds it filled."""
    migration = import_module("milestones.migrations.0041_declared_changes")
    seeded = {row.code: row.touched_by for row in CatalogueScenario.objects.all()}
    CatalogueScenario.objects.update(touched_by=[])
    migration.basic_scenarios_as_we_have_them(apps, connection.schema_editor())
    assert {row.code: row.touched_by for row in CatalogueScenario.objects.all()} == seeded
    assert seeded["T25"] == ["certificate", "interface", "supplier"]


def test_without_an_interface_no_scenario_applies() -> None:
    assert gates.applicable_scenarios(complete(catalogue=CATALOGUE, solution=SolutionFact())) == ()
