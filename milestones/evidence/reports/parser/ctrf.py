"""CTRF, the Common Test Report Format: one JSON for any tool."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

from found import FAILED, PASSED, Found, ended, ids_of, method_of
from refused import Refused

MILLISECONDS_FROM = 100_000_000_000
"""A smaller number of a time is one of seconds, as some tools write them: in milliseconds it would be before 1974."""


def read(content: bytes) -> tuple[str, set[str], Iterator[Found]]:
    """Raises Refused for JSON that is no report of this format, and what json does for what is no JSON."""
    report = json.loads(content)
    results = report.get("results")
    if not isinstance(results, dict) or "tests" not in results:
        raise Refused("unknown")
    summary = results.get("summary")
    begun = _time(summary.get("start") if isinstance(summary, dict) else None)
    return "CTRF", {begun, _text(report.get("timestamp"))}, map(_test, results["tests"])


def _test(test: dict[str, Any]) -> Found:
    properties = [
        (name, value)
        for held in (test.get("extra"), test.get("labels"))
        for name, values in (held.items() if isinstance(held, dict) else ())
        for value in _texts(values)
    ]
    return Found(method_of(_text(test["name"])), "", ids_of(properties, _texts(test.get("tags"))), _ended(test))


def _ended(test: dict[str, Any]) -> str:
    """Any failure counts, also one of a step, or one after which the test was run again and passed."""
    parts = [one for key in ("retryAttempts", "steps") for one in test.get(key) or ()]
    outcome: str = ended(test["status"])
    again = outcome == PASSED and (test.get("flaky") or test.get("retries"))
    if again or any(ended(one["status"]) == FAILED for one in parts):
        outcome = FAILED
    return outcome


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _time(value: Any) -> str:
    if not isinstance(value, int | float):
        return _text(value)
    try:
        seconds = value / 1000 if value >= MILLISECONDS_FROM else value
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
