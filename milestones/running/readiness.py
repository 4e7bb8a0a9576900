"""Whether all that the product needs is there: asked of the things themselves, and remembered for a few seconds."""

from __future__ import annotations

import datetime
import threading
import time
import uuid
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

import structlog
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _
from kombu import Connection

from ..models import Tick
from ..process import Text

log = structlog.get_logger(__name__)

HOLDS = 5
"""Seconds for which an answer is given again: however often strangers ask, a process looks so often at most."""
PATIENCE = 2
"""Seconds that a request waits for one that is looking."""
LATE_AFTER = datetime.timedelta(minutes=5)
"""How old the last tick may be, where beat ticks twice a minute; ten ticks, where it ticks less often."""


class Check(NamedTuple):
    """One thing that the product needs, in words; `why` says what is wrong, and is empty while nothing is."""

    name: str
    label: Text
    why: Text = ""

    @property
    def is_ok(self) -> bool:
        return not self.why


class NotSo(Exception):
    """It answers, but not as it should."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    rows = MigrationRecorder(connection).migration_qs.values_list("app", "name")
    if not _migrations_here() <= set(rows):
        raise NotSo


@cache
def _migrations_here() -> frozenset[tuple[str, str]]:
    """The migrations of this version, by app and name, as Django finds them: by their files, and none is loaded."""
    found = set()
    for app in apps.get_app_configs():
        module, _named = MigrationLoader.migrations_module(app.label)
        try:
            package = import_module(module) if module else None
        except ModuleNotFoundError:
            continue  # an app without any
        if package:
            found |= {(app.label, one.name) for one in iter_modules(package.__path__) if one.name[0] not in "_~"}
    return frozenset(found)


def to_broker() -> Connection:
    options = {"socket_timeout": PATIENCE} if settings.CELERY_BROKER_URL.startswith("redis") else {}
    return current_app.connection_for_write(transport_options=options)


def _broker() -> None:
    with to_broker() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def _documents() -> None:
    """What is left where the process dies in between goes with other orphans, at night."""
    name = default_storage.save(f"ready/{uuid.uuid4().hex}", ContentFile(b"ready"))
    default_storage.delete(name)


def _tick() -> None:
    age = Tick.objects.age()
    if age is None or age > max(LATE_AFTER, datetime.timedelta(seconds=10 * settings.TICK_SECONDS)):
        raise NotSo


class _Need(NamedTuple):
    label: Text
    ask: Callable[[], None]
    without: Text


_NEEDS = {
    "database": _Need(_("Database"), _database, _("The database does not answer.")),
    "migrations": _Need(
        _("Tables of this version"),
        _migrations,
        _("The database is older than this version: “release” has not been run."),
    ),
    "broker": _Need(_("Broker"), _broker, _("The broker does not answer: what is to be sent waits longer.")),
    "documents": _Need(_("Documents"), _documents, _("No document can be stored.")),
    "tick": _Need(
        _("Work in the background"),
        _tick,
        _("Nobody has looked for work for some minutes: beat or the workers stand still."),
    ),
}
_IN_DATABASE = {"migrations", "tick"}
"""Not asked while the database is away: each would wait for it once more."""
_BY_BROKER = {"broker", "tick"}
"""Not asked where no broker is set up: then one process may run by itself, for trying."""


def has_broker() -> bool:
    return bool(settings.CELERY_BROKER_URL != "filesystem://")


def checks() -> list[Check]:
    """Everything that is needed here, asked now."""
    found: list[Check] = []
    for name, need in _NEEDS.items():
        if has_broker() or name not in _BY_BROKER:
            away = name in _IN_DATABASE and not found[0].is_ok
            found.append(Check(name, need.label, _NEEDS["database"].without if away else _why(name, need)))
    return found


def _why(name: str, need: _Need) -> Text:
    try:
        need.ask()
    except Exception as error:  # whatever it is, this is not as it should be
        log.warning("not ready", check=name, error=type(error).__qualname__)
        return need.without
    return ""


class _Remembered:
    """What was found last in this process, and when."""

    def __init__(self) -> None:
        self.lock, self.until, self.found = threading.Lock(), 0.0, list[Check]()

    def ask(self) -> list[Check]:
        """One thread looks, and others wait for it; but not for long, if a server hangs."""
        if not self.lock.acquire(timeout=PATIENCE):
            return [Check("checks", _("All of it"), _("The checks do not come to an end."))]
        try:
            if time.monotonic() >= self.until:
                self.found = checks()
                self.until = time.monotonic() + HOLDS
            return self.found
        finally:
            self.lock.release()

    def forget(self) -> None:
        self.until = 0.0


remembered = _Remembered()


def told(found: list[Check]) -> dict[str, Any]:
    """For machines, in the language in force."""
    return {
        "status": "ok" if all(one.is_ok for one in found) else "failed",
        "checks": {
            one.name: {"status": "ok"} if one.is_ok else {"status": "failed", "reason": str(one.why)} for one in found
        },
    }
