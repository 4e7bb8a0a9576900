"""A database that an earlier version filled, brought to this one by `manage.py release`. See dump.py for what is kept.

2d77cc5 is the first version that landed: the commit on which the first landing's CI passed, with all five milestones,
operations and the demo story. 7bf7e92 is the second, which sends mail. Every migration that comes is tried here.
"""

from __future__ import annotations

import datetime
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import NoReverseMatch, reverse

from milestones import facts, gates, snapshots
from milestones.mails import announcing, sending
from milestones.models import Event, Integration, Mail, MailKind, Milestone, SendState, User, mail_key
from milestones.process import MILESTONE_NUMBERS
from milestones.reminders import sweep
from tests.addresses.table import READABLE
from tests.amounts import old_databases
from tests.own_database import instead, made
from tests.schema import schema

HERE = Path(__file__).parent
FIRST, SECOND = "2d77cc5", "7bf7e92"
THAT_DAY = datetime.datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("Europe/Oslo"))  # on which both were filled


OF_DJANGOS_OWN = {f"auth_group_permissions id {number} None NO None YES None" for number in ("integer", "bigint")}
"""Its migration made of integers on PostgreSQL what the model makes of larger ones; we have no groups."""


def fill(kept: dict[str, Any]) -> None:
    """Migrate as far as that version did, and load its rows."""
    executor = MigrationExecutor(connection)
    state = executor.migrate([tuple(last) for last in kept["migrations"]])
    by_model: dict[str, list[dict[str, Any]]] = {}
    for row in kept["rows"]:
        by_model.setdefault(row["model"], []).append(row)
    models = [state.apps.get_model(label) for label in by_model]
    with transaction.atomic():
        for model, rows in zip(models, by_model.values(), strict=True):
            model._base_manager.all().delete()  # what its migrations put there is among the rows
            model._base_manager.bulk_create(_as_stored(model, row) for row in rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _as_stored(model: Any, row: dict[str, Any]) -> Any:
    fields = model._meta.concrete_fields
    columns = {name: field for field in fields for name in (field.column.removesuffix("_id"), field.name)}
    said = {name: value for name, value in row["fields"].items() if name in columns}
    return model(pk=row["pk"], **{columns[name].attname: columns[name].to_python(said[name]) for name in said})


def rows_of(kept: dict[str, Any], model: str, *names: str) -> list[tuple[Any, ...]]:
    rows = [row for row in kept["rows"] if row["model"] == f"milestones.{model}"]
    return [(row["pk"], *(row["fields"][name] for name in names)) for row in rows]


def release() -> None:
    call_command("release", verbosity=0)


@pytest.fixture(scope="module", params=old_databases(FIRST, SECOND))
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """What was dumped, in a database that has been brought to this version."""
    dumped = json.loads(gzip.decompress((HERE / f"{request.param}.json.gz").read_bytes()))
    folder = tmp_path_factory.mktemp("upgrade")
    with django_db_blocker.unblock():
        of_the_models = schema()
    with django_db_blocker.unblock(), time_machine.travel(THAT_DAY), made("upgraded", folder) as name, instead(name):
        fill(dumped)
        release()
        yield dumped | {"version": request.param, "schema": of_the_models}


@pytest.fixture(autouse=True)
def _undone(kept: dict[str, Any]) -> Iterator[None]:
    """What a test does to the database is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_migrations_lead_to_what_the_models_say(db: None, kept: dict[str, Any]) -> None:
    """And so to the database that all other tests have, which is made from the models."""
    assert schema() ^ kept["schema"] <= OF_DJANGOS_OWN


def test_what_is_stored_is_what_the_gates_say(kept: dict[str, Any]) -> None:
    stored = list(snapshots.differences())
    assert len(stored) == len(rows_of(kept, "integration")) == 4
    assert not [integration for integration, differs in stored if differs]


def test_release_may_be_run_again(kept: dict[str, Any]) -> None:
    before = list(Integration.objects.order_by("pk").values()), list(Mail.objects.order_by("pk").values())
    release()
    assert (list(Integration.objects.order_by("pk").values()), list(Mail.objects.order_by("pk").values())) == before


def test_what_lists_show_is_stored_anew(kept: dict[str, Any]) -> None:
    Integration.objects.update(waits_on="nobody")
    release()
    assert not [integration for integration, differs in snapshots.differences() if differs]


def test_history_is_as_it_was(kept: dict[str, Any]) -> None:
    names = ("kind", "actor", "subject", "from_value", "to_value", "reason", "integration")
    assert list(Event.objects.order_by("pk").values_list("pk", *names)) == rows_of(kept, "event", *names)


def test_everybody_stands_where_they_stood(kept: dict[str, Any]) -> None:
    names = ("reference", "phase", "status")
    assert list(Integration.objects.order_by("pk").values_list("pk", *names)) == rows_of(kept, "integration", *names)
    assert dict(Milestone.objects.values_list("pk", "state")) == dict(rows_of(kept, "milestone", "state"))


def test_the_gates_say_what_waits(kept: dict[str, Any]) -> None:
    for integration, recorded in facts.all_facts():
        waiting = [item.code for item in integration.waiting_items.order_by("position")]
        assert waiting == [move.code for move in gates.next_moves(recorded)]


def test_every_page_opens_for_both_sides(kept: dict[str, Any]) -> None:
    staff = User.objects.filter(is_staff=True, is_superuser=False).earliest("pk")
    for integration in Integration.objects.all():
        manager = integration.members.filter(roles__role="project_manager", roles__ended_at=None)[0].user
        for person in (staff, manager):
            client = Client()
            client.force_login(person)
            opened = {address: client.get(address).status_code for address in pages(integration)}
            assert {address: status for address, status in opened.items() if status != 200} == {}


def pages(integration: Integration) -> Iterator[str]:
    yield from (reverse(name) for name in ("my_work", "portfolio", "my_mail", "my_data"))
    yield from (reverse("milestone", args=[integration.reference, number]) for number in MILESTONE_NUMBERS)
    for name in sorted(READABLE):
        try:
            yield reverse(name, args=[integration.reference])
        except NoReverseMatch:  # of one row
            continue


def test_nobody_is_told_twice(kept: dict[str, Any]) -> None:
    earlier = dict(rows_of(kept, "mail", "state"))
    assert dict(Mail.objects.values_list("pk", "state")) == earlier
    had = set(Mail.objects.filter(kind=MailKind.DIGEST, state=SendState.SENT).values_list("recipient", flat=True))
    assert (kept["version"] == SECOND) == bool(had)
    waiting = set(Mail.objects.filter(state=SendState.WAITING).values_list("pk", flat=True))
    sweep.tick()
    while sending.send_batch():
        pass
    digests = Mail.objects.filter(kind=MailKind.DIGEST, state=SendState.SENT)
    again = [pk for pk, person in digests.values_list("pk", "recipient") if person in had and pk not in earlier]
    assert again == []
    sent = Mail.objects.filter(pk__in=[pk for pk, state in earlier.items() if state == "sent"])
    assert {row.attempts for row in sent} <= {1}
    assert not Mail.objects.filter(pk__in=waiting, state=SendState.WAITING).exists()
    assert len(mail.outbox) == Mail.objects.filter(state=SendState.SENT).count() - len(sent)


def test_a_mailbox_that_was_told_of_a_notice_is_known_by_its_whole_address(kept: dict[str, Any]) -> None:
    told = Mail.objects.filter(recipient=None)
    assert told.exists() == (kept["version"] == SECOND)
    before = Mail.objects.count()
    for row in told:
        assert row.integration
        assert row.notice
        assert row.key == mail_key(row.address, MailKind.NOTICE, str(row.notice_id))
        announcing.announce_notice(row.integration, row.notice, [], row.address)
    assert Mail.objects.count() == before
