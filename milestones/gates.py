"""May IT move? Recorded facts in, what is unmet out. Pure: no ORM, no clock, no request.

`Facts` is everything that is recorded about one integration on one day. `unmet_of(code, facts)` judges one
requirement, `gate(n, facts)` all of milestones 1..n, `blockers(code, facts)` whether a requirement can be recorded yet
and `next_moves(facts)` who must do what now. Whatever anybody is told about an integration comes from here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .process import (
    LAST_MILESTONE,
    MILESTONE_NUMBERS,
    PLANNED_MILESTONES,
    REQUIREMENTS,
    ROLES_REQUIRED,
    Accord,
    AgreementKind,
    Condition,
    DocumentType,
    Environment,
    FollowUpState,
    Interface,
    MilestoneState,
    Outcome,
    Party,
    Phase,
    Requirement,
    Role,
    ScopeMode,
    Service,
    ServiceChoice,
    Status,
    Text,
    requirements_of,
)

# --- What is recorded ---------------------------------------------------------------------------------------


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
class AgreementFact:
    """A signed agreement that is on file and not withdrawn."""

    kind: AgreementKind
    signatory: str
    signed_on: datetime.date
    has_document: bool
    verified: bool


@dataclass(frozen=True)
class MeetingFact:
    held_on: datetime.date
    sender_people: str
    digipost_people: str
    has_minutes: bool
    is_kickoff: bool = True


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
    """An entry of the catalogue that is in force for this integration."""

    code: str
    title: str
    interface: str
    condition: str


@dataclass(frozen=True)
class ScenarioFact:
    """A scenario of the integration's own set, with the outcome of its latest run ("" when never run)."""

    code: str
    title: str
    environment: Environment
    required: bool = True
    latest: str = ""
    print_trial: bool = False


@dataclass(frozen=True)
class FollowUpFact:
    title: str
    state: str
    owner: str = ""
    due_on: datetime.date | None = None
    accepted: bool = False


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

    `confirmed` and `exceptions` are keyed by requirement code, or `item-<id>` for an item of the integration's own.
    """

    today: datetime.date
    status: Status = Status.ACTIVE
    phase: Phase = Phase.MILESTONE_1
    is_partner: bool = False
    milestones: Mapping[int, MilestoneFact] = field(default_factory=dict)
    people: Mapping[Role, tuple[Person, ...]] = field(default_factory=dict)
    member_ids: frozenset[int] = frozenset()
    agreements: tuple[AgreementFact, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    test_account_id: str = ""
    production_account_id: str = ""
    production_enabled: bool = False
    details_passed: bool = False
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
    deviations_told_to: str = ""
    notice_readers: int = 0
    shared_mailbox: str = ""
    unread_notices: int = 0
    open_deviations: int = 0
    certificate_expires_on: datetime.date | None = None

    def uses(self, service: Service) -> bool:
        return self.services.get(service) == ServiceChoice.USE

    def state_of(self, milestone: int) -> MilestoneState:
        return self.milestones.get(milestone, MilestoneFact()).state

    def exception_for(self, key: str) -> ExceptionFact | None:
        """The exception for `key` that is in force today, if any."""
        grant = self.exceptions.get(key)
        return grant if grant is not None and (grant.until is None or grant.until >= self.today) else None


# --- What is missing ----------------------------------------------------------------------------------------

REASONS: dict[str, Text] = {
    "agreement_missing": _("A signed agreement is not on file: %(agreement)s"),
    "agreement_unsigned": _("The signatory is not named: %(agreement)s"),
    "agreement_in_future": _("The date of signature lies in the future: %(agreement)s"),
    "agreement_without_document": _("The signed document is missing: %(agreement)s"),
    "agreement_unverified": _("Digipost has not verified the signed agreement: %(agreement)s"),
    "role_vacant": _("Nobody holds this role: %(vacancy)s"),
    "service_undecided": _("This service has no decision: %(service)s"),
    "account_missing": _("The account is not recorded: %(environment)s"),
    "not_confirmed": _("Not checked off: %(requirement)s"),
    "item_not_done": _("Not checked off: %(title)s"),
    "kickoff_missing": _("No kickoff has been held"),
    "kickoff_in_future": _("The kickoff has not been held yet"),
    "kickoff_one_sided": _("The kickoff does not name people from both sides"),
    "kickoff_without_minutes": _("The kickoff has no minutes"),
    "solution_incomplete": _("The solution description lacks: %(part)s"),
    "date_missing": _("No target date is set for milestone %(number)s"),
    "not_agreed": _("%(party)s has not agreed to %(accord)s"),
    "scenario_set_empty": _("The scenario set is empty"),
    "scenario_missing": _("A basic scenario that applies is not in the set: %(scenario)s"),
    "scenario_not_run": _("The scenario has not been run: %(scenario)s"),
    "scenario_failed": _("The latest run failed: %(scenario)s"),
    "approval_missing": _("Digipost has not recorded its approval of the tests"),
    "production_closed": _("Production sending is not enabled"),
    "details_not_passed": _("The environment and account details are not passed to the sender"),
    "scope_undecided": _("It is not decided which production tests are run"),
    "scope_without_reason": _("It is not said why production tests are not needed"),
    "production_scenarios_missing": _("No production scenario is chosen"),
    "print_trial_missing": _("Print is used, but a print trial is neither planned nor explained away"),
    "launch_date_missing": _("No launch date is set"),
    "launch_date_unconfirmed": _("The launch date is not confirmed by a business owner"),
    "follow_up_open": _("A follow-up item is open: %(title)s"),
    "deferral_incomplete": _("A deferred follow-up item lacks owner or date: %(title)s"),
    "deferral_not_accepted": _("Digipost has not accepted the deferral of: %(title)s"),
    "first_sending_missing": _("The first real sending is not recorded"),
    "first_sending_in_future": _("The first real sending lies in the future"),
    "launch_unconfirmed": _("%(party)s has not confirmed that the sending works"),
    "manual_approval_undecided": _("It is not decided whether the first mass sendings are approved by hand"),
    "monitoring_missing": _("It is not recorded how the connection is watched"),
    "deviations_told_to_nobody": _("It is not recorded who is told of deviations"),
    "deviation_open": _("Open deviations: %(count)s"),
    "reader_missing": _("Nobody is named to read Digipost's notices"),
    "notice_unread": _("Unread notices from Digipost: %(count)s"),
    "certificate_expired": _("The certificate has expired"),
    "milestone_not_approved": _("Milestone %(number)s is not approved"),
    "ready_to_submit": _("Everything is in place: submit milestone %(number)s for approval"),
    "awaiting_approval": _("Milestone %(number)s is submitted and waits for Digipost's approval"),
}
"""Every reason, with its sentence. Tests are made from these names; a reason that no rule gives is an error."""

SOLUTION_PARTS: dict[str, Text] = {
    "recipient_identification": _("recipient identification"),
    "sending": _("the sending itself"),
    "interface": _("interface"),
    "internal_systems": _("the internal systems that change"),
    "document_types": _("document types"),
}

# A parameter of one of these names holds a key; what people read is its label.
_LABELS: dict[str, Callable[[str], Text]] = {
    "agreement": lambda value: AgreementKind(value).label,
    "vacancy": lambda value: Role(value).label,
    "service": lambda value: Service(value).label,
    "environment": lambda value: Environment(value).label,
    "party": lambda value: Party(value).label,
    "accord": lambda value: Accord(value).label,
    "part": lambda value: SOLUTION_PARTS[value],
    "requirement": lambda value: REQUIREMENTS[value].title,
}


@dataclass(frozen=True)
class Unmet:
    """One thing that is missing: `code` (requirement, item key or M1 … M5), why, who must act and where.

    `params` fill the reason's sentence and are plain strings, so that an Unmet can be stored and compared.
    """

    code: str
    reason: str
    role: Role
    where: str
    people: tuple[Person, ...] = ()
    params: tuple[tuple[str, str], ...] = ()

    @property
    def party(self) -> Party:
        return self.role.party

    @property
    def text(self) -> str:
        """The sentence, in the language in force."""
        return str(REASONS[self.reason]) % {name: self._shown(name, value) for name, value in self.params}

    @staticmethod
    def _shown(name: str, value: str) -> Text:
        if name in _LABELS:
            return _LABELS[name](value)
        if name == "scenario":  # "T07 Letter to a Digipost user": the title of a basic scenario has a translation
            code, _space, title = value.partition(" ")
            return f"{code} {translated(title)}"
        return value


def translated(text: str) -> str:
    """The translation of a text that came from process.py by way of the database; any other text as it is."""
    return gettext(text) if text else ""


class _Judge:
    """Collects what is unmet of one requirement, filling in code, page and the people who hold the role."""

    def __init__(self, facts: Facts, requirement: Requirement) -> None:
        self.facts, self.requirement = facts, requirement

    def __call__(self, reason: str, role: Role | None = None, where: str = "", **params: object) -> Unmet:
        role = role or self.requirement.stands_on
        return _unmet(self.facts, self.requirement.code, reason, role, where or self.requirement.page, **params)


def _unmet(facts: Facts, code: str, reason: str, role: Role, where: str, **params: object) -> Unmet:
    filled = tuple((name, str(value)) for name, value in params.items())
    return Unmet(code, reason, role, where, facts.people.get(role, ()), filled)


# --- The rules, one for each computed requirement -----------------------------------------------------------

Rule = Callable[[Facts, _Judge], Iterator[Unmet]]
RULES: dict[str, Rule] = {}


def _rule(code: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES[code] = rule
        return rule

    return register


@_rule("1.1")
def _terms_accepted(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    on_file = {agreement.kind: agreement for agreement in facts.agreements}
    needed = [AgreementKind.TERMS] + [AgreementKind.PRINT] * facts.uses(Service.PRINT)
    for kind in needed:
        agreement = on_file.get(kind)
        if agreement is None:
            yield unmet("agreement_missing", agreement=kind.value)
            continue
        if not agreement.signatory:
            yield unmet("agreement_unsigned", agreement=kind.value)
        if agreement.signed_on > facts.today:
            yield unmet("agreement_in_future", agreement=kind.value)
        if not agreement.has_document:
            yield unmet("agreement_without_document", agreement=kind.value)
        if not agreement.verified:
            yield unmet("agreement_unverified", Role.ONBOARDING, agreement=kind.value)


@_rule("1.2")
def _contacts_and_roles(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    for role in ROLES_REQUIRED:
        if not facts.people.get(role):
            yield unmet("role_vacant", vacancy=role.value)


@_rule("1.3")
def _services_reviewed(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    for service in Service:
        if not facts.services.get(service):
            yield unmet("service_undecided", service=service.value)


@_rule("1.4")
def _organisation_account(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if not facts.test_account_id:
        yield unmet("account_missing", environment=Environment.TEST.value)
    if not facts.production_account_id:
        yield unmet("account_missing", environment=Environment.PRODUCTION.value)


@_rule("2.2")
def _kickoff(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    yield from _kickoff_meeting(facts, unmet)
    for part in SOLUTION_PARTS:
        if not getattr(facts.solution, part):
            yield unmet("solution_incomplete", where="solution", part=part)
    undated = [n for n in PLANNED_MILESTONES if facts.milestones.get(n, MilestoneFact()).target_on is None]
    for number in undated:
        yield unmet("date_missing", where="plan", number=number)
    if not undated:
        yield from _both_agree(facts, unmet, Accord.PLAN, Role.PROJECT_MANAGER, "plan")


def _kickoff_meeting(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    """One complete kickoff is enough; of incomplete ones, the latest says what is missing."""
    kickoffs = sorted((m for m in facts.meetings if m.is_kickoff), key=lambda meeting: meeting.held_on)
    if not kickoffs:
        yield unmet("kickoff_missing")
        return
    shortcomings = [list(_shortcomings(meeting, facts, unmet)) for meeting in kickoffs]
    if all(shortcomings):
        yield from shortcomings[-1]


def _shortcomings(meeting: MeetingFact, facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if meeting.held_on > facts.today:
        yield unmet("kickoff_in_future")
    if not (meeting.sender_people and meeting.digipost_people):
        yield unmet("kickoff_one_sided")
    if not meeting.has_minutes:
        yield unmet("kickoff_without_minutes")


def _both_agree(facts: Facts, unmet: _Judge, accord: Accord, sender: Role, where: str) -> Iterator[Unmet]:
    agreed = facts.accords.get(accord, AccordFact())
    for role, has_agreed in ((sender, agreed.sender), (Role.ONBOARDING, agreed.digipost)):
        if not has_agreed:
            yield unmet("not_agreed", role, where, party=role.party.value, accord=accord.value)


def basic_scenario_applies(scenario: BasicScenarioFact, facts: Facts) -> bool:
    """Whether a scenario of the catalogue is required of this integration, by its interface and its services."""
    if not facts.solution.interface or not Interface(facts.solution.interface).covers(scenario.interface):
        return False
    return {
        Condition.ALWAYS: True,
        Condition.INVOICE: DocumentType.INVOICE in facts.solution.document_types,
        Condition.PRINT: facts.uses(Service.PRINT),
        Condition.NO_PRINT: not facts.uses(Service.PRINT),
        Condition.OPENING_RECEIPT: facts.uses(Service.OPENING_RECEIPT),
        Condition.SMS: facts.uses(Service.SMS),
        Condition.PARTNER: facts.is_partner,
        Condition.OPTIONAL: False,
    }[Condition(scenario.condition)]


def applicable_scenarios(facts: Facts) -> tuple[BasicScenarioFact, ...]:
    return tuple(scenario for scenario in facts.catalogue if basic_scenario_applies(scenario, facts))


@_rule("3.1")
def _test_scenarios(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    chosen = [scenario for scenario in facts.scenarios if scenario.environment == Environment.TEST]
    required = [scenario for scenario in chosen if scenario.required]
    if not required:
        yield unmet("scenario_set_empty")
    if not facts.solution.interface:
        yield unmet("solution_incomplete", where="solution", part="interface")
    in_set = {scenario.code for scenario in required}
    for basic in applicable_scenarios(facts):
        if basic.code not in in_set:
            yield unmet("scenario_missing", scenario=f"{basic.code} {basic.title}")
    yield from _both_agree(facts, unmet, Accord.SCENARIOS, Role.TECHNICAL_LEAD, "scenarios")
    yield from _runs(required, unmet)


def _runs(required: list[ScenarioFact], unmet: _Judge) -> Iterator[Unmet]:
    for scenario in required:
        named = f"{scenario.code} {scenario.title}"
        if not scenario.latest:
            yield unmet("scenario_not_run", scenario=named)
        elif scenario.latest != Outcome.PASSED:
            yield unmet("scenario_failed", scenario=named)


@_rule("3.2")
def _approved_by_digipost(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    # An approval does not outlive what it rests on. The record is withdrawn too (workflow/verification.py).
    if not facts.approval_recorded or unmet_of("3.1", facts):
        yield unmet("approval_missing")


@_rule("3.3")
def _production_opened(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if not facts.production_enabled:
        yield unmet("production_closed")
    if not facts.details_passed:
        yield unmet("details_not_passed")


@_rule("4.1")
def _production_tests(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if not facts.scope_mode:
        yield unmet("scope_undecided")
        return
    if facts.scope_mode == ScopeMode.NOT_NEEDED:
        if not facts.scope_reason:
            yield unmet("scope_without_reason")
        yield from _both_agree(facts, unmet, Accord.SCOPE, Role.TECHNICAL_LEAD, "production_tests")
        return
    chosen = [s for s in facts.scenarios if s.environment == Environment.PRODUCTION and s.required]
    if not chosen:
        yield unmet("production_scenarios_missing")
    if facts.uses(Service.PRINT) and not any(s.print_trial for s in chosen) and not facts.no_print_trial_reason:
        yield unmet("print_trial_missing")
    yield from _both_agree(facts, unmet, Accord.SCOPE, Role.TECHNICAL_LEAD, "production_tests")
    yield from _runs(chosen, unmet)


@_rule("5.0")
def _launch_date(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if facts.launch_on is None:
        yield unmet("launch_date_missing")
    elif not facts.launch_confirmed:
        yield unmet("launch_date_unconfirmed")


@_rule("5.1")
def _follow_ups(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    for item in facts.follow_ups:
        if item.state == FollowUpState.OPEN:
            yield unmet("follow_up_open", title=item.title)
        elif item.state == FollowUpState.DEFERRED:
            if not item.owner or item.due_on is None:
                yield unmet("deferral_incomplete", title=item.title)
            if not item.accepted:
                yield unmet("deferral_not_accepted", Role.ONBOARDING, title=item.title)


@_rule("5.2")
def _launched(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if facts.first_sending_on is None or not facts.documents_sent:
        yield unmet("first_sending_missing")
    elif facts.first_sending_on > facts.today:
        yield unmet("first_sending_in_future")
    if not facts.sender_confirmed:
        yield unmet("launch_unconfirmed", party=Party.SENDER.value)
    if not facts.digipost_confirmed:
        yield unmet("launch_unconfirmed", Role.ONBOARDING, party=Party.DIGIPOST.value)
    if facts.solution.interface in (Interface.BATCH, Interface.BOTH) and not facts.manual_approval_decided:
        yield unmet("manual_approval_undecided")


@_rule("D.1")
def _connection_monitored(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if not facts.monitoring:
        yield unmet("monitoring_missing")
    if not facts.deviations_told_to:
        yield unmet("deviations_told_to_nobody")


@_rule("D.2")
def _notices_read(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if not (facts.notice_readers or facts.shared_mailbox):
        yield unmet("reader_missing")
    if facts.unread_notices:
        yield unmet("notice_unread", count=facts.unread_notices)


@_rule("D.3")
def _certificate(facts: Facts, unmet: _Judge) -> Iterator[Unmet]:
    if facts.certificate_expires_on is not None and facts.certificate_expires_on <= facts.today:
        yield unmet("certificate_expired")


# --- The questions anybody may ask --------------------------------------------------------------------------


def unmet_of(code: str, facts: Facts) -> list[Unmet]:
    """What is missing for one requirement, whether or not an exception is in force. Raises KeyError if unknown."""
    requirement = REQUIREMENTS[code]
    unmet = _Judge(facts, requirement)
    if not requirement.confirmed:
        return list(RULES[code](facts, unmet))
    return [] if code in facts.confirmed else [unmet("not_confirmed", requirement=code)]


def unmet_of_item(item: ItemFact, facts: Facts) -> list[Unmet]:
    """What is missing for an item of the integration's own."""
    if item.key in facts.confirmed:
        return []
    return [_unmet(facts, item.key, "item_not_done", item.stands_on, "confirmation", title=item.title)]


@dataclass(frozen=True)
class Finding:
    """One row of a milestone's task list. An exception shows, and makes what is unmet not count."""

    key: str
    requirement: Requirement | None
    item: ItemFact | None
    unmet: tuple[Unmet, ...]
    exception: ExceptionFact | None
    blockers: tuple[Unmet, ...] = ()
    confirmation: ConfirmationFact | None = None

    @property
    def required(self) -> bool:
        return self.item is None or self.item.required

    @property
    def met(self) -> bool:
        return not self.unmet

    @property
    def title(self) -> Text:
        return self.requirement.title if self.requirement else self.item.title  # type: ignore[union-attr]

    @property
    def stands_on(self) -> Role:
        return self.requirement.stands_on if self.requirement else self.item.stands_on  # type: ignore[union-attr]

    @property
    def bears_exception(self) -> bool:
        """Whether Digipost may grant an exception from it."""
        return self.requirement is None or self.requirement.exception_allowed

    @property
    def counts(self) -> bool:
        """Whether this closes the gate."""
        return bool(self.unmet) and self.required and self.exception is None


def findings(milestone: int | None, facts: Facts) -> list[Finding]:
    """Every requirement and own item of one milestone (of operations when None), judged."""
    return [_finding_of(requirement, facts) for requirement in requirements_of(milestone)] + [
        Finding(
            item.key,
            None,
            item,
            tuple(unmet_of_item(item, facts)),
            facts.exception_for(item.key),
            confirmation=facts.confirmed.get(item.key),
        )
        for item in facts.items
        if item.milestone == milestone
    ]


def _finding_of(requirement: Requirement, facts: Facts) -> Finding:
    code = requirement.code
    return Finding(
        code,
        requirement,
        None,
        tuple(unmet_of(code, facts)),
        facts.exception_for(code),
        tuple(blockers(code, facts)),
        facts.confirmed.get(code),
    )


def gate(milestone: int, facts: Facts) -> list[Unmet]:
    """What closes the gate of `milestone`: everything required and unmet of milestones 1..milestone. Empty: open."""
    return [
        unmet
        for number in MILESTONE_NUMBERS[:milestone]
        for finding in findings(number, facts)
        if finding.counts
        for unmet in finding.unmet
    ]


def blockers(code: str, facts: Facts) -> list[Unmet]:
    """What must be in place before requirement `code` can be recorded: "cannot start yet". Empty: go ahead."""
    found: list[Unmet] = []
    for earlier in REQUIREMENTS[code].after:
        if not earlier.startswith("M"):
            found += unmet_of(earlier, facts)
        elif facts.state_of(int(earlier[1:])) != MilestoneState.APPROVED:
            found.append(milestone_missing(int(earlier[1:]), facts))
    return found


def milestone_missing(number: int, facts: Facts) -> Unmet:
    return _unmet(facts, f"M{number}", "milestone_not_approved", Role.ONBOARDING, "milestone", number=number)


def next_moves(facts: Facts) -> list[Unmet]:
    """Who must do what now: what is missing and can be started, or the submitting or approving itself.

    Empty when paused or closed, and in operations when all is well.
    """
    if facts.status != Status.ACTIVE:
        return []
    number = facts.phase.number
    missing = gate(number or LAST_MILESTONE, facts)
    if number is None:
        return missing + _moves_in_operations(facts)
    startable = [u for u in missing if u.code not in REQUIREMENTS or not blockers(u.code, facts)]
    if facts.state_of(number) == MilestoneState.SUBMITTED:
        return [
            *startable,
            _unmet(facts, f"M{number}", "awaiting_approval", Role.ONBOARDING, "milestone", number=number),
        ]
    if missing:
        return startable
    return [_unmet(facts, f"M{number}", "ready_to_submit", Role.PROJECT_MANAGER, "milestone", number=number)]


def _moves_in_operations(facts: Facts) -> list[Unmet]:
    moves = [unmet for finding in findings(None, facts) for unmet in finding.unmet]
    if facts.open_deviations:  # D.1 asks that deviations are logged; handling them is work all the same
        count = facts.open_deviations
        moves.append(_unmet(facts, "D.1", "deviation_open", Role.TECHNICAL_LEAD, "operations", count=count))
    return moves
