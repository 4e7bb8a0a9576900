"""The rules, one for each computed requirement: the one for 3.2 stands under `@_rule("3.2")`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..process import (
    PLANNED_MILESTONES,
    REQUIREMENTS,
    ROLES_REQUIRED,
    RUN_OPERATIONS,
    Accord,
    AgreementKind,
    Condition,
    DocumentType,
    Environment,
    FollowUpState,
    Interface,
    Outcome,
    Party,
    Requirement,
    Role,
    Rung,
    ScopeMode,
    Service,
)
from .carried import contradictions
from .changes import lacks
from .grouped import grouped
from .recorded import AccordFact, BasicScenarioFact, Facts, MeetingFact, MilestoneFact, Person, ScenarioFact
from .unmet import SOLUTION_PARTS, Unmet, unmet_for


class Judge:
    """Makes an `Unmet` of one requirement: fills in its code, its page and the people who hold the role."""

    def __init__(self, facts: Facts, requirement: Requirement) -> None:
        self.facts, self.requirement = facts, requirement

    def __call__(self, reason: str, role: Role | None = None, where: str = "", **params: object) -> Unmet:
        role = role or self.requirement.stands_on
        return unmet_for(self.facts, self.requirement.code, reason, role, where or self.requirement.page, **params)


Rule = Callable[[Facts, Judge], Iterator[Unmet]]
RULES: dict[str, Rule] = {}


def _rule(code: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES[code] = rule
        return rule

    return register


@_rule("1.1")
def _terms_accepted(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
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
            row: dict[str, Any] = {"where": "one_agreement", "pk": agreement.pk, "agreement": kind.value}
            yield unmet("agreement_unverified", Role.ONBOARDING, **row)


@_rule("1.2")
def _contacts_and_roles(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    for role in ROLES_REQUIRED:
        if not facts.people.get(role):
            yield unmet("role_vacant", vacancy=role.value)


@_rule("1.3")
def _services_reviewed(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    for service in Service:
        if not facts.services.get(service):
            yield unmet("service_undecided", service=service.value)


@_rule("1.4")
def _organisation_account(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if not facts.test_account_id:
        yield unmet("account_missing", environment=Environment.TEST.value)
    if not facts.production_account_id:
        yield unmet("account_missing", environment=Environment.PRODUCTION.value)


@_rule("2.2")
def _kickoff(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    yield from _kickoff_meeting(facts, unmet)
    for part in SOLUTION_PARTS:
        if not getattr(facts.solution, part):
            yield unmet("solution_incomplete", where="solution", part=part)
    undated = [n for n in PLANNED_MILESTONES if facts.milestones.get(n, MilestoneFact()).target_on is None]
    for number in undated:
        yield unmet("date_missing", where="plan", number=number)
    if not undated:
        yield from _both_agree(facts, unmet, Accord.PLAN, Role.PROJECT_MANAGER, "plan")


def _kickoff_meeting(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    """One complete kickoff is enough; of incomplete ones, the latest says what is missing."""
    kickoffs = sorted((m for m in facts.meetings if m.is_kickoff), key=lambda meeting: meeting.held_on)
    if not kickoffs:
        yield unmet("kickoff_missing")
        return
    shortcomings = [list(_shortcomings(meeting, facts, unmet)) for meeting in kickoffs]
    if all(shortcomings):
        yield from shortcomings[-1]


def _shortcomings(meeting: MeetingFact, facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if meeting.held_on > facts.today:
        yield unmet("kickoff_in_future", where="meeting", pk=meeting.pk)
    if not (meeting.sender_people and meeting.digipost_people):
        yield unmet("kickoff_one_sided", where="meeting", pk=meeting.pk)
    if not meeting.has_minutes:
        yield unmet("kickoff_without_minutes", where="meeting", pk=meeting.pk)


def _both_agree(facts: Facts, unmet: Judge, accord: Accord, sender: Role, where: str) -> Iterator[Unmet]:
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
def _test_scenarios(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    chosen = [scenario for scenario in facts.scenarios if scenario.environment == Environment.TEST]
    required = [scenario for scenario in chosen if scenario.required]
    basics = applicable_scenarios(facts)
    if not (required or basics):
        yield unmet("scenario_set_empty")
    if not facts.solution.interface:
        yield unmet("solution_incomplete", Role.PROJECT_MANAGER, where="solution", part="interface")
    in_set = {scenario.code: scenario for scenario in required}
    for basic in basics:
        named = f"{basic.code} {basic.title}"
        if basic.code not in in_set:
            yield unmet("scenario_missing", scenario=named)
        elif not in_set[basic.code].says_as(basic):
            yield unmet("scenario_reworded", scenario=named)
    yield from _both_agree(facts, unmet, Accord.SCENARIOS, Role.TECHNICAL_LEAD, "scenarios")
    yield from _runs(required, facts, unmet)


def _runs(required: list[ScenarioFact], facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    for scenario in required:
        named = f"{scenario.code} {scenario.title}"
        if not scenario.latest:
            yield unmet("scenario_not_run", scenario=named)
        elif scenario.latest != Outcome.PASSED:
            yield unmet("scenario_failed", scenario=named, known=scenario.rung)
        elif asked := facts.asked_of(scenario.code):
            yield from _strong_and_fresh(scenario, asked, facts, unmet)


def _strong_and_fresh(scenario: ScenarioFact, asked: BasicScenarioFact, facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    """What a run that passed lacks of what the catalogue asks: a higher rung, a later day."""
    named = f"{scenario.code} {scenario.title}"
    if not Rung(scenario.rung).reaches(asked.least_rung):
        yield unmet("scenario_below_rung", scenario=named, rung=scenario.rung, least=asked.least_rung)
    until = asked.counts_until(scenario.ran_on) if scenario.ran_on else None
    if until and until < facts.judged_on(unmet.requirement.milestone or 0):
        yield unmet("scenario_too_old", scenario=named, days=asked.max_age_days, known=scenario.rung)


@_rule("3.2")
def _approved_by_digipost(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    # An approval does not outlive what it rests on. The record is withdrawn too (workflow/consequences.py).
    if not (facts.approval_recorded or "3.2" in facts.carried) or unmet_of("3.1", facts):
        yield unmet("approval_missing")


@_rule("3.3")
def _production_opened(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if not facts.production_enabled:
        yield unmet("production_closed")
    if "1.4" in facts.carried and not facts.production_account_id:  # elsewhere 1.4 asks for it
        yield unmet("account_missing", where="accounts", environment=Environment.PRODUCTION.value)
    if not facts.details_passed:
        yield unmet("details_not_passed")


@_rule("4.1")
def _production_tests(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    chosen = [s for s in facts.scenarios if s.environment == Environment.PRODUCTION and s.required]
    if not facts.scope_mode:
        yield unmet("scope_undecided")
        if "4.1" in facts.carried:  # nobody decided here what to run, and a run says otherwise all the same
            yield from _runs(chosen, facts, unmet)
        return
    if facts.scope_mode == ScopeMode.NOT_NEEDED:
        if not facts.scope_reason:
            yield unmet("scope_without_reason")
        yield from _both_agree(facts, unmet, Accord.SCOPE, Role.TECHNICAL_LEAD, "production_tests")
        return
    if not chosen:
        yield unmet("production_scenarios_missing")
    if facts.uses(Service.PRINT) and not any(s.print_trial for s in chosen) and not facts.no_print_trial_reason:
        yield unmet("print_trial_missing")
    yield from _both_agree(facts, unmet, Accord.SCOPE, Role.TECHNICAL_LEAD, "production_tests")
    yield from _runs(chosen, facts, unmet)


@_rule("5.0")
def _launch_date(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if facts.launch_on is None:
        yield unmet("launch_date_missing")
    elif not facts.launch_confirmed:
        yield unmet("launch_date_unconfirmed")


@_rule("5.1")
def _follow_ups(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    for item in facts.follow_ups:
        row: dict[str, Any] = {"where": "follow_up", "pk": item.pk, "title": item.title}
        if item.state == FollowUpState.OPEN and not item.deferral_complete:
            yield unmet("follow_up_open", **row)
        elif item.state != FollowUpState.CLOSED:
            if not item.deferral_complete:
                yield unmet("deferral_incomplete", **row)
            if not item.accepted:
                yield unmet("deferral_not_accepted", Role.ONBOARDING, **row)


@_rule("5.2")
def _launched(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
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
def _connection_monitored(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    """A beat says more than words: where it is heard nothing else is asked, and where it stops no words help."""
    if facts.monitoring_silent:
        yield unmet("monitoring_silent")
    if facts.monitoring_beats:
        return
    if not facts.monitoring:
        yield unmet("monitoring_missing")
    if not facts.deviations_told_to:
        yield unmet("deviations_told_to_nobody")


@_rule("D.2")
def _notices_read(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if not (facts.notice_readers or facts.shared_mailbox):
        yield unmet("reader_missing")
    by_role: dict[Role, list[Person]] = {}
    for reader in facts.unread_by:
        by_role.setdefault(_role_of(reader, facts) or unmet.requirement.stands_on, []).append(reader)
    for role, unread in by_role.items():
        readers = ", ".join(dict.fromkeys(reader.name for reader in unread))
        signers = tuple(dict.fromkeys(signer for reader in unread for signer in _who_signs(reader, facts)))
        yield replace(unmet("notice_unread", role, count=len(unread), readers=readers), people=signers)


def _role_of(reader: Person, facts: Facts) -> Role | None:
    """The first role that a reader holds; none for the shared mailbox, nor for who only reads."""
    return next((role for role in Role if reader.user_id and reader in facts.people.get(role, ())), None)


def _who_signs(reader: Person, facts: Facts) -> tuple[Person, ...]:
    """Each reader for themselves; for the shared mailbox, whoever runs operations."""
    if reader.user_id:
        return (reader,)
    return tuple(person for role in RUN_OPERATIONS for person in facts.people.get(role, ()))


@_rule("D.3")
def _certificate(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    if facts.certificate_expires_on is not None and facts.certificate_expires_on <= facts.today:
        yield unmet("certificate_expired")


@_rule("D.4")
def _retested(facts: Facts, unmet: Judge) -> Iterator[Unmet]:
    for change in facts.changes:
        about: dict[str, Any] = {"change": change.pk, "change_kind": change.kind.value}
        for retest in change.retests:
            named = f"{retest.code} {retest.title}"
            reason, asked = lacks(retest, facts), facts.asked_of(retest.code)
            if reason == "retest_below_rung" and asked:
                yield unmet(reason, **about, scenario=named, rung=retest.rung, least=asked.least_rung)
            elif reason:
                yield unmet(reason, **about, scenario=named, known=retest.rung)


def unmet_of(code: str, facts: Facts) -> list[Unmet]:
    """What is missing for one requirement, whether or not an exception is in force. Raises KeyError if unknown.

    What one form fills is one Unmet, with parts. Where it was carried over, only what contradicts that is missing.
    """
    if code not in facts.judged:
        missing = _missing(code, facts)
        facts.judged[code] = tuple(grouped(contradictions(code, missing, facts) if code in facts.carried else missing))
    return list(facts.judged[code])


def _missing(code: str, facts: Facts) -> Iterator[Unmet]:
    requirement = REQUIREMENTS[code]
    unmet = Judge(facts, requirement)
    if not requirement.confirmed:
        yield from RULES[code](facts, unmet)
    elif (confirmation := facts.confirmed.get(code)) is None:
        yield unmet("not_confirmed", requirement=code)
    elif requirement.needs_document and confirmation.document_id is None:
        yield unmet("confirmation_without_document", requirement=code)
