"""On PostgreSQL web, worker and beat connect as a role that owns nothing: everything works, and history stays."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from milestones import app_role, append_only, personal, workflow
from milestones.mails import sending
from milestones.models import CommentVersion, Event, Mail, User
from milestones.process import MilestoneState
from tests.cast import Cast, fresh
from tests.reminders.conftest import MONDAY_MORNING

USED = ["SELECT", "INSERT", "UPDATE", "DELETE"]
ALL = [*USED, "TRUNCATE", "REFERENCES", "TRIGGER"]
PASSWORD = "not-the-owners"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def role(on_postgresql: None, transactional_db: None) -> Iterator[str]:
    """A role of this test database's own; roles belong to the whole server."""
    name = f"{connection.settings_dict['NAME']}_app"
    app_role.prepare(connection, name, PASSWORD)
    yield name
    _run(f'DROP OWNED BY "{name}"', f'DROP ROLE "{name}"')


@pytest.fixture
def as_app(cast: Cast, role: str) -> Iterator[Cast]:
    """The cast, in a product that is connected as the role, as it would be after a restart."""
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=role, PASSWORD=PASSWORD)
    yield cast
    connection.close()
    connection.settings_dict.update(owner)


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def history() -> list[Any]:
    return list(Event.objects.order_by("pk").values())


@time_machine.travel(MONDAY_MORNING)  # mails about events wait while the sending window is closed
def test_the_whole_process_runs_and_an_approval_is_made_on_its_page(as_app: Cast) -> None:
    journey = as_app.journey()
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=as_app.manager)
    client: Client = as_app.client(as_app.staff)
    page = client.get(f"/i/{journey.integration.reference}/milestones/1/")
    seen = page.context["here"].version
    answer = client.post(f"/i/{journey.integration.reference}/milestones/1/approve/", {"seen": seen})
    assert answer.status_code == 302
    assert fresh(journey.integration).milestones.get(number=1).state == MilestoneState.APPROVED
    as_app.neighbour().to_operations()
    while sending.send_batch():
        pass
    assert Mail.objects.filter(state="sent").exists()


def test_a_person_is_erased(as_app: Cast) -> None:
    journey = as_app.journey()
    journey.roles()
    comment = workflow.add_comment(journey.integration, "milestone-1", by=as_app.manager, text="Hilsen Kari Prosjekt")
    workflow.edit_comment(journey.integration, comment.pk, by=as_app.manager, text="Hilsen meg")
    kinds = list(Event.objects.order_by("pk").values_list("pk", "kind", "at"))
    workflow.close_integration(journey.integration, by=as_app.staff, reason="Kari Prosjekt har sluttet.")
    workflow.erase_person(as_app.manager, by=as_app.staff, reason="Krav fra Kari Prosjekt.")
    said = json.dumps(history(), default=str)
    assert "Kari" not in said
    assert User.objects.get(pk=as_app.manager.pk).name in said
    assert CommentVersion.objects.get().text == f"Hilsen {User.objects.get(pk=as_app.manager.pk).name}"
    assert list(Event.objects.order_by("pk").values_list("pk", "kind", "at"))[: len(kinds)] == kinds
    assert personal.anonymise_due() == 0


OTHER_WAYS = [
    "UPDATE milestones_event SET reason = 'x'",
    "SET milestones.rewriting = 'milestones_event'; UPDATE milestones_event SET reason = 'x'",
    "UPDATE milestones_event SET kind = 'closed'",
    "DELETE FROM milestones_event",
    "TRUNCATE milestones_event CASCADE",
    "TRUNCATE milestones_integration CASCADE",
    "INSERT INTO milestones_event SELECT * FROM milestones_event ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    "ALTER TABLE milestones_event DISABLE TRIGGER milestones_event_no_change",
    "ALTER TABLE milestones_event DISABLE TRIGGER ALL",
    "DROP TRIGGER milestones_event_no_change ON milestones_event",
    "CREATE TRIGGER a_trigger BEFORE INSERT ON milestones_event EXECUTE FUNCTION milestones_event_refuse()",
    "DROP FUNCTION milestones_event_refuse() CASCADE",
    "CREATE OR REPLACE FUNCTION milestones_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$",
    "ALTER FUNCTION milestones_event_rewrite(jsonb) RESET ALL",
    "ALTER FUNCTION milestones_event_refuse() SECURITY DEFINER",
    "DROP TABLE milestones_event CASCADE",
    "ALTER TABLE milestones_event RENAME TO former",
    "ALTER TABLE milestones_event ALTER COLUMN reason TYPE text USING ''",
    "CREATE RULE nothing AS ON INSERT TO milestones_event DO INSTEAD NOTHING",
    "ALTER TABLE milestones_event OWNER TO CURRENT_USER",
    "GRANT UPDATE ON milestones_event TO CURRENT_USER; UPDATE milestones_event SET reason = 'x'",
    "SET session_replication_role = replica",
    "RESET SESSION AUTHORIZATION; DELETE FROM milestones_event",
    "SET ROLE NONE; DELETE FROM milestones_event",
    "CREATE TABLE public.milestones_event_new (id int)",
    "CREATE SCHEMA before_it",
    "DELETE FROM django_migrations",
    "COPY milestones_event FROM PROGRAM 'true'",
]


def test_history_is_changed_in_no_other_way(as_app: Cast) -> None:
    as_app.journey()
    before, got_through = history(), []
    for statement in OTHER_WAYS:
        with contextlib.suppress(DatabaseError), transaction.atomic():
            connection.check_constraints()  # else TRUNCATE and ALTER are refused for a reason of their own
            _run(statement)
            got_through.append(statement)
    assert got_through == []
    assert history() == before


def test_becoming_the_owner_is_refused(as_app: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'milestones_event'")
        (owner,) = cursor.fetchone()
    for statement in (f"SET ROLE {owner}", f"SET SESSION AUTHORIZATION {owner}", f"GRANT {owner} TO CURRENT_USER"):
        with pytest.raises(DatabaseError), transaction.atomic():
            _run(statement)


def test_the_way_for_erasing_changes_neither_when_nor_what_nor_where(as_app: Cast) -> None:
    as_app.journey()
    before = history()
    beyond = {"kind": "closed", "at": "2020-01-01T00:00:00Z", "integration_id": 0, "id": 99, "reason": "Slettet"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT milestones_event_rewrite(%s)", [json.dumps([[before[0]["id"], beyond]])])
    assert history() == [before[0] | {"reason": "Slettet"}, *before[1:]]
    with pytest.raises(DatabaseError), transaction.atomic():
        _run("UPDATE milestones_event SET reason = 'x'")  # nothing stays lifted


def test_the_way_for_erasing_finds_no_table_that_stands_before_ours(as_app: Cast) -> None:
    as_app.journey()
    first = history()[0]["id"]
    _run("CREATE TEMPORARY TABLE milestones_event AS SELECT * FROM public.milestones_event")
    _run("SET search_path = pg_temp, public")
    append_only.rewrite(connection, [(first, {"reason": "Slettet"})])
    _run("DROP TABLE pg_temp.milestones_event", "RESET search_path")
    assert Event.objects.get(pk=first).reason == "Slettet"


def test_nobody_else_may_rewrite_and_what_is_new_can_be_used_at_once(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, proacl::text FROM pg_proc WHERE proname = 'milestones_event_rewrite'")
        as_owner, rights = cursor.fetchone()
        assert (as_owner, "{=X" in rights or ",=X" in rights) == (True, False)
        _run("CREATE TABLE a_new_one (id int)")
        cursor.execute("SELECT p, has_table_privilege(%s, 'a_new_one', p) FROM unnest(%s) AS p", [role, ALL])
        assert dict(cursor.fetchall()) == {privilege: privilege in USED for privilege in ALL}
        _run("DROP TABLE a_new_one")


@pytest.mark.parametrize(
    ("might", "why"),
    [("SUPERUSER", "could do anything"), ("CREATEROLE", "could do anything"), ("IN ROLE {owner}", "a member of it")],
)
def test_a_role_that_could_do_more_is_refused(role: str, might: str, why: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    _run(f'CREATE ROLE "{role}_2" ' + might.format(owner=owner))
    try:
        with pytest.raises(CommandError, match=why):
            call_command("app_role", f"{role}_2")
    finally:
        _run(f'DROP ROLE "{role}_2"')


def test_the_owner_itself_is_not_the_apps_role(on_postgresql: None, settings: Any) -> None:
    settings.APP_DATABASE = connection.settings_dict
    with pytest.raises(CommandError, match="Name another role"):
        call_command("release", verbosity=0)


def test_the_statements_can_be_printed_for_somebody_else_to_run(role: str) -> None:
    printed = StringIO()
    call_command("app_role", role, "--print", stdout=printed)
    _run(printed.getvalue())
    assert f'GRANT EXECUTE ON FUNCTION "public"."milestones_event_rewrite"(jsonb) TO "{role}";' in printed.getvalue()


def test_release_makes_the_role_and_gives_it_another_password(role: str, settings: Any) -> None:
    settings.APP_DATABASE = {"USER": role, "PASSWORD": "another"}
    for _time in range(2):
        call_command("release", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")


@pytest.mark.embedded_default
def test_sqlite_has_no_roles(db: None, settings: Any) -> None:
    with pytest.raises(CommandError, match="SQLite has no roles"):
        call_command("app_role", "tracker_app")
    settings.APP_DATABASE = {"USER": "tracker_app", "PASSWORD": ""}
    with pytest.raises(CommandError, match="for PostgreSQL"):
        call_command("release", verbosity=0)
