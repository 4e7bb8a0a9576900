"""The drill: back up, lose everything, restore, by the very commands of docs/operations.md; nothing is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from milestones import workflow
from milestones.models import Document, Event, Integration, Mail, User
from tests.cast import build_cast
from tests.mailing import FRIDAY
from tests.own_database import instead, made, on_server

TOLD = Path(__file__).parent.parent.parent / "docs" / "operations.md"
AS_READ_AGAIN = re.compile(r"::(character varying|text)(\[\])?|[()]")
"""In which PostgreSQL prints a condition otherwise when it has read its own print of it."""
PASSWORD = "not-the-owners"
UNCHANGED = ["UPDATE milestones_event SET reason = 'x'", "DELETE FROM milestones_event"]


pytestmark = pytest.mark.django_db


class Kept(NamedTuple):
    """What there was before everything was lost, and what was said when it was back."""

    rows: dict[str, list[Any]]
    files: dict[str, bytes]
    schema: list[str]
    said: str


def told(heading: str) -> list[str]:
    """The blocks of commands that stand under a heading."""
    text = TOLD.read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE)
    assert section, f"{TOLD.name} has no section “{heading}”"
    return [textwrap.dedent(block) for block in re.findall(r"(?:^    .*\n)+", section[1], re.MULTILINE)]


def run(commands: str, folder: Path) -> str:
    """Run them as somebody in a shell would who has set what they name; returns what they print."""
    database = connection.settings_dict
    known = {
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(database),
        "APP_ROLE": role_of(database["NAME"]),
        "DOCUMENT_ROOT": str(folder / "documents"),
        "BACKUP": str(folder / "backup"),
        "VAR_DIR": str(folder),
    }
    script = ["bash", "-euo", "pipefail", "-c", commands]
    done = subprocess.run(script, env=os.environ | known, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def role_of(name: str) -> str:
    """The app's role, which is the same before and after; on the server it is this test's own."""
    return name.rpartition("_")[0] + "_drill"


def everything(folder: Path) -> tuple[dict[str, list[Any]], dict[str, bytes]]:
    """Each row of each table, and each file."""
    models = apps.get_models(include_auto_created=True)
    rows = {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return rows, files


def schema() -> list[str]:
    """Tables, constraints, triggers, functions and rights, as lines."""
    if connection.vendor == "postgresql":
        printed = run('pg_dump --schema-only "$DATABASE_URL"', Path())
        printed = re.sub(r"^\\(un)?restrict .*", "", printed, flags=re.MULTILINE)  # a word that is drawn anew
        return sorted(AS_READ_AGAIN.sub("", printed).splitlines())
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
        return [sql for (sql,) in cursor.fetchall()]


def a_story() -> None:
    """Two senders, with documents, comments, approvals, and mail that waits."""
    cast = build_cast()
    journey = cast.journey()
    journey.milestone_1()
    workflow.add_comment(journey.integration, "milestone-1", by=cast.manager, text="Takk!")
    journey.kickoff()
    cast.neighbour().milestone_1_facts()


@contextmanager
def _a_role(name: str) -> Iterator[None]:
    """Nobody has it before, nor afterwards; it goes with the databases."""
    if connection.vendor != "postgresql":
        yield
        return
    on_server(f'DROP ROLE IF EXISTS "{name}"')
    try:
        yield
    finally:
        on_server(f'DROP ROLE IF EXISTS "{name}"')


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[Kept]:
    """A database and its documents that were backed up, lost, and restored."""
    on_postgresql = connection.vendor == "postgresql"
    if on_postgresql and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")
    folder = tmp_path_factory.mktemp("drill")
    documents = folder / "documents"
    role = role_of(f"{connection.settings_dict['NAME']}_")
    app = {"USER": role, "PASSWORD": PASSWORD} if on_postgresql else {}
    (folder / "backup").mkdir()
    back_up, restore = told("On PostgreSQL" if on_postgresql else "On SQLite")
    with (
        django_db_blocker.unblock(),
        time_machine.travel(FRIDAY),
        override_settings(MEDIA_ROOT=str(documents), APP_DATABASE=app, PARSER_PLACES=folder / "parsers"),
    ):
        with _a_role(role), made("told", folder, migrated=True) as name, instead(name):
            call_command("release", verbosity=0)
            a_story()
            before = (*everything(documents), schema())
            run(back_up, folder)
        shutil.rmtree(documents)
        with _a_role(role), made("restored", folder) as name, instead(name):
            run(restore, folder)
            yield Kept(*before, _prove())


def _prove() -> str:
    """Run what the docs say to run afterwards; returns what it prints. What finds something wrong fails."""
    (commands,) = told("Afterwards")
    said = StringIO()
    for name in re.findall(r"^python manage\.py (\w+)$", commands, re.MULTILINE):
        call_command(name, stdout=said)
    return said.getvalue()


@pytest.fixture
def as_app(kept: Kept) -> Iterator[None]:
    """The product is connected as the role that owns nothing, and what it does is undone; SQLite has no roles."""
    name = connection.settings_dict["NAME"]
    whom = {"USER": role_of(name), "PASSWORD": PASSWORD} if connection.vendor == "postgresql" else {}
    if not whom:
        yield
        return
    with instead(name, **whom), transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def test_release_and_both_proofs_find_nothing_wrong(kept: Kept) -> None:
    assert "What was stored of 0 integrations was not what the gates say now." in kept.said
    assert "2 integrations checked, 0 differ." in kept.said
    assert "2 documents checked, 0 not as recorded." in kept.said


def test_every_row_and_every_file_is_back(kept: Kept) -> None:
    rows, files = everything(Path(settings.MEDIA_ROOT))
    changed = [label for label, before in kept.rows.items() if rows[label] != before]
    assert changed == []
    assert files == kept.files
    assert len(files) == 4  # with their previews
    assert all(kept.rows[model._meta.label] for model in (Event, Integration, Mail, Document))


def test_tables_triggers_and_rights_are_the_same(kept: Kept) -> None:
    assert schema() == kept.schema


def test_history_is_still_refused_to_be_changed(kept: Kept) -> None:
    assert [statement for statement in UNCHANGED if not refused(statement)] == []


def test_the_apps_role_changes_no_history_either(kept: Kept, on_postgresql: None, as_app: None) -> None:
    ways = [*UNCHANGED, "DROP TRIGGER milestones_event_no_change ON milestones_event", "TRUNCATE milestones_event"]
    assert [statement for statement in ways if not refused(statement)] == []


def test_work_goes_on(kept: Kept, as_app: None) -> None:
    integration = Integration.objects.earliest("pk")
    manager = User.objects.get(email="kari@fjordvik.example")
    before = Event.objects.count()
    workflow.add_comment(integration, "milestone-2", by=manager, text="Da er vi i gang igjen.")
    assert Event.objects.count() == before + 1
