"""What is written by SQL that is made once is stored as Django's own `save` stores it. See milestones/compiled.py."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from milestones import clock, workflow
from milestones.compiled import Compiled, insert, insert_all, update
from milestones.demo import Journey
from milestones.locks import lock_one
from milestones.models import (
    Event,
    EventKind,
    Invitation,
    Member,
    RoleHolding,
    Scenario,
    ScenarioRun,
    SentForm,
    WaitingItem,
)
from milestones.process import Accord, Environment, Outcome, Role, Rung
from tests.cast import Cast, fresh
from tests.made_once import made_once

NOW = datetime.datetime(2026, 11, 28, 12, 0, 0, 123456, tzinfo=datetime.UTC)


@made_once
def with_a_scenario(journey: Journey) -> Journey:
    Scenario.objects.create(integration=journey.integration, environment=Environment.TEST, code="S1", added_at=NOW)
    return journey


def rows_of(journey: Journey) -> dict[type[models.Model], dict[str, Any]]:
    """One of each model that is written so, with texts and lists that want care."""
    ours, by = {"integration": journey.integration}, journey.cast.staff
    member = Member.objects.get(user=journey.cast.manager)
    odd = "Ærlig «talt» 100 % -- %s \\ 'x'"
    item = {
        "code": "1.1",
        "reason": "x",
        "role": Role.ONBOARDING,
        "where": "here",
        "params": [["a", "ø"], ["%s", "2"]],
    }
    run = {"outcome": Outcome.PASSED, "rung": Rung.SAID, "found": {"antall": [1, None, "å"]}, "ran_on": NOW.date()}
    return {
        Event: ours | {"at": NOW, "actor": by, "kind": EventKind.MEMBER_INVITED, "subject": odd, "reason": odd},
        WaitingItem: ours | item | {"position": 999, "since": NOW.date(), "due_on": NOW.date()},
        Scenario: ours | {"environment": Environment.TEST, "code": "S2", "title": odd, "added_at": NOW},
        ScenarioRun: run | {"scenario": Scenario.objects.get(code="S1"), "recorded_by": by, "recorded_at": NOW},
        RoleHolding: {"member": member, "role": Role.OBSERVER, "given_at": NOW},
        Member: ours | {"user": by, "name": odd, "joined_at": NOW},
        Invitation: {"member": member, "email": "å@x.example", "sent_by": by, "sent_at": NOW, "expires_at": NOW},
        SentForm: {"user": by, "number": "", "what": odd, "digest": "d", "row": "", "sent_at": NOW},
    }


def stored_by(write: Callable[[Any], object], model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """The row as the database has it, without its primary key; it is gone again."""
    with transaction.atomic():
        row = model(**values)
        write(row)
        [stored] = model._base_manager.order_by("-pk").values()[:1]
        assert row.pk in (None, stored["id"])
        transaction.set_rollback(True)
    return {name: value for name, value in stored.items() if name != "id"}


def test_a_new_row_is_stored_as_save_stores_it(with_a_scenario: Journey) -> None:
    for model, values in rows_of(with_a_scenario).items():
        saved = stored_by(lambda row: row.save(), model, values)
        assert stored_by(insert, model, values) == saved
        assert stored_by(lambda row: insert_all([row]), model, values) == saved


def test_many_are_stored_in_their_order(with_a_scenario: Journey) -> None:
    values = rows_of(with_a_scenario)[WaitingItem]
    insert_all([WaitingItem(**values | {"position": 1000 + n}) for n in range(3)])
    insert_all([])
    written = WaitingItem.objects.filter(position__gte=1000).order_by("pk")
    assert [(row.position, row.params) for row in written] == [(1000 + n, [["a", "ø"], ["%s", "2"]]) for n in range(3)]


def test_a_row_knows_that_it_is_stored(with_a_scenario: Journey) -> None:
    row = RoleHolding(**rows_of(with_a_scenario)[RoleHolding])
    insert(row)
    assert not row._state.adding
    assert RoleHolding.objects.get(pk=row.pk) == row


def test_what_a_constraint_refuses_is_refused(with_a_scenario: Journey) -> None:
    insert(WaitingItem(**rows_of(with_a_scenario)[WaitingItem]))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(WaitingItem(**rows_of(with_a_scenario)[WaitingItem]))


def test_only_the_fields_that_are_named_are_changed(cast: Cast, journey: Journey) -> None:
    row = journey.integration
    row.certificate_expires_on, row.accepted_by, row.name = clock.today(), cast.other_staff, "Ikke lagret"
    update(row, "certificate_expires_on", "accepted_by")
    stored = fresh(row)
    assert (stored.certificate_expires_on, stored.accepted_by) == (clock.today(), cast.other_staff)
    assert stored.name == "Brev"


def test_a_row_that_is_gone_is_no_row_that_is_changed(journey: Journey) -> None:
    row = SentForm(user=journey.cast.staff, number="", what="x", digest="d", row="", sent_at=NOW)
    insert(row)
    SentForm.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError):
        update(row, "what")
    with pytest.raises(ValueError, match="nothing_of_the_kind"):
        update(row, "what", "nothing_of_the_kind")


def test_one_integrations_rows_are_deleted_and_no_others(cast: Cast, journey: Journey) -> None:
    other = cast.neighbour().integration
    Compiled(WaitingItem.objects.order_by("position")).delete_of(journey.integration.pk)
    assert not journey.integration.waiting_items.exists()
    assert other.waiting_items.exists()


def test_a_set_that_many_scenarios_change_in_one_move_begins_one_new_version(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.scenario_set()
    accord = journey.integration.accords.get(subject=Accord.SCENARIOS)
    journey.integration.scenarios.filter(code__in=["T01", "T02", "T03"]).update(title="I andre ord")
    workflow.add_basic_scenarios(journey.integration, by=cast.lead)
    after = journey.integration.accords.get(subject=Accord.SCENARIOS)
    assert after.version == accord.version + 1
    assert journey.integration.events.filter(kind=EventKind.ACCORD_LAPSED, subject=Accord.SCENARIOS).count() == 1
    assert (bool(after.sender_at), after.digipost_at) == (True, None)  # who puts them in has agreed for their side


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_refused(cast: Cast) -> None:
    integration = cast.journey().integration
    with transaction.atomic():
        lock_one(integration.pk)
    with pytest.raises(transaction.TransactionManagementError):
        lock_one(integration.pk)
