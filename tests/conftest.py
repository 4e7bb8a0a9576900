"""What every test gets: a fast hasher, documents and messages in a temporary folder, and Debian's Chromium."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQLOperations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from milestones import append_only
from milestones.clock import DatabaseNow
from milestones.demo import Journey
from milestones.documents import parsing
from milestones.models import Mail
from tests.amounts import choose_turn, has_its_turn
from tests.cast import Cast, add_observer, build_cast
from tests.made_once import made_once, set_stage
from tests.mailing import FRIDAY, Send, send_all_due
from tests.register import Register, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""Debian's, without the wrapper, which runs as the packaged service's user alone."""
NODE = shutil.which("node")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Playwright runs an event loop in the test's thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


# Before any fixture, also one that makes a cast for a whole file: the real one takes 0.4 s a password.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure(config: pytest.Config) -> None:
    """Where services are required, a missing one is an error and not a skipped test."""
    choose_turn()
    redis = shutil.which("redis-server")
    found = {"Chromium": os.path.exists(CHROMIUM), "nginx": NGINX, "redis-server": redis, "node": NODE}
    found["pg_dump"] = shutil.which("pg_dump")
    found |= {"pgbouncer": PGBOUNCER, "rabbitmq-server": os.path.exists(RABBITMQ)}
    missing = ", ".join(name for name in found if not found[name])
    if os.environ.get("REQUIRE_SERVICES") and missing:
        raise pytest.UsageError(f"Required here and not installed: {missing}.")


def _flush_around_triggers(self: Any, sql_list: list[str]) -> None:
    """A test's database is emptied with DELETE or TRUNCATE, which the history's own triggers refuse."""
    for kept in append_only.HISTORY:
        append_only.remove(self.connection, kept)
    _execute_sql_flush(self, sql_list)
    for kept in append_only.HISTORY:
        append_only.install(self.connection, kept)


_execute_sql_flush = BaseDatabaseOperations.execute_sql_flush
BaseDatabaseOperations.execute_sql_flush = _flush_around_triggers  # type: ignore[method-assign,assignment]


def _flush_by_deleting(self: PostgreSQLOperations, style: Any, tables: Any, **how: Any) -> list[str]:
    """DELETE costs next to nothing where there are few rows; TRUNCATE makes each of the files anew, on the disk."""
    deleting = [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608
    return ["SET LOCAL session_replication_role = replica", *deleting] if tables else []  # without foreign keys' order


PostgreSQLOperations.sql_flush = _flush_by_deleting  # type: ignore[method-assign,assignment]


def _travels_along(self: DatabaseNow, compiler: Any, connection: Any, **more: Any) -> Any:
    """A test that travels takes PostgreSQL's clock along."""
    travelling = time_machine.escape_hatch.is_travelling()
    return (self.as_sqlite if travelling else super(DatabaseNow, self).as_postgresql)(compiler, connection, **more)


DatabaseNow.as_postgresql = _travels_along  # type: ignore[method-assign,assignment]

# The story's few documents come up in nearly every test, and each would be parsed in a process of its own.
parsing.parsed = functools.lru_cache(maxsize=32)(parsing.parsed)


@pytest.fixture(autouse=True)
def _light(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.PARSER_PLACES = tmp_path_factory.getbasetemp() / "parsers"  # tests beside these wait for none of them
    settings.ENTITY_REGISTER_URL = ""  # nobody is asked but where a test has a register
    settings.RATE_LIMITED = False  # tests/entry/test_limits.py turns it on
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The tests' database is made from the models, in a tenth of the time: 45 migrations take half a minute.

    tests/upgrade proves that they lead to the same columns, indexes, constraints and triggers.
    """
    connection.settings_dict["TEST"]["MIGRATE"] = False
    create = connection.creation.create_test_db

    def with_what_models_do_not_say(*args: Any, **kwargs: Any) -> str:
        name = create(*args, **kwargs)
        for kept in append_only.HISTORY:
            append_only.install(connection, kept)
        _say_that_all_are_applied(MigrationRecorder(connection))
        return name

    connection.creation.create_test_db = with_what_models_do_not_say  # type: ignore[method-assign]


def _say_that_all_are_applied(recorder: MigrationRecorder) -> None:
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations or {}:
        recorder.record_applied(app, name)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> None:
    """Before a test's transaction is opened, there is what it begins with: see tests/made_once.py."""
    if fixturedef.argname == "_django_db_helper":
        request.getfixturevalue("_light")
        set_stage(request, request.getfixturevalue("django_db_blocker"))


@made_once
def cast() -> Cast:
    """Everybody of the story, in an otherwise empty database. See tests/cast.py."""
    return build_cast()


@made_once
def journey(cast: Cast) -> Journey:
    """A new integration of Fjordvik's, of which nothing is recorded yet. Some files take it further."""
    return cast.journey()


@pytest.fixture
def register(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """A register of entities to ask, which knows nobody yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    cache.clear()
    register = Register()
    with serving(register) as address:
        settings.ENTITY_REGISTER_URL = address
        yield register


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def on_postgresql() -> None:
    """For what only real locks can show: belongs to the suite's run on PostgreSQL, see below."""


def _asks_for_one(item: Any) -> bool:
    """Whether a test asks for a database."""
    names = {"db", "transactional_db", "django_db_setup", "on_postgresql"} & set(getattr(item, "fixturenames", ()))
    return bool(names or item.get_closest_marker("django_db"))


ANSWERED_DIFFERENTLY = (
    "api/test_once",
    "documents/test_keeping",
    "documents/test_storage",
    "entry/test_journal_kept",
    "entry/test_one_mailbox",
    "evidence/test_beats",
    "evidence/test_silence",
    "personal/test_comments",
    "personal/test_erasing",
    "personal/test_refused",
    "personal/test_retention",
    "reminders/test_clocks",
    "reminders/test_keys",
    "reminders/test_outbox",
    "test_compiled",
    "test_events",
    "test_made_once",
    "test_searching",
    "operations/",
    "test_snapshots",
    "upgrade/",
)
"""By databases: their own refusals, letters, clocks, backups and upgrades. Run on both."""
ANSWERED_ALIKE = (
    "addresses/",
    "api/",
    "browser/test_coming_back",
    "browser/test_every_page",
    "browser/test_focus",
    "browser/test_keys",
    "browser/test_layout",
    "browser/test_print",
    "calendars/",
    "documents/",
    "entry/",
    "evidence/",
    "exports/",
    "imports/test_cells",
    "imports/test_checking",
    "imports/test_columns",
    "imports/test_pages",
    "imports/test_preparing",
    "imports/test_reading",
    "personal/",
    "reminders/test_announce",
    "reminders/test_mail_kinds",
    "reminders/test_pages",
    "reminders/test_year",
    "results/",
    "teams/test_addresses",
    "teams/test_digipost",
    "teams/test_pages",
    "teams/test_secret",
    "teams/test_told",
    "test_approved_milestone",
    "test_board_and_timeline",
    "test_carried_over_falls",
    "test_change_pages",
    "test_changes",
    "test_comment_",
    "test_compression",
    "test_confirming",
    "test_counts_fall",
    "test_decided_already",
    "test_demo_command",
    "test_direct_calls",
    "test_done",
    "test_entity_register",
    "test_evidence",
    "test_first_view",
    "test_guidance",
    "test_history",
    "test_intake_register",
    "test_invite_many",
    "test_mentions",
    "test_my_work",
    "test_neighbours",
    "test_offers",
    "test_one_question",
    "test_proposing",
    "test_queries",
    "test_recorded_sense",
    "test_refusals",
    "test_report",
    "test_returns",
    "test_review_queue",
    "test_rungs",
    "test_runs_in_one_go",
    "test_saved_views",
    "test_sides",
    "webhooks/test_addresses",
    "webhooks/test_documented",
    "webhooks/test_pages",
    "webhooks/test_secrets",
    "webhooks/test_signatures",
    "webhooks/test_told",
)
"""Who may, what pages say, what comes in as a file: run on SQLite, in a third of the time. The rest on PostgreSQL."""
LONG = ("browser/test_walk", "test_model_check", "upgrade/")
"""Begun first: at the end, the other worker would wait for them."""


def _stands_in(item: Any, files: tuple[str, ...]) -> bool:
    return Path(item.path).relative_to(Path(__file__).parent).as_posix().startswith(files)


def _needs_its_locks(item: Any) -> bool:
    return "on_postgresql" in getattr(item, "fixturenames", ())


def _runs_on(item: Any) -> set[str]:
    """Where a test is run when both databases are there."""
    if _needs_its_locks(item):
        return {"postgresql"}
    if item.get_closest_marker("embedded_default") or not _asks_for_one(item):
        return {"sqlite"}
    if _stands_in(item, ANSWERED_DIFFERENTLY):
        return {"sqlite", "postgresql"}
    return {"sqlite"} if _stands_in(item, ANSWERED_ALIKE) else {"postgresql"}


def _has_its_turn(item: Any) -> bool:
    turn = item.get_closest_marker("turn")
    return turn is None or has_its_turn(*turn.args, **turn.kwargs)


def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """With both databases, each test is run where it may be answered differently, and otherwise once.

    The run on SQLite comes first, and knows by THEN_ON_POSTGRESQL that another follows. Where none does, it has all
    but what only real locks can show. CI requires both.
    """
    if connection.vendor == "postgresql" or os.environ.get("THEN_ON_POSTGRESQL"):
        left_out = [item for item in items if connection.vendor not in _runs_on(item)]
    else:
        left_out = [item for item in items if _needs_its_locks(item)]
    left_out += [item for item in items if not _has_its_turn(item)]
    gone = {id(item) for item in left_out}
    items[:] = sorted((item for item in items if id(item) not in gone), key=lambda item: not _stands_in(item, LONG))
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture
def friday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY) as traveller:
        yield traveller


@pytest.fixture
def team(cast: Cast, friday: object, journey: Journey) -> Journey:
    """Milestone 1 with its roles given, and no mail that waits."""
    journey.roles()
    add_observer(journey, cast.observer)
    Mail.objects.all().delete()
    return journey


@pytest.fixture
def send_all(friday: object) -> Send:
    return send_all_due
