"""When a report's tests began: aware, in the past, and None where the report does not say, or says nonsense."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from milestones.evidence.reports import read
from tests.evidence.report_samples import case, ctrf, suite

UTC = datetime.UTC
NOON = datetime.datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def began(*stamps: str) -> datetime.datetime | None:
    suites = [f'<testsuite timestamp="{stamp}">{case("a")}</testsuite>' for stamp in stamps]
    with time_machine.travel(NOON, tick=False):
        return suite(*suites).made_at


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("2026-05-04T10:00:00Z", datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)),
        ("2026-05-04T10:00:00.123456789+02:00", datetime.datetime(2026, 5, 4, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026-05-04 10:00:00Z", datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)),
        ("2026-05-04T10:00:00", datetime.datetime(2026, 5, 4, 8, 0, tzinfo=UTC)),
        ("2026-01-04T10:00:00", datetime.datetime(2026, 1, 4, 9, 0, tzinfo=UTC)),
        ("2026-05-04T12:05:00Z", NOON),
        ("2026-05-04T13:00:00Z", None),
        ("1970-01-01T00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("05/04/2026 10:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_time_as_it_is_written(stamp: str, wanted: datetime.datetime | None) -> None:
    assert began(stamp) == wanted


def test_of_several_the_earliest_that_has_sense() -> None:
    """A report into which older ones were merged is as old as they are."""
    assert began("2026-05-04T10:00:00Z", "2026-05-03T10:00:00Z", "1970-01-01T00:00:00") == datetime.datetime(
        2026, 5, 3, 10, 0, tzinfo=UTC
    )


NO_TIMES: list[object] = [0, -1, 1e300, float("nan"), float("inf"), None, [], 10**400]


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        (1_777_888_800_000, datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)),
        (1_777_888_800, datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)),
        ("2026-05-04T10:00:00Z", datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)),
        *[(one, None) for one in NO_TIMES],
    ],
    ids=str,
)
def test_the_start_of_ctrf_in_milliseconds_or_in_seconds(start: object, wanted: datetime.datetime | None) -> None:
    with time_machine.travel(NOON, tick=False):
        assert ctrf({"name": "a", "status": "passed"}, summary={"start": start}).made_at == wanted


@pytest.mark.parametrize(
    ("about", "of_assembly"),
    [
        ('start-rtf="2026-05-04T10:00:00.0000000+00:00"', ""),
        ("", 'start-rtf="2026-05-04T12:00:00.0000000+02:00"'),
        ('timestamp="05/04/2026 12:00:00"', 'run-date="2026-05-04" run-time="12:00:00"'),
    ],
)
def test_the_times_of_xunit(about: str, of_assembly: str) -> None:
    content = f'<assemblies {about}><assembly {of_assembly}><test name="a" result="Pass"/></assembly></assemblies>'
    with time_machine.travel(NOON, tick=False):
        assert read(content.encode()).made_at == datetime.datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
