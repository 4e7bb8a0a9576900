"""An integration in operations in which everything is met, as gates reads it: tests change one thing of it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from milestones.gates import (
    AccordFact,
    AgreementFact,
    BasicScenarioFact,
    ChangeFact,
    ConfirmationFact,
    Facts,
    FollowUpFact,
    MeetingFact,
    MilestoneFact,
    Person,
    RetestFact,
    ScenarioFact,
    SolutionFact,
)
from milestones.process import (
    MILESTONE_NUMBERS,
    Accord,
    AgreementKind,
    ChangeKind,
    Environment,
    MilestoneState,
    Phase,
    Role,
    Service,
)

TODAY = datetime.date(2027, 3, 1)
TOMORROW = TODAY + datetime.timedelta(days=1)
AGREED = AccordFact(sender=True, digipost=True)
TERMS = AgreementFact(AgreementKind.TERMS, "Kirsten", TODAY, has_document=True, verified=True)
KICKOFF = MeetingFact(TODAY, "Kari", "Ingrid", has_minutes=True)
SOLUTION = SolutionFact("Fødselsnummer", "Kø", "api", "Arkivet", ("letter",))
LETTER = ScenarioFact("T07", "Letter to a Digipost user", Environment.TEST, latest="passed")
TRIAL = ScenarioFact("P01", "Letter", Environment.PRODUCTION, latest="passed")
DEFERRED = FollowUpFact("Reservasjoner", "deferred", "Terje", TOMORROW, accepted=True)
RETESTED = RetestFact("T07", "Letter to a Digipost user", "passed")
CHANGE = ChangeFact(1, ChangeKind.VERSION, TOMORROW, (RETESTED,))
DECIDED = dict.fromkeys(Service.values, "skip")
PEOPLE = {role: (Person(str(role.label), f"{role}@example.no", 1),) for role in Role}


def complete(**changes: Any) -> Facts:
    """Everything met, in operations; with changes."""
    facts = Facts(
        today=TODAY,
        phase=Phase.OPERATIONS,
        milestones={n: MilestoneFact(MilestoneState.APPROVED, TODAY) for n in MILESTONE_NUMBERS},
        people=PEOPLE,
        agreements=(TERMS,),
        services=DECIDED,
        test_account_id="1",
        production_account_id="2",
        production_enabled=True,
        details_passed=True,
        details_acknowledged=True,
        confirmed={code: ConfirmationFact("Terje", TODAY) for code in ("2.1", "2.3")},
        meetings=(KICKOFF,),
        solution=SOLUTION,
        accords=dict.fromkeys(Accord.values, AGREED),
        catalogue=(BasicScenarioFact("T07", "Letter to a Digipost user", "both", "always"),),
        scenarios=(LETTER, TRIAL),
        approval_recorded=True,
        scope_mode="run",
        follow_ups=(DEFERRED, FollowUpFact("Avklart", "closed")),
        launch_on=TODAY,
        launch_confirmed=True,
        first_sending_on=TODAY,
        documents_sent=1,
        sender_confirmed=True,
        digipost_confirmed=True,
        monitoring="Måling",
        deviations_told_to="Vakta",
        notice_readers=1,
        certificate_expires_on=TOMORROW,
        changes=(CHANGE,),
    )
    return dataclasses.replace(facts, **changes)


def at(number: int, state: MilestoneState = MilestoneState.IN_PROGRESS, **changes: Any) -> Facts:
    """Complete facts with milestone `number` current in `state`, earlier ones approved and later ones upcoming."""
    states = {
        n: MilestoneState.APPROVED if n < number else state if n == number else MilestoneState.UPCOMING
        for n in MILESTONE_NUMBERS
    }
    milestones = {n: MilestoneFact(states[n], TODAY) for n in MILESTONE_NUMBERS}
    return complete(phase=Phase.of(number), milestones=milestones, **changes)


def solution(**changes: Any) -> SolutionFact:
    return dataclasses.replace(SOLUTION, **changes)


STAFF, LEAD, MANAGER = Role.ONBOARDING, Role.TECHNICAL_LEAD, Role.PROJECT_MANAGER
