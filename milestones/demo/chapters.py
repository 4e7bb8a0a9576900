"""What happens on the way, in working days: the ordinary course of each milestone, and what gets in between.

A chapter is a row of beats, each so many working days after the one ahead of it. None tells of a date: `telling` does.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from .. import clock, workflow
from ..clock import today
from ..models import User
from ..process import (
    Accord,
    AgreementKind,
    ChangeKind,
    DocumentType,
    Environment,
    FollowUpState,
    Interface,
    Outcome,
    Role,
    ScopeMode,
    Service,
    ServiceChoice,
)
from .journey import Journey, bring_in

Do = Callable[[Journey], object]
Beat = tuple[int, Do]
"""So many working days after the one ahead of it, this is done."""
Chapter = tuple[Beat, ...]


def slower(times: int, chapter: Chapter) -> Chapter:
    """The same, at another pace."""
    return tuple((days * times, do) for days, do in chapter)


# --- The ordinary course


def contract(*, prints: bool = False) -> Chapter:
    """Milestone 1 up to its submission."""
    agreements: Chapter = ((2, _sign),)
    if prints:
        agreements += ((0, partial(_sign, kind=AgreementKind.PRINT)),)
    choice = ServiceChoice.USE if prints else ServiceChoice.SKIP
    return (
        (1, Journey.roles),
        *agreements,
        (1, Journey.verify_agreements),
        (2, lambda journey: journey.services(print=choice)),
        (1, _accounts),
    )


def _sign(journey: Journey, kind: AgreementKind = AgreementKind.TERMS) -> None:
    journey.agreement(kind, verify=False)


def _accounts(journey: Journey) -> None:
    pk = journey.integration.pk
    workflow.record_accounts(
        journey.integration,
        by=journey.cast.staff,
        test_account_id=str(500_000 + 7 * pk),
        production_account_id=str(700_000 + 7 * pk),
    )


def kickoff(
    *lengths: int,
    interface: Interface = Interface.API,
    sends: tuple[DocumentType, ...] = (DocumentType.LETTER, DocumentType.INVOICE),
) -> Chapter:
    """Milestone 2 up to a plan: its milestones take so many working days each."""
    return (
        (2, _read),
        (3, Journey.kickoff),
        (2, partial(Journey.solution, interface=interface, document_types=sends)),
        (1, partial(_propose, lengths=lengths or (27, 12, 5, 8))),
        (1, partial(Journey.agree, subject=Accord.PLAN)),
    )


def _read(journey: Journey) -> None:
    journey.confirm("2.1")


def _propose(journey: Journey, lengths: tuple[int, ...]) -> None:
    journey.target_dates(*lengths)


def _built(journey: Journey) -> None:
    journey.confirm("2.3")


BUILT: Chapter = ((20, _built),)
TESTS_AGREED: Chapter = ((2, Journey.scenario_set),)


def failed_run(journey: Journey, number: int = 4, note: str = "Fikk treff på feil mottaker ved to like navn.") -> None:
    """All pass but one."""
    scenarios = list(journey.integration.scenarios.current().filter(environment=Environment.TEST))
    outcomes = {one.pk: Outcome.PASSED for one in scenarios} | {scenarios[number].pk: Outcome.FAILED}
    workflow.record_runs(
        journey.integration,
        Environment.TEST,
        by=journey.cast.lead,
        ran_on=today(),
        outcomes=outcomes,
        notes={scenarios[number].pk: note},
    )


def mended_run(journey: Journey) -> None:
    """What failed passes."""
    scenarios = journey.integration.scenarios.current().with_latest_run().filter(environment=Environment.TEST)
    failed: dict[int, Any] = {one.pk: Outcome.PASSED for one in scenarios if one.latest == Outcome.FAILED}
    notes = dict.fromkeys(failed, "Rettet og kjørt på nytt.")
    workflow.record_runs(
        journey.integration,
        Environment.TEST,
        by=journey.cast.lead,
        ran_on=today(),
        outcomes=failed,
        notes=notes,
    )


def _by_hand(journey: Journey) -> None:
    workflow.decide_manual_approval(
        journey.integration, by=journey.cast.manager, manual_approval=True, note="De to første forsendelsene"
    )


TESTED: Chapter = ((3, failed_run), (2, mended_run))
OPENED: Chapter = ((1, Journey.approve_tests), (1, Journey.open_sending))
TRIED: Chapter = ((1, Journey.production_scope), (2, partial(Journey.runs, environment=Environment.PRODUCTION)))
TRIED_WITH_PRINT: Chapter = ((1, partial(Journey.production_scope, print_trial=True)), TRIED[1])
LAUNCHED: Chapter = (
    (1, partial(Journey.launch_date, working_days=3)),
    (3, Journey.sending),
    (1, Journey.confirm_launch),
)
LAUNCHED_BY_BATCH: Chapter = (*LAUNCHED[:1], (0, _by_hand), *LAUNCHED[1:])


def submitted(number: int, days: int = 1) -> Chapter:
    return ((days, partial(Journey.submit, number=number)),)


def approved(number: int, days: int = 1, after: int = 1) -> Chapter:
    """Submitted after so many days, and approved so many later."""
    return (*submitted(number, days), (after, partial(Journey.approve, number=number)))


def is_approval(do: Do) -> bool:
    return isinstance(do, partial) and do.func is Journey.approve


def ordinary(number: int) -> Chapter:
    """Milestone `number`, as it should go."""
    return {
        1: (*contract(), *approved(1)),
        2: (*kickoff(), *BUILT, *approved(2, after=2)),
        3: (*TESTS_AGREED, *TESTED, *OPENED, *approved(3)),
        4: (*TRIED, *approved(4)),
        5: (*LAUNCHED, *approved(5)),
    }[number]


def through(last: int) -> Chapter:
    """All milestones up to `last`."""
    return tuple(beat for number in range(1, last + 1) for beat in ordinary(number))


def _ahead(days: int) -> datetime.date:
    """So many days from now, as it is outside of the story."""
    with clock.ago(0):
        return today() + datetime.timedelta(days=days)


# --- In operations


def watched(journey: Journey) -> None:
    workflow.record_monitoring(
        journey.integration,
        by=journey.cast.lead,
        monitoring="Alarm i driftssystemet når et kall feiler eller køen vokser.",
        deviations_told_to="Vakt hos driftsavdelingen",
    )


def read_by_manager(journey: Journey) -> None:
    manager = journey.integration.members.current().get(user=journey.cast.manager)
    workflow.name_readers(journey.integration, by=journey.cast.lead, member_ids=[manager.pk], shared_mailbox="")


def certificate(days: int) -> Do:
    """It expires so many days from now, as it is now and not in the story."""

    def record(journey: Journey) -> None:
        expires_on = _ahead(days)
        workflow.record_certificate(journey.integration, by=journey.cast.lead, expires_on=expires_on)

    return record


def notice(journey: Journey) -> None:
    workflow.send_notice(
        [journey.integration],
        by=journey.cast.staff,
        kind="downtime",
        title="Nedetid natt til søndag",
        body="Testmiljøet er nede mellom klokken 02 og 04.",
    )


def read_notice(journey: Journey) -> None:
    for receipt in journey.integration.notice_receipts.filter(read_at__isnull=True):
        workflow.read_notice(journey.integration, receipt.pk, by=journey.cast.manager)


def deviation(journey: Journey) -> None:
    workflow.open_deviation(
        journey.integration,
        by=journey.cast.lead,
        title="Kvitteringer kom for sent",
        description="Kvitteringene for nattens forsendelse kom først klokken 11.",
        handler=journey.cast.lead.name,
        opened_on=today(),
    )


def deviation_closed(journey: Journey) -> None:
    for one in journey.integration.deviations.filter(closed_at__isnull=True):
        workflow.close_deviation(journey.integration, one.pk, by=journey.cast.lead, outcome="Køen er delt i to.")


def declared(kind: ChangeKind, description: str, days: int) -> Do:
    """A change whose retest is due so many days from now, as it is now and not in the story."""

    def declare(journey: Journey) -> None:
        retest_by = _ahead(days)
        workflow.declare_change(
            journey.integration, by=journey.cast.manager, kind=kind, description=description, retest_by=retest_by
        )

    return declare


def half_retested(journey: Journey) -> None:
    """The first half of what the open changes touch passes again."""
    for change in journey.integration.declared_changes.open():
        touched = list(change.scenarios.all())
        passed: dict[int, Any] = {one.pk: Outcome.PASSED for one in touched[: len(touched) // 2]}
        workflow.record_runs(
            journey.integration, Environment.TEST, by=journey.cast.lead, ran_on=today(), outcomes=passed, notes={}
        )


OPERATED: Chapter = ((1, watched), (0, read_by_manager), (1, certificate(400)))
A_NOTICE: Chapter = ((8, notice), (1, read_notice))
A_DEVIATION: Chapter = ((6, deviation), (2, deviation_closed))


# --- What gets in between


def returned(number: int, reason: str, days: int = 2) -> Chapter:
    """Submitted, and returned so many days later."""

    def give_back(journey: Journey) -> None:
        workflow.return_milestone(journey.integration, number, by=journey.cast.staff, reason=reason)

    return (*submitted(number), (days, give_back))


def resubmit(number: int) -> Do:
    """What was asked for is done, and it is submitted anew."""
    return lambda journey: journey.submit(number)


def reopened(number: int, reason: str) -> Do:
    return lambda journey: workflow.reopen(journey.integration, number, by=journey.cast.staff, reason=reason)


def paused(reason: str) -> Do:
    return lambda journey: workflow.pause_integration(journey.integration, by=journey.cast.staff, reason=reason)


def resumed(journey: Journey) -> None:
    workflow.resume_integration(journey.integration, by=journey.cast.staff)


def closed(reason: str) -> Do:
    return lambda journey: workflow.close_integration(journey.integration, by=journey.cast.staff, reason=reason)


def without_contact(journey: Journey) -> None:
    workflow.set_contact(journey.integration, by=journey.cast.staff, contact=None)


def excepted(key: str, reason: str, days: int) -> Do:
    """For so many days from now, as it is now and not in the story."""

    def grant(journey: Journey) -> None:
        until = _ahead(days)
        workflow.grant_exception(journey.integration, key, by=journey.cast.staff, reason=reason, until=until)

    return grant


def remark(about: str, text: str) -> Do:
    """The technical lead says something about a requirement or a milestone, as comments name it."""
    return lambda journey: workflow.add_comment(journey.integration, about, by=journey.cast.lead, text=text)


def meeting_ahead(days: int) -> Do:
    """Planned for so many days from now, as it is now and not in the story, with the technical lead."""

    def plan(journey: Journey) -> None:
        workflow.plan_meeting(
            journey.integration,
            by=journey.cast.manager,
            kind="other",
            held_on=_ahead(days),
            starts_at=datetime.time(10),
            ends_at=datetime.time(11),
            place="Teams",
            agenda="Gå gjennom scenarioene som gjenstår.",
            invited=[journey.cast.lead.pk],
        )

    return plan


def item_for_manager(title: str) -> Do:
    """Digipost adds an item of the integration's own to milestone 1."""
    return lambda journey: workflow.add_item(
        journey.integration,
        by=journey.cast.staff,
        milestone=1,
        title=title,
        description="",
        required=True,
        stands_on=Role.PROJECT_MANAGER,
    )


def follow_up(title: str) -> Do:
    return lambda journey: workflow.add_follow_up(
        journey.integration, by=journey.cast.manager, title=title, description=""
    )


def deferral_proposed(days: int) -> Do:
    """What is open is put off until so many days from now, as it is now, if Digipost accepts."""

    def propose(journey: Journey) -> None:
        until = _ahead(days)
        for item in journey.integration.follow_ups.filter(state=FollowUpState.OPEN):
            workflow.propose_deferral(
                journey.integration,
                item.pk,
                by=journey.cast.manager,
                deferred_to=journey.cast.lead.name,
                deferred_until=until,
            )

    return propose


def deferral_accepted(journey: Journey) -> None:
    proposed = journey.integration.follow_ups.filter(state=FollowUpState.OPEN, proposed_by__isnull=False)
    for item in proposed:
        terms: dict[str, Any] = {"deferred_to": item.deferred_to, "deferred_until": item.deferred_until}
        workflow.accept_deferral(journey.integration, item.pk, by=journey.cast.staff, **terms)


def no_production_tests(journey: Journey) -> None:
    """Decided by the sender, who has agreed by proposing it, and not yet agreed on by Digipost."""
    workflow.set_scope(
        journey.integration,
        by=journey.cast.lead,
        mode=ScopeMode.NOT_NEEDED,
        reason="Den samme løsningen er i drift for andre avsendere.",
        no_print_trial_reason="",
    )


def lead_leaves(journey: Journey) -> None:
    """A fact goes that an approved milestone rests on."""
    member = journey.integration.members.current().get(user=journey.cast.lead)
    workflow.remove_member(journey.integration, member.pk, by=journey.cast.manager)


def joined_by(email: str, role: Role) -> Do:
    def join(journey: Journey) -> None:
        bring_in(journey.integration, User.objects.get(email=email), [role], by=journey.cast.manager)

    return join


def wishes_print(journey: Journey) -> None:
    """Of the services, that alone is decided: a print agreement is asked for."""
    decisions = {Service.PRINT.value: (ServiceChoice.USE, "Til mottakere som ikke er i Digipost")}
    workflow.decide_services(journey.integration, by=journey.cast.owner, decisions=decisions)


def named_reader(email: str) -> Do:
    def name(journey: Journey) -> None:
        reader = journey.integration.members.current().get(user__email=email)
        workflow.name_readers(journey.integration, by=journey.cast.lead, member_ids=[reader.pk], shared_mailbox="")

    return name
