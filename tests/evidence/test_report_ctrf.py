"""CTRF: what gives a test its scenario, and JSON that is no report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from milestones.evidence.reports import read
from tests.evidence.report_samples import ctrf


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"extra": {"digipost_scenario": "T07"}}, ("T07",)),
        ({"extra": {"testKey": ["t07", "T08", 9, None]}}, ("T07", "T08")),
        ({"labels": {"test_key": "E01"}}, ("E01",)),
        ({"tags": ["T07", "@t08", "slow", "test_key:E01", "digipost_scenario=T11", "owner:T12"]}, None),
        ({"extra": "T07", "tags": {"T07": 1}, "labels": ["T07"]}, ()),
        ({"extra": {"owner": "T07"}}, ()),
    ],
)
def test_ids_given_by_extra_labels_and_tags(given: dict[str, Any], named: tuple[str, ...] | None) -> None:
    wanted = ("T07", "T08", "E01", "T11") if named is None else named
    assert ctrf({"name": "sends", "status": "passed", **given}).tests[0].named == wanted


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"tests": []}, "unknown"),
        ({"results": []}, "unknown"),
        ({"results": {"tool": {}}}, "unknown"),
        ({"results": {"tests": []}}, "none"),
        ({"results": {"tests": {}}}, "none"),
        ({"results": {"tests": None}}, "unreadable"),
        ({"results": {"tests": [7]}}, "unreadable"),
        ({"results": {"tests": [{"name": "a"}]}}, "unreadable"),
        ({"results": {"tests": [{"name": "a", "status": None}]}}, "unreadable"),
        ({"results": {"tests": [{"name": "a", "status": "passed", "steps": 7}]}}, "unreadable"),
    ],
)
def test_json_that_is_no_report(content: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(json.dumps(content).encode())
    assert refused.value.code == code


def test_a_name_of_half_a_character_and_what_no_line_may_hold() -> None:
    [test] = ctrf({"name": "T07 \ud800 \x00\u202e letter", "status": "passed"}).tests
    assert test.name == "T07 letter"


def test_a_test_without_a_name_that_is_a_text() -> None:
    assert ctrf({"name": 7, "status": "passed"}).tests[0].name == ""
