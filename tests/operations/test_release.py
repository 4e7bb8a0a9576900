"""`manage.py release` does not hold up the version that runs for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from milestones import snapshots
from milestones.management.commands import release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def somebody_holds(on_postgresql: None, transactional_db: None) -> Iterator[None]:
    """A table that every migration asks for, until the test is over."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
    yield
    other.rollback()
    other.close()


def told(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


def test_a_migration_gives_way_to_whoever_holds_what_it_needs(
    somebody_holds: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told("SHOW lock_timeout")
    monkeypatch.setattr(release, "LOCK_SECONDS", 0.1)
    with pytest.raises(CommandError, match=r"more than 0.1 seconds, so the migration gave way.*Run release again"):
        call_command("release", verbosity=0)
    assert told("SHOW lock_timeout") == before
    assert told(f"SELECT pg_try_advisory_lock({release.OURS})::text") == "true"  # the next release waits for nobody
    told(f"SELECT pg_advisory_unlock({release.OURS})::text")


def test_only_migrating_gives_way(on_postgresql: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever release waits for besides, such as another release, it waits for."""
    limits = []

    def note(*arguments: object, **named: object) -> int:
        limits.append(told("SHOW lock_timeout"))
        return 0

    before = told("SHOW lock_timeout")
    monkeypatch.setattr(release, "call_command", note)
    monkeypatch.setattr(snapshots, "refresh_all", note)
    call_command("release", verbosity=0)
    assert limits == ["10s", before]
