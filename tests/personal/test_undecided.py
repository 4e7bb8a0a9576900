"""Who is one side of something undecided is not erased: as somebody new they could be the other side of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from milestones import clock, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import FollowUpItem, Member, User
from milestones.process import Accord, Environment, Outcome, Role
from tests.cast import Cast, build_cast
from tests.importing import WHO, proposed
from tests.made_once import made_once
from tests.personal.common import erase, leave

Step = Callable[[Cast, Journey], object]


@made_once
def cast() -> Cast:
    """Everybody, and no integration yet."""
    return build_cast()


@dataclass(frozen=True)
class Case:
    """How it gets so far, what `who` does for their side, what the refusal says, and how others decide it."""

    who: str
    until: Step
    act: Step
    told: str
    decide: Step


def version(journey: Journey, subject: Accord) -> int:
    return int(journey.integration.accords.get(subject=subject).version)


def agree(who: str, subject: Accord) -> Step:
    return lambda cast, journey: workflow.agree(
        journey.integration, subject, by=getattr(cast, who), version=version(journey, subject)
    )


def submitted(cast: Cast, journey: Journey) -> None:
    workflow.submit(journey.integration, 1, by=cast.lead)


def to_the_set(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()


def draw_up(who: str) -> Step:
    """Who proposes the set has agreed to it for their own side."""
    return lambda cast, journey: workflow.add_basic_scenarios(journey.integration, by=getattr(cast, who))


def to_the_tests(cast: Cast, journey: Journey) -> None:
    to_the_set(cast, journey)
    draw_up("manager")(cast, journey)
    journey.agree(Accord.SCENARIOS)


def to_production(cast: Cast, journey: Journey) -> None:
    to_the_set(cast, journey)
    journey.milestone_3()
    journey.production_scope()


def production_runs(cast: Cast, journey: Journey) -> None:
    for scenario in journey.integration.scenarios.current().filter(environment=Environment.PRODUCTION):
        workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.PASSED)


def to_the_details(cast: Cast, journey: Journey) -> None:
    to_the_tests(cast, journey)
    journey.runs()
    journey.open_production()


def pass_on(who: str) -> Step:
    return lambda cast, journey: workflow.pass_details(
        journey.integration, by=getattr(cast, who), details=f"Nettverk, av {who}"
    )


def to_the_launch(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    workflow.reopen(journey.integration, 5, by=cast.staff, reason="Mangler")


def send_first(who: str) -> Step:
    return lambda cast, journey: workflow.record_first_sending(
        journey.integration, by=getattr(cast, who), first_sending_on=today(), documents_sent=7
    )


def confirm(who: str) -> Step:
    return lambda cast, journey: workflow.confirm_launch(journey.integration, by=getattr(cast, who))


def both(*steps: Step) -> Step:
    return lambda cast, journey: [step(cast, journey) for step in steps]


def with_follow_up(cast: Cast, journey: Journey) -> None:
    journey.roles()
    workflow.add_follow_up(journey.integration, by=cast.manager, title="Avklar", description="")


def propose(cast: Cast, journey: Journey) -> None:
    terms = {"deferred_to": cast.manager.name, "deferred_until": today() + datetime.timedelta(days=30)}
    item = journey.integration.follow_ups.get()
    workflow.propose_deferral(journey.integration, item.pk, by=cast.lead, **terms)  # type: ignore[arg-type]


def accept(cast: Cast, journey: Journey) -> None:
    item: FollowUpItem = journey.integration.follow_ups.get()
    assert item.deferred_until
    workflow.accept_deferral(
        journey.integration, item.pk, by=cast.staff, deferred_to=item.deferred_to, deferred_until=item.deferred_until
    )


def test_runs(cast: Cast, journey: Journey) -> None:
    for scenario in journey.integration.scenarios.current().filter(environment=Environment.TEST):
        workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.PASSED)


test_runs.__test__ = False  # type: ignore[attr-defined]  # they are the tests that a sender runs


def take_over(cast: Cast, journey: Journey) -> None:
    """Roles that nobody holds would close the gate: the project manager holds them from now on."""
    held = [Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD, Role.CONTRACT_MANAGER]
    member = journey.integration.members.get(user=cast.manager)
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=held)


CASES = {
    "a submission, approved": Case(
        "lead", lambda _c, j: j.milestone_1_facts(), submitted, "M1",
        lambda c, j: workflow.approve(j.integration, 1, by=c.staff),
    ),
    "a submission, returned": Case(
        "lead", lambda _c, j: j.milestone_1_facts(), submitted, "M1",
        lambda c, j: workflow.return_milestone(j.integration, 1, by=c.staff, reason="Mangler"),
    ),
    "a submission, withdrawn": Case(
        "lead", lambda _c, j: j.milestone_1_facts(), submitted, "M1",
        lambda c, j: workflow.withdraw(j.integration, 1, by=c.manager),
    ),
    "a submission, closed with all else": Case(
        "lead", lambda _c, j: j.milestone_1_facts(), submitted, "M1",
        lambda c, j: workflow.close_integration(j.integration, by=c.staff, reason="Avlyst"),
    ),
    "an agreement": Case(
        "contract", lambda _c, j: j.roles(), lambda _c, j: j.agreement(verify=False), "avtale",
        lambda c, j: workflow.verify_agreement(j.integration, j.integration.agreements.get().pk, by=c.staff),
    ),
    "a deferral": Case("lead", with_follow_up, propose, "Avklar", accept),
    "a deferral, settled otherwise": Case(
        "lead", with_follow_up, propose, "Avklar",
        lambda c, j: workflow.close_follow_up(
            j.integration, j.integration.follow_ups.get().pk, by=c.manager, resolution="Gjort"
        ),
    ),
    "an accord, for the sender": Case(
        "lead", to_the_set, draw_up("lead"), "scenario", agree("staff", Accord.SCENARIOS)
    ),
    "an accord, for Digipost": Case(
        "other_staff", to_the_set, draw_up("other_staff"), "scenario",
        agree("manager", Accord.SCENARIOS),
    ),
    "test runs": Case(
        "lead", to_the_tests, test_runs, "3.2", lambda c, j: workflow.record_verification(j.integration, by=c.staff)
    ),
    "runs in production": Case(
        "lead", to_production, production_runs, "M4",
        both(
            lambda _c, j: workflow.submit(j.integration, 4, by=j.cast.manager),
            lambda c, j: workflow.approve(j.integration, 4, by=c.staff),
        ),
    ),
    "details": Case(
        "other_staff", to_the_details, pass_on("other_staff"), "3.3",
        lambda c, j: workflow.acknowledge_details(j.integration, by=c.manager),
    ),
    "details, passed on anew": Case("other_staff", to_the_details, pass_on("other_staff"), "3.3", pass_on("staff")),
    "a first sending": Case(
        "lead", to_the_launch, send_first("lead"), "sending", both(confirm("manager"), confirm("staff"))
    ),
    "a launch, for the sender": Case(
        "lead", to_the_launch, both(send_first("manager"), confirm("lead")), "launch", confirm("staff")
    ),
    "a launch, for Digipost": Case(
        "other_staff", to_the_launch, both(send_first("manager"), confirm("other_staff")), "launch", confirm("manager")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_who_is_one_side_of_it_is_erased_once_it_is_decided(cast: Cast, name: str) -> None:
    case, journey = CASES[name], cast.journey()
    person: User = getattr(cast, case.who)
    case.until(cast, journey)
    case.act(cast, journey)
    if person.is_staff:
        User.objects.filter(pk=person.pk).update(is_active=False, is_staff=False)
    else:
        take_over(cast, journey)
        leave(cast, journey, person)

    with pytest.raises(ValidationError) as refused:
        erase(person, cast.staff)
    assert len(refused.value.messages) == 1
    assert journey.integration.reference in refused.value.messages[0]
    page = cast.client(cast.staff).get(f"/people/{person.pk}/erase/").content.decode()
    assert "<textarea" not in page
    assert not User.objects.get(pk=person.pk).erased_at

    case.decide(cast, journey)
    assert erase(person, cast.staff).erased_at


def test_who_prepared_an_import_is_erased_once_it_is_decided(cast: Cast) -> None:
    person, waiting = cast.staff, proposed(cast, WHO)
    User.objects.filter(pk=person.pk).update(is_active=False, is_staff=False)
    with pytest.raises(ValidationError, match=r"regneark\.xlsx"):
        erase(person, cast.other_staff)
    workflow.discard_import(waiting, by=cast.other_staff, version=waiting.version)
    assert erase(person, cast.other_staff).erased_at


def test_each_two_person_rule_of_workflow_is_asked() -> None:
    """Where workflow says that two people are needed; a new place needs its question in personal/undecided.py.

    In scenarios.py it is about tests that are approved, and the second in imports.py about what is confirmed: nothing
    is left undecided.
    """
    rule = re.compile(r"require_(?:someone_else|approver|confirmer)\(")
    rules = {
        f"{path.stem}: {len(found)}"
        for path in Path(workflow.__file__).parent.glob("*.py")
        if path.stem != "move" and (found := rule.findall(path.read_text()))
    }
    assert rules == {
        *("accords: 1", "accounts: 1", "agreements: 1", "followups: 2", "imports: 2", "launch: 2"),
        "milestones: 1",
        *("scenarios: 1", "verification: 1"),
    }


def test_what_is_undecided_elsewhere_outlives_an_integration_that_is_anonymised(cast: Cast) -> None:
    """Who once agreed for Digipost, and was a member of what is anonymised, keeps the account that agreed."""
    other = cast.journey("Åpen")
    to_the_set(cast, other)
    with clock.ago(27 * 31):
        journey = cast.journey("Gammel")
        workflow.close_integration(journey.integration, by=cast.staff, reason="Ferdig")
    person = cast.other_staff
    draw_up("other_staff")(cast, other)
    User.objects.filter(pk=person.pk).update(is_staff=False)
    Member.objects.create(integration=journey.integration, user=person, name=person.name, joined_at=clock.now())
    assert tasks.anonymise() == 1
    kept = User.objects.get(pk=person.pk)
    assert (kept.name, kept.erased_at) == (person.name, None)
    assert not Member.objects.filter(integration=journey.integration, name=person.name).exists()
    assert other.integration.accords.get(subject=Accord.SCENARIOS).digipost_by == kept
