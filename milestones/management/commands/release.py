"""`manage.py release`: everything that a new version, or a new database, asks for before the app starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from milestones import app_role, snapshots

OURS = 20261126
"""Names the lock; any number would do."""
LOCK_SECONDS = 10.0
"""How long a migration waits for what somebody else holds: whoever comes after it for the same waits as long."""


class Command(BaseCommand):
    help = (
        "Migrate, give the app's role its rights (APP_DATABASE_URL), and store anew what lists and reminders read. "
        "It can be run again at any time, also while the product runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone():
            with _giving_way():
                call_command("migrate", interactive=False, verbosity=options["verbosity"])
            if settings.APP_DATABASE:
                self._prepare_role(settings.APP_DATABASE)
            # Whom a new rule leaves with something undone is told in the digest: nothing of theirs has lapsed.
            changed = snapshots.refresh_all()
        if options["verbosity"]:
            self.stdout.write(f"Released. What was stored of {changed} integrations was not what the gates say now.")

    def _prepare_role(self, app: dict[str, Any]) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("APP_DATABASE_URL is for PostgreSQL.")
        try:
            app_role.prepare(connection, app["USER"], app["PASSWORD"])
        except app_role.Unfit as error:
            raise CommandError(f"APP_DATABASE_URL: {error}") from error


@contextmanager
def _alone() -> Iterator[None]:
    """A second one, on another host, waits until the first is done."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [OURS])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [OURS])


@contextmanager
def _giving_way() -> Iterator[None]:
    """Whatever waits for a lock for longer than LOCK_SECONDS gives up, so that the version that runs goes on."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS * 1000:.0f}ms"])
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CommandError(
            f"Something else held a table or a row for more than {LOCK_SECONDS:g} seconds, so the migration gave way. "
            "The migrations before it are done, nothing of it is. Run release again."
        ) from error
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
