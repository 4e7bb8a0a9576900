"""Files without a row, left by a process that died between the two: removed at night."""

from __future__ import annotations

import datetime

import structlog
from django.core.files.storage import default_storage

from .. import clock
from ..models import Document

log = structlog.get_logger(__name__)

ORPHANED_AFTER = datetime.timedelta(days=1)


def remove_orphans() -> int:
    """Remove files without a row, left by a process that died between the two. Returns how many.

    A young file may belong to a transaction that is not committed yet.
    """
    removed, before = 0, clock.now() - ORPHANED_AFTER
    folders, _files = default_storage.listdir("")
    for folder in folders:
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = _known("file", names) | _known("preview", names)
        for name in set(names) - known:
            removed += _removed(name, before)
    return removed


def _known(column: str, names: list[str]) -> set[str]:
    return set(Document.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))


def _removed(name: str, before: datetime.datetime) -> bool:
    """Delete the file if it is older than `before`; returns whether it was. A failure is logged, and not raised."""
    try:
        if default_storage.get_modified_time(name) >= before:
            return False
        default_storage.delete(name)
    except OSError as error:
        log.error("a file without a row cannot be removed", name=name, error=error.strerror)
        return False
    return True
