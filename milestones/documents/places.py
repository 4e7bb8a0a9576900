"""A semaphore for the parsers of a host: two run at once, others wait for a while, and are then told to try again.

A place is a lock on a file that all web processes of the host share. The parser inherits it: the place is free when
both processes have released it, however they ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .refusals import not_stored

log = structlog.get_logger(__name__)

PLACES = 2
SECONDS_IN_LINE = 10
"""A thread of the web server waits as long; an ordinary document holds a place for less than one."""
SECONDS_BETWEEN_LOOKS = 0.05


@contextmanager
def reserved() -> Iterator[int]:
    """Hold one of the host's places; hands out the file descriptor of its lock, for the parser to inherit.

    Raises ValidationError if none falls free within SECONDS_IN_LINE.
    """
    end = time.monotonic() + SECONDS_IN_LINE
    while (taken := _taken()) is None:
        if time.monotonic() >= end:
            log.warning("no place to examine a document in", seconds=SECONDS_IN_LINE)
            raise busy()
        time.sleep(SECONDS_BETWEEN_LOOKS)
    try:
        yield taken
    finally:
        os.close(taken)


def busy() -> ValidationError:
    told = _("Other documents are being examined just now. Nothing was stored. Try again in a minute.")
    return ValidationError(told, code="busy")


def _taken() -> int | None:
    """The first place that is free, taken; None if there is none."""
    for lock in map(_opened, range(PLACES)):
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        os.close(lock)
    return None


def _opened(number: int) -> int:
    folder = Path(settings.PARSER_PLACES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise not_stored(error) from error
