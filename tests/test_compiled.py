"""What is written by SQL that is made once is stored as Django's own `save` stores it. See milestones/compiled.py."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models.functions import Lower

from milestones import clock, workflow
from milestones.compiled import AT_ONCE, Compiled, given, insert, insert_all, update
from milestones.demo import Journey
from milestones.locks import lock_one
from milestones.models import (
    Event,
    EventKind,
    Invitation,
    Mail,
    MailKind,
    Member,
    Milestone,
    RoleHolding,
    Scenario,
    ScenarioRun,
    SentForm,
    WaitingItem,
)
from milestones.process import Accord, Environment, Outcome, Role, Rung
from tests.cast import Cast, fresh
from tests.made_once import made_once

NOW = datetime.datetime(2027, 3, 5, 12, 0, 0, 123456, tzinfo=datetime.UTC)


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


A_MOMENT = datetime.timedelta(minutes=1)


def a_mail(journey: Journey, key: str, **values: Any) -> Mail:
    return Mail(key=key, kind=MailKind.MENTIONED, recipient=journey.cast.lead, day=NOW.date(), **values)


def test_a_default_that_the_database_computes_is_computed_as_bulk_create_has_it(journey: Journey) -> None:
    Mail.objects.bulk_create([a_mail(journey, "bulk")])
    insert_all([a_mail(journey, "first"), a_mail(journey, "second")])
    insert(a_mail(journey, "third"))
    mails = Mail.objects.filter(key__in=["bulk", "first", "second", "third"]).order_by("pk")
    assert [one.key for one in mails] == ["bulk", "first", "second", "third"]
    assert mails[0].created_at <= mails[1].created_at <= mails[3].created_at
    assert all(abs(one.created_at - one.next_attempt_at) < A_MOMENT for one in mails)
    assert len({(one.state, one.attempts, one.claim, one.forced, one.address) for one in mails}) == 1


def test_what_is_there_already_is_kept_where_conflicts_are_ignored(journey: Journey) -> None:
    insert_all([a_mail(journey, "once", detail="first")])
    insert_all([a_mail(journey, "once", detail="second"), a_mail(journey, "more")], ignore_conflicts=True)
    assert set(Mail.objects.filter(key__in=["once", "more"]).values_list("key", "detail")) == {
        ("once", "first"),
        ("more", ""),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([a_mail(journey, "once")])


def test_more_rows_than_one_statement_takes_are_all_stored(journey: Journey) -> None:
    insert_all([a_mail(journey, f"many-{number}") for number in range(AT_ONCE + 1)])
    assert Mail.objects.filter(key__startswith="many-").count() == AT_ONCE + 1


def test_another_value_than_the_computed_one_is_stored_too_and_so_is_any_expression(journey: Journey) -> None:
    insert_all([a_mail(journey, "now"), a_mail(journey, "later", next_attempt_at=NOW)])
    insert(a_mail(journey, "odd", detail=Lower(models.Value("ÆRLIG TALT".swapcase()))))
    assert Mail.objects.get(key="later").next_attempt_at == NOW
    assert Mail.objects.get(key="odd").detail == "ærlig talt"


@pytest.mark.parametrize("travels_first", [True, False])
def test_the_databases_clock_is_asked_anew_each_time(journey: Journey, *, travels_first: bool) -> None:
    """Tests that travel take it along: then a moment is sent with the row, and else none."""
    for number, travels in enumerate((travels_first, not travels_first)):
        with time_machine.travel(NOW) if travels else nullcontext():
            insert_all([a_mail(journey, f"mail {number}")])
        assert (abs(Mail.objects.get(key=f"mail {number}").created_at - NOW) < A_MOMENT) == travels


def test_rows_are_read_by_what_is_given(cast: Cast, journey: Journey) -> None:
    other = cast.neighbour().integration
    asked = Compiled(Milestone.objects.filter(integration=given("integration"), number=given("number")))
    assert [one.pk for one in asked.given(integration=other.pk, number=2)] == [other.milestones.get(number=2).pk]
    assert asked.given_one(integration=journey.integration.pk, number=2).integration == journey.integration
    assert asked.given(integration=other.pk, number=7) == []
    with pytest.raises(Milestone.DoesNotExist):
        asked.given_one(integration=other.pk, number=7)
    by_text = Compiled(Milestone.objects.filter(integration=given("integration"), state=given("state")))
    odd = "' or 1=1 -- %s"
    assert by_text.given(integration=other.pk, state=odd) == []
    with pytest.raises(KeyError):
        by_text.given(integration=other.pk)


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
