"""Which basic scenarios apply, written out once more, independently of process.py."""

from __future__ import annotations

import itertools

import pytest

from milestones import gates
from milestones.gates import BasicScenarioFact, SolutionFact
from milestones.process import BASIC_SCENARIOS, DocumentType
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


def test_without_an_interface_no_scenario_applies() -> None:
    assert gates.applicable_scenarios(complete(catalogue=CATALOGUE, solution=SolutionFact())) == ()
