"""3.1 and 4.1: results that machines testify. Proposed from files; recorded by a person, or at once for a build."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .. import clock, policy
from ..evidence import oracles, proposing
from ..evidence.files import Read, Unplaced
from ..evidence.pinned import fingerprints
from ..evidence.proposing import Asked, Ground, Result
from ..evidence.statements import Statement
from ..models import (
    Attestation,
    EventKind,
    Integration,
    PinnedCertificate,
    ProposedResults,
    Scenario,
    User,
)
from ..process import Environment, Outcome, Role, Rung
from . import room
from .door import door
from .move import Move, asks, require_person, stale
from .news import news_of
from .once import adds
from .scenarios import SUBJECT_OF, add_run, may_run_in, require_recordable, require_run_on

KEPT_FOR_DAYS = 30


@adds()
@asks(may_run_in)
def propose_results(
    integration: Integration, environment: Environment, *, by: User, files: Sequence[Read]
) -> ProposedResults:
    """Keep what files say of the scenarios of a set until somebody records it; of the files, no more than that.

    Raises ValidationError when that was done too often today, and, with why, when they say nothing that can be placed.
    Nothing is recorded, and no scenario is made.
    """
    with door(integration, by) as move:
        move.ask(propose_results, environment)
        told = _("Results were proposed %(most)s times in 24 hours, which is the maximum. Try again from %(when)s.")
        by_hand = integration.proposed_results.filter(token=None)
        room.require_turn(by_hand, "made_at", room.PROPOSALS_A_DAY, told)
        proposal = _proposed(move, environment, files)
        if not proposal.results:
            nothing = _("The files show nothing of the scenarios in the set.")
            raise ValidationError({"results": _told(proposal.unplaced) or [nothing]})
        return proposal


def _may_record(move: Move, pk: int) -> None:
    require_person()  # what is proposed to people is confirmed by people
    move.require(policy.Right.RECORD_RUNS)
    may_run_in(move, move.fetch(ProposedResults, pk, ended_at__isnull=True).environment)


@adds(alike=False)
@asks(_may_record)
def record_results(integration: Integration, pk: int, *, by: User, picked: Collection[str]) -> ProposedResults:
    """Record proposed results, of those scenarios (ids) that were `picked`, as who does it may record runs.

    All of them or none. Raises Stale if they were recorded or let go already, or a scenario has left the set since,
    ValidationError as `record_run`, and when an answer has proved something meanwhile.
    """
    with door(integration, by) as move:
        move.ask(record_results, pk)
        proposal = move.fetch(ProposedResults, pk)
        chosen = [one for one in map(proposing.from_kept, proposal.results) if one.code in picked]
        if not chosen:
            raise ValidationError(_("Choose at least one result."))
        _require_all(_refused(move, proposal.environment, chosen), len(chosen))
        _record(move, proposal.environment, chosen)
        move.update(proposal, ended_at=move.now)
        return proposal


@asks(_may_record)
def discard_results(integration: Integration, pk: int, *, by: User) -> None:
    """Let proposed results go. Raises as `record_results`."""
    with door(integration, by) as move:
        move.ask(discard_results, pk)
        move.update(move.fetch(ProposedResults, pk), ended_at=move.now)


def forget_old_results() -> int:
    """Nightly: forget what was proposed KEPT_FOR_DAYS ago, recorded or not; what it proved stays. Returns how many."""
    old = ProposedResults.objects.filter(made_at__lt=clock.now() - KEPT_FOR_DAYS * room.A_DAY)
    forgotten, _by_model = old.delete()
    return forgotten


@adds()
@asks(may_run_in)
def report_results(
    integration: Integration, environment: Environment, *, by: User, files: Sequence[Read]
) -> ProposedResults:
    """Record what a build sends, all that can be; returns what was found, and what was not, already ended.

    What says nothing new adds no run: see `news_of`. What cannot be recorded is told beside what could not be placed,
    and holds up no other. Raises ValidationError if nothing is left, and after too many reports today, Forbidden as
    `record_results`.
    """
    with door(integration, by) as move:
        move.ask(report_results, environment)
        told = _("Results were reported %(most)s times in 24 hours, which is the maximum. Try again from %(when)s.")
        reported = integration.proposed_results.filter(token__isnull=False)
        room.require_turn(reported, "made_at", room.REPORTS_A_DAY, told)
        proposal = _proposed(move, environment, files, reported=True)
        results = [proposing.from_kept(one) for one in proposal.results]
        news = news_of(move, environment, results)
        refused = _refused(move, environment, news)
        left = [one for one in results if one.code not in refused]
        unplaced = [*map(_kept, refused.values()), *proposal.unplaced]
        if not left:
            raise ValidationError(_told(unplaced))
        _record(move, environment, [one for one in news if one.code not in refused])
        move.update(proposal, results=[proposing.as_kept(one) for one in left], unplaced=unplaced, ended_at=move.now)
        return proposal


def _refused(move: Move, environment: str, results: Sequence[Result]) -> dict[str, Unplaced]:
    """What of these cannot be recorded, by the scenario's id, and why. Raises Forbidden for who may record none."""
    scenarios, refused = _scenarios_of(move, environment, results), {}
    ground, pinned = _ground(move, Environment(environment), [], reported=False), _pinned(environment)
    for one in results:
        try:
            _require_still_pinned(one, pinned)
            proposing.require_still_bound(one, ground)
            if one.scenario is not None:
                require_run_on(move, environment, one.ran_on)
                require_recordable(scenarios[one.scenario], one.outcome, one.rung)
        except ValidationError as refusal:
            refused[one.code] = Unplaced(one.code, " ".join(refusal.messages))
    return refused


def _pinned(environment: str) -> set[str]:
    """The fingerprints of Digipost's certificates, as staff have set them now."""
    pinned = PinnedCertificate.objects.current(environment)
    return set(fingerprints(pinned.pem.encode())) if pinned else set()


def _require_still_pinned(result: Result, pinned: set[str]) -> None:
    """Raise ValidationError for what was signed by a certificate that staff have taken away since it was judged."""
    if {said.fingerprint for said in result.statements if said.rung == Rung.SIGNED} - pinned:
        raise ValidationError(_("Digipost's certificate has been replaced since. Read the files again."))


def _require_all(refused: dict[str, Unplaced], of: int) -> None:
    """Raise ValidationError for what is refused of so many, with what to do to record the others."""
    if not refused:
        return
    told = [f"{one.what}: {one.why}" for one in refused.values()]
    if len(refused) < of:
        told.append(
            ngettext(
                "Leave it unmarked to record the others.", "Leave them unmarked to record the others.", len(refused)
            )
        )
    raise ValidationError(told)


def _scenarios_of(move: Move, environment: str, results: Sequence[Result]) -> dict[int, Scenario]:
    """The scenarios that results are of, by primary key. Raises Stale if one has left the set."""
    wanted = {one.scenario for one in results if one.scenario is not None}
    found = move.integration.scenarios.current().filter(environment=environment).in_bulk(wanted)
    if wanted - set(found):
        raise stale()
    return found


def _proposed(
    move: Move, environment: Environment, files: Sequence[Read], *, reported: bool = False
) -> ProposedResults:
    ground = _ground(move, environment, files, reported)
    with nullcontext() if reported else override(settings.LANGUAGE_CODE):  # everybody reads why; a build its own
        results, unplaced = proposing.propose(files, ground)
    return ProposedResults.objects.create(
        integration=move.integration,
        environment=environment,
        files=[file.name for file in files],
        results=[proposing.as_kept(one) for one in results],
        unplaced=[_kept(one) for one in unplaced],
        made_by=move.by,
        token=move.token,
        made_at=move.now,
    )


def _told(unplaced: Iterable[dict[str, str]]) -> list[str]:
    return [f"{one['what']}: {one['why']}" for one in unplaced]


def _kept(unplaced: Unplaced) -> dict[str, str]:
    return {"what": unplaced.what, "why": unplaced.why}


def _ground(move: Move, environment: Environment, files: Sequence[Read], reported: bool) -> Ground:
    accounts = move.integration.accounts
    oracle_of = {basic.code: basic.oracle for basic in move.facts.catalogue}
    scenarios = move.integration.scenarios.current().filter(environment=environment)
    return Ground(
        scenarios=[Asked(one.pk, one.code, oracles.parse(oracle_of.get(one.code, ""))) for one in scenarios],
        account_id=accounts.account_id_of(environment),
        agreed_at=move.integration.accords.get(subject=SUBJECT_OF[environment]).completed_at,
        used=_used(one for file in files for one in file.statements),
        reported=reported,
    )


def _used(statements: Iterable[Statement]) -> frozenset[str]:
    """Which of these have proved something before, here or elsewhere: their digests."""
    digests = [one.digest for one in statements]
    return frozenset(Attestation.objects.filter(digest__in=digests).values_list("digest", flat=True))


def _record(move: Move, environment: str, results: Sequence[Result]) -> None:
    statements = {one.digest: one for result in results for one in result.statements}
    if _used(statements.values()):
        raise _proved_meanwhile()
    of_account = next((result for result in results if result.scenario is None), None)
    knows = {one.digest: of_account.outcome == Outcome.PASSED for one in of_account.statements} if of_account else {}
    ordered = sorted(statements.items())  # as everybody has them: two that record the same wait for each other in turn
    try:
        with transaction.atomic():  # the same may be recorded this very moment, for another integration
            kept = {digest: _keep(move, environment, one, knows.get(digest)) for digest, one in ordered}
    except IntegrityError:
        raise _proved_meanwhile() from None
    if of_account:
        _attest_account(move, environment, of_account)
    scenarios = _scenarios_of(move, environment, results)
    for result in results:
        if result.scenario is not None:
            said: dict[str, Any] = {"ran_on": result.ran_on, "outcome": result.outcome, "rung": result.rung}
            run = add_run(move, scenarios[result.scenario], **said, found=result.found)
            run.attestations.set(kept[one.digest] for one in result.statements)


def _proved_meanwhile() -> ValidationError:
    return ValidationError(_("An answer among them has proved something meanwhile. Read the files again."))


def _keep(move: Move, environment: str, statement: Statement, knows_account: bool | None) -> Attestation:
    """Keep what Digipost said, with what it can be checked by; never the body."""
    return Attestation.objects.create(
        integration=move.integration,
        environment=environment,
        rung=statement.rung,
        signs=sorted(statement.signs),
        at=statement.at,
        sender_id=statement.sender_id,
        about=statement.about,
        digest=statement.digest,
        signed_text=statement.signed_text,
        signature=statement.signature,
        fingerprint=statement.fingerprint,
        knows_account=knows_account,
        recorded_by=move.by,
        recorded_at=move.now,
    )


def _attest_account(move: Move, environment: str, result: Result) -> None:
    """1.4, and in production 3.3: whether Digipost knows the account."""
    known = result.outcome == Outcome.PASSED
    staff = move.holders(Role.ONBOARDING) or User.objects.staff().values_list("pk", flat=True)
    concerned = () if known else staff
    move.log(EventKind.ACCOUNT_ATTESTED, environment, new="known" if known else "unknown", concerns=concerned)
