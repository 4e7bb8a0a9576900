"""A file as a test report: known by what it holds, read in a process of its own (`parser/`), cut to what is kept."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path

import structlog
from django.core.exceptions import ValidationError
from django.utils.timezone import get_default_timezone

from ... import clock
from ...documents import not_stored
from ...documents.apart import TimeoutExpired, run_apart
from ...documents.places import reserved
from . import refusals
from .report import Report, ReportedTest, Result

log = structlog.get_logger(__name__)

MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
MOST_TESTS, MOST_ELEMENTS, DEEPEST = 100_000, 500_000, 100
"""Of a report; of the XML that it is written in, and how deep its elements stand within one another."""

PARSER = Path(__file__).with_name("parser")
REFUSED = 3
"""The exit code by which it refuses; see parser/__main__.py."""
SECONDS = 40
"""After which it is not waited for: two that take turns on one processor have then had all that they may."""
AHEAD = datetime.timedelta(minutes=10)
"""How far the clock of a build may be ahead of ours."""


def read(content: bytes) -> Report:
    """A report in JUnit XML, NUnit 3, TRX, xUnit v2 or CTRF, whatever its file is called.

    Raises ValidationError for a file that is empty, larger than MOST_BYTES, not readable, in no known format, without
    a test, or with a document type, entities, or more or deeper elements than there may be; and where other documents
    are being examined. Nothing of what it holds is logged.
    """
    if not content or content.isspace():
        raise _refusal("empty")
    if len(content) > MOST_BYTES:
        raise _refusal("large")
    first, *lines = _parsed(content).split("\n")[:-1]
    about = json.loads(first)
    return Report(about["format"], _made_at(about["times"]), [_test(line) for line in lines])


def _parsed(content: bytes) -> str:
    """What the parser found: a line about the report, and one for each test."""
    most = map(str, (MOST_TESTS, MOST_ELEMENTS, DEEPEST))
    with reserved() as lock:
        try:
            done = run_apart(PARSER, *most, content=content, lock=lock, seconds=SECONDS)
        except TimeoutExpired as error:
            raise _refusal("intricate") from error
        except OSError as error:  # no process to be had
            raise not_stored(error) from error
    if done.returncode == REFUSED:
        raise _refusal(done.stdout.decode())
    if done.returncode:  # it took more than it may have
        log.warning("the parser of reports was ended", returncode=done.returncode, size=len(content))
        raise _refusal("intricate")
    return done.stdout.decode()


def _refusal(code: str) -> ValidationError:
    return refusals.refusal(
        code, megabytes=MOST_BYTES // MEBIBYTE, tests=MOST_TESTS, elements=MOST_ELEMENTS, deepest=DEEPEST
    )


def _test(line: str) -> ReportedTest:
    name, method, named, outcome = json.loads(line)
    return ReportedTest.called(name, Result(outcome), named, method)


def _made_at(times: Iterable[str]) -> datetime.datetime | None:
    """The earliest of the times that have sense: a report that holds an old one says nothing new."""
    return min(filter(None, map(_moment, times)), default=None)


def _moment(text: str) -> datetime.datetime | None:
    """A time in ISO 8601, by Oslo's clock where it does not say by which.

    By any other that is used for builds here it would be later, and with it what it shows newer than it is.
    """
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not clock.EARLIEST_YEAR <= moment.year <= clock.LATEST_YEAR:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=get_default_timezone())
    now = clock.now()
    return min(moment, now) if moment <= now + AHEAD else None
