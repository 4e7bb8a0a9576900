"""Who proposes has agreed for their own side; the other side must still agree."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from milestones import policy, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import EventKind, MutualAccord, User
from milestones.process import Accord, Environment, Party, ServiceChoice
from tests.cast import Cast, reasons
from tests.two_sides import to_digipost, to_the_sender

RUN: dict[str, Any] = {"mode": "run", "reason": "", "no_print_trial_reason": ""}
OWN: dict[str, Any] = {"title": "Eget", "passes_when": "Det virker"}


def accord(journey: Journey, subject: Accord) -> MutualAccord:
    return journey.integration.accords.get(subject=subject)


def agreed(journey: Journey, subject: Accord) -> tuple[User | None, User | None]:
    found = accord(journey, subject)
    return found.sender_by, found.digipost_by


def at_the_set(journey: Journey) -> None:
    journey.milestone_1()
    journey.solution()


def at_the_scope(journey: Journey) -> None:
    at_the_set(journey)
    journey.scenario_set()


@pytest.mark.parametrize(("who", "party"), [("manager", Party.SENDER), ("staff", Party.DIGIPOST)])
def test_the_proposer_of_all_dates_has_agreed_and_the_other_side_has_not(
    cast: Cast, journey: Journey, who: str, party: Party
) -> None:
    journey.roles()
    journey.target_dates(1, 1, 1, 1, by=getattr(cast, who))
    found = accord(journey, Accord.PLAN)
    assert [found.agreed_by(one) for one in (party, *(set(Party) - {party}))] == [True, False]
    assert journey.integration.events.filter(kind=EventKind.AGREED).get().to_value == party
    assert journey.integration.milestones.get(number=2).baseline_on is None
    other = cast.staff if who == "manager" else cast.manager
    workflow.agree(journey.integration, Accord.PLAN, by=other, version=found.version)
    milestone = journey.integration.milestones.get(number=2)
    assert milestone.baseline_on == milestone.target_on is not None


def test_what_is_incomplete_is_agreed_to_by_nobody(cast: Cast, journey: Journey) -> None:
    journey.roles()
    day: dict[int, datetime.date | None] = {2: today()}
    workflow.propose_dates(journey.integration, by=cast.manager, dates=day, version=1)
    assert agreed(journey, Accord.PLAN) == (None, None)
    workflow.add_scenario(journey.integration, by=cast.lead, environment=Environment.TEST, code="E01", **OWN)
    assert agreed(journey, Accord.SCENARIOS) == (None, None)


def test_proposing_the_same_again_agrees_with_who_proposed_it(cast: Cast, journey: Journey) -> None:
    journey.roles()
    journey.target_dates(1, 1, 1, 1, by=cast.staff)
    journey.target_dates(1, 1, 1, 1)
    assert agreed(journey, Accord.PLAN) == (cast.manager, cast.staff)


def test_a_changed_set_is_agreed_to_anew_by_who_changed_it_alone(cast: Cast, journey: Journey) -> None:
    at_the_scope(journey)
    assert agreed(journey, Accord.SCENARIOS) == (cast.lead, cast.staff)
    own = workflow.add_scenario(journey.integration, by=cast.staff, environment=Environment.TEST, code="E01", **OWN)
    assert agreed(journey, Accord.SCENARIOS) == (None, cast.staff)
    workflow.remove_scenario(journey.integration, own.pk, by=cast.manager)
    assert agreed(journey, Accord.SCENARIOS) == (cast.manager, None)


def test_nobody_agrees_by_an_old_page(cast: Cast, journey: Journey) -> None:
    """What others changed since it was shown is not agreed to, though what was asked for is done."""
    at_the_scope(journey)
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/scenarios/")
    seen = page.context["accord"].version
    workflow.add_scenario(journey.integration, by=cast.staff, environment=Environment.TEST, code="E01", **OWN)
    sent = {"code": "E02", "title": "Mitt", "passes_when": "Det virker", "required": "on"}
    for version in (str(seen), "", "x", "-1", "9" * 40):
        row = journey.integration.scenarios.current().filter(code="E02").first()
        if row:
            workflow.remove_scenario(journey.integration, row.pk, by=cast.staff)
        answer = cast.client(cast.lead).post(page.wsgi_request.path, sent | {"seen": version})
        assert answer.status_code == 302
        assert agreed(journey, Accord.SCENARIOS) == (None, None)


def test_who_acted_for_the_other_side_proposes_without_agreeing(cast: Cast, journey: Journey) -> None:
    """The same person proposed for Digipost, changed sides, and proposes the same for the sender."""
    journey.roles()
    journey.target_dates(1, 1, 1, 1, by=cast.other_staff)
    journey.target_dates(1, 1, 1, 1, by=to_the_sender(journey, cast.other_staff))
    assert agreed(journey, Accord.PLAN) == (None, cast.other_staff)


def test_agreed_scenarios_are_picked_for_production_in_one_go(cast: Cast, journey: Journey) -> None:
    at_the_scope(journey)
    address = f"/i/{journey.integration.reference}/production-tests/"
    lead = cast.client(cast.lead)
    page = lead.get(address)
    offered = dict(page.context["scope"].fields["picked"].choices)
    pks = [pk for pk, label in offered.items() if label[:3] in ("T03", "T07")]
    sent = {"mode": "run", "was": page.context["scope"].initial.get("was", ""), "picked": pks}
    assert lead.post(address, sent | {"seen": page.context["accord"].version}).status_code == 302
    chosen = journey.integration.scenarios.current().filter(environment=Environment.PRODUCTION)
    assert list(chosen.values_list("code", flat=True)) == ["T03", "T07"]
    assert agreed(journey, Accord.SCOPE) == (cast.lead, None)
    again = lead.get(address).context["scope"].fields["picked"].choices
    assert not {"T03", "T07"} & {label[:3] for _pk, label in again}


def test_nothing_is_picked_twice_and_nothing_that_is_not_agreed(cast: Cast, journey: Journey) -> None:
    at_the_scope(journey)
    first = journey.integration.scenarios.current()[0]
    for _twice in range(2):
        workflow.set_scope(journey.integration, by=cast.lead, **RUN, picked=[first.pk])
    assert journey.integration.scenarios.filter(environment=Environment.PRODUCTION).count() == 1
    workflow.add_scenario(journey.integration, by=cast.staff, environment=Environment.TEST, code="E01", **OWN)
    with pytest.raises(workflow.Stale):
        workflow.set_scope(journey.integration, by=cast.lead, **RUN, picked=[first.pk])


def test_the_trial_of_print_is_picked_or_said_of_one_that_is_there(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    journey.services(print=ServiceChoice.USE)
    journey.solution()
    journey.scenario_set()
    printed = journey.integration.scenarios.current().get(code="T11")
    workflow.set_scope(journey.integration, by=cast.lead, **RUN, picked=[printed.pk])
    assert "print_trial_missing" in reasons(journey.integration, "4.1")
    assert agreed(journey, Accord.SCOPE) == (None, None)
    page = cast.client(cast.lead).get(f"/i/{journey.integration.reference}/production-tests/")
    offered = [label[:3] for _pk, label in page.context["scope"].fields["trials"].choices]
    assert offered == ["T11", "T12"]
    workflow.set_scope(journey.integration, by=cast.lead, **RUN, trials=[printed.pk])
    trial = journey.integration.scenarios.get(environment=Environment.PRODUCTION)
    assert (trial.code, trial.print_trial) == ("T11", True)
    assert agreed(journey, Accord.SCOPE) == (cast.lead, None)


@pytest.mark.parametrize("name", ["picked", "trials"])
def test_what_is_not_needed_picks_nothing(cast: Cast, journey: Journey, name: str) -> None:
    journey.milestone_1_facts()
    journey.services(print=ServiceChoice.USE)
    journey.solution()
    journey.scenario_set()
    printed = journey.integration.scenarios.current().get(code="T11")
    address = f"/i/{journey.integration.reference}/production-tests/"
    sent = {"mode": "not_needed", "reason": "Testet før", name: [printed.pk]}
    answer = cast.client(cast.lead).post(address, sent)
    assert (answer.status_code, list(answer.context["scope"].errors)) == (422, [name])
    assert not journey.integration.scenarios.filter(environment=Environment.PRODUCTION).exists()


def test_pages_say_beforehand_that_proposing_is_agreeing(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    User.objects.update(language="en")
    for page in ("plan", "scenarios", "production-tests"):
        shown = cast.client(cast.lead if page != "plan" else cast.manager)
        text = shown.get(f"/i/{journey.integration.reference}/{page}/")
        told = "proposing this also means that you agree for your side"
        assert told in " ".join(text.content.decode().split()), page


def test_who_lost_the_right_proposes_without_it(cast: Cast, journey: Journey) -> None:
    """Staff who were on it for the sender decide nothing there, so they do not propose either."""
    journey.roles()
    turncoat = to_digipost(journey, cast.lead)
    with pytest.raises(policy.Forbidden):
        journey.target_dates(1, 1, 1, 1, by=turncoat)
