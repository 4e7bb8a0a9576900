"""What somebody did for one side, and the other side's part in the same; and changing sides in between."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from milestones import demo, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import User
from milestones.process import Accord, Outcome, Role

Do = Callable[[Journey, User], object]
DEFERRAL: dict[str, Any] = {"deferred_to": "Terje", "deferred_until": datetime.date(2035, 1, 1)}


def to_digipost(journey: Journey, person: User) -> User:
    """Who was on the sender's side is one of Digipost's staff now."""
    member = journey.integration.members.current().get(user=person)
    workflow.remove_member(journey.integration, member.pk, by=journey.cast.staff)
    User.objects.filter(pk=person.pk).update(is_staff=True)
    return User.objects.get(pk=person.pk)


def to_the_sender(journey: Journey, person: User) -> User:
    """Who was one of Digipost's staff is on the sender's side now, as project manager and technical lead."""
    User.objects.filter(pk=person.pk).update(is_staff=False)
    person = User.objects.get(pk=person.pk)
    roles = [Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD]
    demo.bring_in(journey.integration, person, roles, by=journey.cast.manager)
    return person


def passed(journey: Journey, number: int) -> None:
    for one in range(1, number + 1):
        getattr(journey, f"milestone_{one}")()


def version(journey: Journey, subject: Accord) -> int:
    return int(journey.integration.accords.get(subject=subject).version)


def agreement(journey: Journey, person: User) -> None:
    journey.roles()
    journey.agreement(verify=False)


def verify(journey: Journey, by: User) -> None:
    workflow.verify_agreement(journey.integration, journey.integration.agreements.current().get().pk, by=by)


def proposed_plan(journey: Journey, person: User) -> None:
    journey.roles()
    journey.target_dates(35, 12, 5, 8, by=person)


def agree(subject: Accord) -> Do:
    return lambda journey, by: workflow.agree(journey.integration, subject, by=by, version=version(journey, subject))


def scenario_set(journey: Journey, person: User) -> None:
    passed(journey, 1)
    journey.solution()
    workflow.add_basic_scenarios(journey.integration, by=person)


def scope(journey: Journey, person: User) -> None:
    journey.roles()
    workflow.set_scope(
        journey.integration, by=person, mode="not_needed", reason="Testet før.", no_print_trial_reason=""
    )


def ran_tests(journey: Journey, person: User) -> None:
    passed(journey, 2)
    journey.scenario_set()
    journey.runs()


def ran_in_production(journey: Journey, person: User) -> None:
    passed(journey, 3)
    journey.milestone_4_facts()
    workflow.submit(journey.integration, 4, by=journey.cast.manager)


def submitted(journey: Journey, person: User) -> None:
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=person)


def deferral(journey: Journey, person: User) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=person, title="Punkt", description="")
    workflow.propose_deferral(journey.integration, item.pk, by=person, **DEFERRAL)


def accept_deferral(journey: Journey, by: User) -> None:
    workflow.accept_deferral(journey.integration, journey.integration.follow_ups.get().pk, by=by, **DEFERRAL)


def first_sending(journey: Journey, person: User) -> None:
    passed(journey, 4)
    workflow.confirm_launch_date(journey.integration, by=journey.cast.owner, launch_on=today())
    workflow.record_first_sending(journey.integration, by=person, first_sending_on=today(), documents_sent=1)


def confirm_launch(journey: Journey, by: User) -> None:
    workflow.confirm_launch(journey.integration, by=by)


def lacking(journey: Journey, person: User) -> None:
    journey.roles()


def except_from_it(journey: Journey, by: User) -> None:
    workflow.grant_exception(journey.integration, "2.1", by=by, reason="Lest.")


SENDER_THEN_DIGIPOST: dict[str, tuple[Do, Do]] = {
    "agreement": (agreement, verify),
    "plan": (proposed_plan, agree(Accord.PLAN)),
    "scenario set": (scenario_set, agree(Accord.SCENARIOS)),
    "production scope": (scope, agree(Accord.SCOPE)),
    "tests": (ran_tests, lambda j, by: workflow.record_verification(j.integration, by=by)),
    "tests in production": (ran_in_production, lambda j, by: workflow.approve(j.integration, 4, by=by)),
    "milestone": (submitted, lambda j, by: workflow.approve(j.integration, 1, by=by)),
    "milestone returned": (submitted, lambda j, by: workflow.return_milestone(j.integration, 1, by=by, reason="Nei.")),
    "deferral": (deferral, accept_deferral),
    "launch": (first_sending, confirm_launch),
    "exception": (lacking, except_from_it),
}
"""What somebody did for the sender, and Digipost's part in the same."""


def verified(journey: Journey, person: User) -> None:
    ran_tests(journey, person)
    workflow.record_verification(journey.integration, by=person)


def run_again(journey: Journey, by: User) -> None:
    scenario = journey.integration.scenarios.current().earliest("pk")
    workflow.record_run(journey.integration, scenario.pk, by=by, ran_on=today(), outcome=Outcome.PASSED)


def details(journey: Journey, person: User) -> None:
    verified(journey, journey.cast.staff)
    workflow.open_production(journey.integration, by=journey.cast.staff)
    workflow.pass_details(journey.integration, by=person, details="Se dokumentasjonen.")


def digipost_confirmed(journey: Journey, person: User) -> None:
    first_sending(journey, journey.cast.manager)
    confirm_launch(journey, person)


DIGIPOST_THEN_SENDER: dict[str, tuple[Do, Do]] = {
    "plan": (proposed_plan, agree(Accord.PLAN)),
    "scenario set": (scenario_set, agree(Accord.SCENARIOS)),
    "production scope": (scope, agree(Accord.SCOPE)),
    "tests": (verified, run_again),
    "details": (details, lambda j, by: workflow.acknowledge_details(j.integration, by=by)),
    "launch": (digipost_confirmed, confirm_launch),
}
"""What somebody did for Digipost, and the sender's part in the same."""
