"""What is recorded about one integration, as the gates read it. `facts.py` makes it from the database's rows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..process import (
    AgreementKind,
    ChangeKind,
    Environment,
    MilestoneState,
    Phase,
    Role,
    Rung,
    Service,
    ServiceChoice,
    Status,
)

if TYPE_CHECKING:
    from .unmet import Unmet


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    user_id: int | None = None


@dataclass(frozen=True)
class MilestoneFact:
    state: MilestoneState = MilestoneState.UPCOMING
    target_on: datetime.date | None = None
    submitted_by_id: int | None = None
    submitted_at: datetime.datetime | None = None
    submitted_on: datetime.date | None = None  # the same moment as a date in Europe/Oslo
    returned_because: str = ""
    returned_for: tuple[str, ...] = ()

    @property
    def returned(self) -> bool:
        return bool(self.returned_because)

    def returned_about(self, key: str) -> str:
        """The reason of a return that is about requirement or own item `key`, until the milestone is approved."""
        return self.returned_because if key in self.returned_for else ""


@dataclass(frozen=True)
class ConfirmationFact:
    """That somebody checked something off."""

    by: str
    on: datetime.date
    note: str = ""
    document_id: int | None = None


@dataclass(frozen=True)
class ExceptionFact:
    """That Digipost granted an exception; `until` is its last day, None for no end."""

    reason: str
    by: str
    until: datetime.date | None = None


@dataclass(frozen=True)
class CarriedFact:
    """That something was done before the tool was used: when, where that is known from, and who vouches for it."""

    on: datetime.date
    source: str
    by: str


@dataclass(frozen=True)
class AgreementFact:
    """A signed agreement that is on file and not withdrawn."""

    kind: AgreementKind
    signatory: str
    signed_on: datetime.date
    has_document: bool
    verified: bool
    pk: int = 0


@dataclass(frozen=True)
class MeetingFact:
    held_on: datetime.date
    sender_people: str
    digipost_people: str
    has_minutes: bool
    is_kickoff: bool = True
    pk: int = 0


@dataclass(frozen=True)
class SolutionFact:
    recipient_identification: str = ""
    sending: str = ""
    interface: str = ""
    internal_systems: str = ""
    document_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccordFact:
    sender: bool = False
    digipost: bool = False


@dataclass(frozen=True)
class BasicScenarioFact:
    """An entry of the catalogue that is in force for this integration.

    A run of it counts from `least_rung` on, and for `max_age_days` after its day; None for as long as may be. `oracle`
    says which words of Digipost's prove it. After a change of a kind in `touched_by` it is retested.
    """

    code: str
    title: str
    interface: str
    condition: str
    passes_when: str = ""
    least_rung: str = Rung.SAID
    max_age_days: int | None = None
    oracle: str = ""
    touched_by: tuple[str, ...] = ()

    def counts_until(self, ran_on: datetime.date) -> datetime.date | None:
        """The last day on which a run of that day can be submitted; None for no end."""
        return ran_on + datetime.timedelta(days=self.max_age_days) if self.max_age_days else None


@dataclass(frozen=True)
class ScenarioFact:
    """A scenario of the integration's own set, with its latest run: outcome ("" when never run), day and rung."""

    code: str
    title: str
    environment: Environment
    required: bool = True
    latest: str = ""
    ran_on: datetime.date | None = None
    rung: str = Rung.SAID
    print_trial: bool = False
    passes_when: str = ""

    def says_as(self, basic: BasicScenarioFact) -> bool:
        """Whether it is that basic scenario, in the catalogue's words."""
        return (self.code, self.title, self.passes_when) == (basic.code, basic.title, basic.passes_when)


@dataclass(frozen=True)
class RetestFact:
    """A scenario that a declared change touches, with the run in test that counts since: outcome and rung.

    The outcome is "" where there is none; `in_set` says whether the set still has it.
    """

    code: str
    title: str
    latest: str = ""
    rung: str = Rung.SAID
    in_set: bool = True


@dataclass(frozen=True)
class ChangeFact:
    """A declared change whose retest is waited for, and by when."""

    pk: int
    kind: ChangeKind
    retest_by: datetime.date
    retests: tuple[RetestFact, ...] = ()


@dataclass(frozen=True)
class FollowUpFact:
    title: str
    state: str
    owner: str = ""
    due_on: datetime.date | None = None
    accepted: bool = False
    pk: int = 0

    @property
    def deferral_complete(self) -> bool:
        """Whether it is said who takes it on, and by when."""
        return bool(self.owner and self.due_on)


@dataclass(frozen=True)
class ItemFact:
    """A checklist item of the integration's own."""

    key: str
    milestone: int
    title: str
    required: bool
    stands_on: Role


@dataclass(frozen=True)
class Facts:
    """All that is recorded about one integration, as it stands on `today` (a date in Europe/Oslo).

    `unread_by` has somebody for each notice that they have not read; the shared mailbox is a Person without a user.
    `confirmed` and `exceptions` are keyed by requirement code, or `item-<id>` for an item of the integration's own;
    `carried` by requirement code. `vacated` are roles that somebody held and nobody holds.
    """

    today: datetime.date
    status: Status = Status.ACTIVE
    phase: Phase = Phase.MILESTONE_1
    is_partner: bool = False
    accepted: bool = True
    milestones: Mapping[int, MilestoneFact] = field(default_factory=dict)
    people: Mapping[Role, tuple[Person, ...]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)  # of who is or was a member, by user
    member_ids: frozenset[int] = frozenset()
    joined_ids: frozenset[int] = frozenset()  # of who is in, or ever was
    vacated: frozenset[Role] = frozenset()
    carried: Mapping[str, CarriedFact] = field(default_factory=dict)
    agreements: tuple[AgreementFact, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    test_account_id: str = ""
    production_account_id: str = ""
    production_enabled: bool = False
    details_passed: bool = False
    details_acknowledged: bool = False
    confirmed: Mapping[str, ConfirmationFact] = field(default_factory=dict)
    exceptions: Mapping[str, ExceptionFact] = field(default_factory=dict)
    items: tuple[ItemFact, ...] = ()
    meetings: tuple[MeetingFact, ...] = ()
    solution: SolutionFact = SolutionFact()
    accords: Mapping[str, AccordFact] = field(default_factory=dict)
    catalogue: tuple[BasicScenarioFact, ...] = ()
    scenarios: tuple[ScenarioFact, ...] = ()
    approval_recorded: bool = False
    scope_mode: str = ""
    scope_reason: str = ""
    no_print_trial_reason: str = ""
    follow_ups: tuple[FollowUpFact, ...] = ()
    launch_on: datetime.date | None = None
    launch_confirmed: bool = False
    first_sending_on: datetime.date | None = None
    documents_sent: int | None = None
    sender_confirmed: bool = False
    digipost_confirmed: bool = False
    manual_approval_decided: bool = False
    monitoring: str = ""
    monitoring_beats: bool = False  # it has called the integration's heartbeat address
    monitoring_silent: bool = False  # and does so no longer
    deviations_told_to: str = ""
    notice_readers: int = 0
    shared_mailbox: str = ""
    unread_by: tuple[Person, ...] = ()
    open_deviations: int = 0
    certificate_expires_on: datetime.date | None = None
    changes: tuple[ChangeFact, ...] = ()

    @cached_property
    def judged(self) -> dict[str, tuple[Unmet, ...]]:
        """What rules.py has found unmet so far, by requirement: asked a hundred times, and always the same."""
        return {}

    def uses(self, service: Service) -> bool:
        return self.services.get(service) == ServiceChoice.USE

    def asked_of(self, scenario: str) -> BasicScenarioFact | None:
        """What the catalogue asks of the scenario with this id; None for one of the integration's own."""
        return next((basic for basic in self.catalogue if basic.code == scenario), None)

    def judged_on(self, milestone: int) -> datetime.date:
        """The day as of which the age of what shows milestone `milestone` counts: when it was submitted, or today."""
        fact = self.milestones.get(milestone, MilestoneFact())
        decided = fact.state in (MilestoneState.SUBMITTED, MilestoneState.APPROVED)
        return fact.submitted_on if decided and fact.submitted_on else self.today

    def state_of(self, milestone: int) -> MilestoneState:
        return self.milestones.get(milestone, MilestoneFact()).state

    def exception_for(self, key: str) -> ExceptionFact | None:
        """The exception for `key` that is in force today, if any."""
        grant = self.exceptions.get(key)
        return grant if grant is not None and (grant.until is None or grant.until >= self.today) else None
