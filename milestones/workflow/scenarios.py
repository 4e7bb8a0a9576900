"""3.1 and 4.1: the scenario sets and their runs; the catalogue that sets start from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import clock, gates, locks, policy, snapshots
from ..compiled import Compiled, given, insert
from ..evidence import oracles
from ..models import CatalogueScenario, Document, EventKind, Integration, Scenario, ScenarioRun, User
from ..process import Accord, Environment, Outcome, Rung, is_basic_id
from . import accords, room
from .door import door
from .move import Move, asks, stale
from .once import adds

SUBJECT_OF = {Environment.TEST: Accord.SCENARIOS, Environment.PRODUCTION: Accord.SCOPE}


def add_basic_scenarios(integration: Integration, *, by: User, seen: int | None = None) -> None:
    """Put every basic scenario that applies into the test set, as required and in the catalogue's words.

    One that is there in other words is replaced: its runs tell of what they were run for. Who does it has agreed to
    the set for their own side, if it is the one they saw: `seen`, as of `accords.proposing`, here and below.
    """
    with door(integration, by) as move:
        move.require(policy.Right.EDIT_SCENARIOS)
        present = {row.code: row for row in integration.scenarios.current().filter(environment=Environment.TEST)}
        with accords.proposing(move, Accord.SCENARIOS, seen):
            applicable = gates.applicable_scenarios(move.facts)
            _require_room(move, Environment.TEST, sum(basic.code not in present for basic in applicable))
            for basic in applicable:
                _ensure(move, basic, present.get(basic.code))


def _ensure(move: Move, basic: gates.BasicScenarioFact, row: Scenario | None) -> None:
    if row and (row.title, row.passes_when) != (basic.title, basic.passes_when):
        _remove(move, row)
        row = None
    if row is None:
        _add(move, Environment.TEST, basic.code, basic.title, basic.passes_when, required=True)
    elif not row.required:
        move.update(row, required=True)
        move.log(EventKind.SCENARIO_CHANGED, row.code, old="optional", new="required")
        accords.lapse(move, Accord.SCENARIOS)


@adds(alike=False)
@asks(policy.Right.EDIT_SCENARIOS)
def add_scenario(
    integration: Integration,
    *,
    by: User,
    environment: Environment,
    code: str,
    title: str,
    passes_when: str,
    required: bool = True,
    print_trial: bool = False,
    seen: int | None = None,
) -> Scenario:
    """Add a scenario in words of one's own.

    Raises ValidationError (by field) if the id is taken in the set, or is one of the catalogue's kind and this is not
    that basic scenario, word by word.
    """
    with door(integration, by) as move:
        move.ask(add_scenario)
        basic = CatalogueScenario.objects.in_force().filter(code=code, title=title, passes_when=passes_when)
        if is_basic_id(code) and not basic.exists():
            raise ValidationError(
                {"code": _("T and a number is a basic scenario's id. Give your own another, as in E01.")}
            )
        if integration.scenarios.current().filter(environment=environment, code=code).exists():
            raise ValidationError({"code": _("The set has a scenario with this id already.")})
        with accords.proposing(move, SUBJECT_OF[environment], seen):
            _require_room(move, environment, 1)
            return _add(move, environment, code, title, passes_when, required=required, print_trial=print_trial)


def remove_scenario(integration: Integration, scenario_id: int, *, by: User, seen: int | None = None) -> None:
    """Take a scenario out of its set; its runs stay on file."""
    with door(integration, by) as move:
        move.require(policy.Right.EDIT_SCENARIOS)
        scenario = move.fetch(Scenario, scenario_id, removed_at__isnull=True)
        with accords.proposing(move, SUBJECT_OF[Environment(scenario.environment)], seen):
            _remove(move, scenario)


def _remove(move: Move, scenario: Scenario) -> None:
    move.update(scenario, removed_at=move.now)
    move.log(EventKind.SCENARIO_REMOVED, scenario.code, old=scenario.title)
    accords.lapse(move, SUBJECT_OF[Environment(scenario.environment)])


def _may_run(move: Move, scenario_id: int) -> None:
    move.require(policy.Right.RECORD_RUNS)
    may_run_in(move, move.fetch(Scenario, scenario_id, removed_at__isnull=True).environment)


def may_run_in(move: Move, environment: str) -> None:
    """Raise what stands in the way of recording runs there."""
    move.require(policy.Right.RECORD_RUNS)
    if environment == Environment.PRODUCTION:
        move.require_nothing_unmet(production_blockers(move.facts))


@adds()
@asks(_may_run)
def record_run(
    integration: Integration,
    scenario_id: int,
    *,
    by: User,
    ran_on: datetime.date,
    outcome: Outcome,
    note: str = "",
    document: File[Any] | None = None,
) -> ScenarioRun:
    """Record how a scenario went. No run in production is accepted before milestone 3 is approved (4.1).

    By a token, a build has reported it. Raises ValidationError (by field) for a date ahead, or in production before it
    was opened; Forbidden for who approved the tests, for Digipost.
    """
    with door(integration, by) as move:
        move.ask(record_run, scenario_id)
        scenario = move.fetch(Scenario, scenario_id, removed_at__isnull=True)
        require_run_on(move, scenario.environment, ran_on)
        return _record(move, scenario, ran_on, outcome, note, move.store(document))


@adds()
@asks(may_run_in)
def record_runs(
    integration: Integration,
    environment: Environment,
    *,
    by: User,
    ran_on: datetime.date,
    outcomes: Mapping[int, Outcome],
    notes: Mapping[int, str],
    document: File[Any] | None = None,
) -> ScenarioRun:
    """Record how many scenarios of one set went on one day, all of them or none; returns the last of the runs.

    The mappings are by the scenario's primary key: at least one outcome, and what notes there are. The document shows
    all of them.
    Raises as `record_run`, and Stale for a scenario that is no longer in the set.
    """
    with door(integration, by) as move:
        move.ask(record_runs, environment)
        if not outcomes:
            raise ValidationError(_("Choose an outcome for at least one scenario."))
        require_run_on(move, environment, ran_on)
        stored = move.store(document)
        in_the_set = move.integration.scenarios.current().filter(environment=environment).in_bulk(list(outcomes))
        if in_the_set.keys() != outcomes.keys():
            raise stale()
        for pk, outcome in outcomes.items():
            run = _record(move, in_the_set[pk], ran_on, outcome, notes.get(pk, ""), stored)
        return run


def require_run_on(move: Move, environment: str, ran_on: datetime.date) -> None:
    """Raise for a day on which nothing can have been run there, and for who has approved what the runs show."""
    move.require_past(ran_on=ran_on)
    if environment == Environment.TEST:
        move.require_someone_else(move.integration.verification.approved_by_id)
        return
    opened = move.production_opened_on
    if opened is None or ran_on < opened:
        raise ValidationError({"ran_on": _("Nothing was run before production was opened.")})


def _record(
    move: Move, scenario: Scenario, ran_on: datetime.date, outcome: Outcome, note: str, document: Document | None
) -> ScenarioRun:
    said = Rung.REPORTED if move.token else Rung.SAID
    rung = Rung.DOCUMENT if document else said
    return add_run(move, scenario, ran_on=ran_on, outcome=outcome, rung=rung, note=note, document=document)


def add_run(
    move: Move, scenario: Scenario, *, ran_on: datetime.date, outcome: Outcome, rung: Rung, **details: Any
) -> ScenarioRun:
    """Add a run of a scenario, once its door has asked who may; `details` are other columns of `ScenarioRun`.

    Raises as `require_recordable`.
    """
    require_recordable(scenario, outcome, rung)
    run = ScenarioRun(
        scenario=scenario,
        ran_on=ran_on,
        outcome=outcome,
        rung=rung,
        recorded_by=move.by,
        recorded_at=move.now,
        **details,
    )
    run.behind_id = _behind(run)
    insert(run)
    move.log(EventKind.RUN_RECORDED, f"{scenario.code} {scenario.environment} {rung}", new=outcome, reason=run.note)
    return run


def _behind(run: ScenarioRun) -> int | None:
    """Before which run of its day it is sorted though it is recorded later: one that is known as well, and by its time
    to have happened after it.
    """
    if run.happened_at is None:
        return None
    of_its_day = ScenarioRun.objects.filter(scenario=run.scenario, ran_on=run.ran_on)
    later = [
        one.behind_id or one.pk
        for one in of_its_day
        if one.happened_at and one.happened_at > run.happened_at and Rung(one.rung).reaches(Rung(run.rung))
    ]
    return min(later, default=None)


_BEFORE = Compiled(
    ScenarioRun.objects.filter(  # also of one that left the set, and came back
        scenario__integration=given("integration"),
        scenario__environment=given("environment"),
        scenario__code=given("code"),
    ).values_list("scenario_id", "rung", "outcome", "ran_on", named=True)
)
"""Of the runs of a scenario that were recorded before, what another is judged by."""


def require_recordable(scenario: Scenario, outcome: Outcome, rung: Rung) -> None:
    """Raise ValidationError when it has as many runs as there may be, and for a pass that is known less well than that
    Digipost itself said it failed.
    """
    runs = _BEFORE.given(integration=scenario.integration_id, environment=scenario.environment, code=scenario.code)
    if sum(run.scenario_id == scenario.pk for run in runs) >= room.RUNS:
        full = _("%(scenario)s has %(most)s runs, which is the maximum. Remove it from the set and add it again.")
        raise ValidationError(full % {"scenario": scenario.code, "most": room.RUNS})
    if outcome == Outcome.PASSED and not rung.reaches(Rung.SIGNED):
        _require_no_better_known_failure(scenario, runs)


def _require_no_better_known_failure(scenario: Scenario, runs: list[Any]) -> None:
    """What Digipost says beats what is said: its own word that something failed stands until its word that it passed.

    A receipt is Digipost's word too, but nobody has signed it: only a signed failure stands against what is below.
    """
    signed = next((run for run in runs if run.rung == Rung.SIGNED), None)  # also where something was said after it
    if signed is not None and signed.outcome == Outcome.FAILED:
        told = _(
            "Digipost signed on %(day)s that %(scenario)s failed. Only a newer answer that is signed says otherwise."
        )
        day = date_format(signed.ran_on, "SHORT_DATE_FORMAT")
        raise ValidationError(told % {"scenario": scenario.code, "day": day})


def production_blockers(facts: gates.Facts) -> list[gates.Unmet]:
    """What must be in place before anything is tested in production."""
    return gates.milestone_blockers(3, facts)


@asks(policy.Right.EDIT_SCENARIOS)
def set_scope(
    integration: Integration,
    *,
    by: User,
    mode: str,
    reason: str,
    no_print_trial_reason: str,
    picked: Iterable[int] = (),
    trials: Iterable[int] = (),
    seen: int | None = None,
) -> None:
    """Decide whether tests are run in production, and which: both sides must agree (anew) afterwards.

    `picked` are agreed test scenarios, by primary key, that are run in production too, in the same words; those in
    `trials` as the trial of print. Raises Stale if one is no longer agreed.
    """
    with door(integration, by) as move:
        move.ask(set_scope)
        scope = move.integration.production_scope
        new = {"mode": mode, "reason": reason, "no_print_trial_reason": no_print_trial_reason}
        with accords.proposing(move, Accord.SCOPE, seen):
            if any(getattr(scope, name) != value for name, value in new.items()):
                old = scope.mode
                move.update(scope, **new)
                move.log(EventKind.SCOPE_CHANGED, "4.1", old=old, new=mode, reason=reason or no_print_trial_reason)
                accords.lapse(move, Accord.SCOPE)
            _pick(move, set(picked), set(trials))


def _pick(move: Move, picked: set[int], trials: set[int]) -> None:
    """Into the production set, once each."""
    agreed = _agreed_scenarios(move.integration) if picked | trials else []
    if not picked | trials <= {row.pk for row in agreed}:
        raise stale()
    present = move.integration.scenarios.current().filter(environment=Environment.PRODUCTION)
    taken = {row.code: row for row in present}
    new = [row for row in agreed if row.pk in picked | trials and row.code not in taken]
    _require_room(move, Environment.PRODUCTION, len(new))
    for row in agreed:
        if row in new:
            said = (row.code, row.title, row.passes_when)
            _add(move, Environment.PRODUCTION, *said, required=True, print_trial=row.pk in trials)
        elif row.pk in trials and not taken[row.code].print_trial:
            move.update(taken[row.code], print_trial=True)
            move.log(EventKind.SCENARIO_CHANGED, row.code, new="print_trial")
            accords.lapse(move, Accord.SCOPE)


def _agreed_scenarios(integration: Integration) -> list[Scenario]:
    """The test scenarios, if both sides agree on the set: those of which some can be run in production."""
    if not integration.accords.get(subject=Accord.SCENARIOS).complete:
        return []
    return list(integration.scenarios.current().filter(environment=Environment.TEST))


def _add(
    move: Move,
    environment: Environment,
    code: str,
    title: str,
    passes_when: str,
    *,
    required: bool,
    print_trial: bool = False,
) -> Scenario:
    scenario = Scenario(
        integration=move.integration,
        environment=environment,
        code=code,
        title=title,
        passes_when=passes_when,
        required=required,
        print_trial=print_trial,
        added_at=move.now,
    )
    insert(scenario)
    move.log(EventKind.SCENARIO_ADDED, code, new=title)
    accords.lapse(move, SUBJECT_OF[environment])
    return scenario


@transaction.atomic
def edit_catalogue(
    *,
    by: User,
    code: str,
    title: str,
    passes_when: str,
    interface: str,
    condition: str,
    expected_id: int | None,
    least_rung: str = Rung.SAID,
    max_age_days: int | None = None,
    oracle: str = "",
    touched_by: Iterable[str] = (),
) -> CatalogueScenario:
    """Add a basic scenario, or put a new version in force; sets that are agreed keep what was agreed.

    A run counts from `least_rung` on, and for `max_age_days` after its day, None for as long as may be; `oracle` says
    which words of Digipost's prove it. It is retested after a declared change of a kind in `touched_by`.
    `expected_id` is the version the page showed, None for a new one. Raises Forbidden for others than staff, Stale if
    somebody edited it meanwhile, ValidationError if a new one's id is taken, or of another kind than T and a number,
    or if no run could be known as well as is asked.
    """
    policy.require_staff(by)
    if not is_basic_id(code):
        raise ValidationError({"code": _("Use T and a number, as in T27.")})
    oracles.require_reachable(oracle, Rung(least_rung))
    locks.lock_all()  # before the time is taken: what is agreed while we wait is judged by what was in force
    current = CatalogueScenario.objects.select_for_update().in_force().filter(code=code).first()
    if current is not None and expected_id is None:
        raise ValidationError({"code": _("The catalogue has a scenario with this id already.")})
    if (current.pk if current else None) != expected_id:
        raise stale()
    now = clock.now()
    _retire(current, now, by)
    entry = _put_in_force(
        code=code,
        title=title,
        passes_when=passes_when,
        interface=interface,
        condition=condition,
        least_rung=least_rung,
        max_age_days=max_age_days,
        oracle=oracle,
        touched_by=list(touched_by),
        valid_from=now,
        changed_by=by,
    )
    snapshots.refresh_all()  # sets that are not agreed are judged by the catalogue of today
    return entry


def _put_in_force(**said: Any) -> CatalogueScenario:
    """A new version, as `said`; Stale if somebody else added the same id at the same moment."""
    try:
        with transaction.atomic():
            return CatalogueScenario.objects.create(**said)
    except IntegrityError:
        raise stale() from None


@transaction.atomic
def retire_from_catalogue(*, by: User, expected_id: int) -> None:
    """Take a basic scenario out of the catalogue. Raises as `edit_catalogue`."""
    policy.require_staff(by)
    locks.lock_all()
    current = CatalogueScenario.objects.select_for_update().in_force().filter(pk=expected_id).first()
    if current is None:
        raise stale()
    _retire(current, clock.now(), by)
    snapshots.refresh_all()


def _retire(entry: CatalogueScenario | None, now: datetime.datetime, by: User) -> None:
    if entry is not None:
        entry.valid_to, entry.ended_by = now, by
        entry.save(update_fields=["valid_to", "ended_by"])


def _require_room(move: Move, environment: Environment, more: int) -> None:
    if not more:
        return
    in_the_set = move.integration.scenarios.current().filter(environment=environment)
    full = _("The set has %(most)s scenarios, which is the maximum. Remove one first.")
    room.require_room(in_the_set.count(), room.SCENARIOS, full, more=more)
