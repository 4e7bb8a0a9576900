"""What the sender's monitoring calls: an address that knows nothing but its own token, and costs one UPDATE."""

from __future__ import annotations

import datetime
import logging
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.middleware.logline import without_keys
from milestones.models import Event, Heartbeat
from milestones.models.member import hash_of
from tests.cast import Cast
from tests.evidence.beating import address_of, call, made_for, row_of
from tests.made_once import made_once


@made_once
def journey(cast: Cast) -> Journey:
    journey = cast.journey()
    journey.roles()
    return journey


@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_a_beat_needs_nothing_and_leaves_nothing(journey: Journey, method: str) -> None:
    address, events = made_for(journey), Event.objects.count()
    before = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        answer = call(address, method)
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    assert "Set-Cookie" not in answer.headers
    assert [one["sql"].split()[0] for one in asked] == ["UPDATE"]
    last = row_of(journey).last_beat_at
    assert last is not None
    assert before <= last <= timezone.now()
    assert Event.objects.count() == events


def test_whatever_is_sent_along_is_not_read(journey: Journey) -> None:
    address = made_for(journey)
    for content in (b"{}", b"\xff" * 1000, b"a=1"):
        answer = call(f"{address}?a=b", "post", data=content, content_type="application/json")
        assert answer.status_code == 204


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_another_method_is_none(journey: Journey, method: str) -> None:
    assert call(made_for(journey), method).status_code == 405
    assert row_of(journey).last_beat_at is None


@pytest.mark.parametrize("token", ["x", "A" * 43, "a" * 500, "%00", "é", ".", "A" * 42 + "'"])
def test_an_unknown_token_is_told_nothing(journey: Journey, token: str) -> None:
    made_for(journey)
    answer = Client().get(f"/api/v1/beat/{token}")
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (404, b"", {})
    assert row_of(journey).last_beat_at is None


def test_it_is_kept_as_a_digest(journey: Journey) -> None:
    token = made_for(journey).rpartition("/")[2]
    assert len(token) == 43
    row = row_of(journey)
    assert row.token_hash == hash_of(token)
    assert token not in str(vars(row))
    assert not Event.objects.filter(to_value__contains=token).exists()


def test_a_log_has_no_address() -> None:
    assert without_keys("GET /api/v1/beat/abc-_123 204") == "GET /api/v1/beat/… 204"


def test_the_log_of_a_beat(journey: Journey, caplog: pytest.LogCaptureFixture) -> None:
    address = made_for(journey)
    with caplog.at_level(logging.DEBUG):
        call(address)
        call(f"{address}x")
    assert address.rpartition("/")[2] not in caplog.text


def test_a_replaced_address_is_another(journey: Journey) -> None:
    address = made_for(journey)
    assert call(address).status_code == 204
    new = address_of(workflow.replace_heartbeat(journey.integration, by=journey.cast.manager))
    assert (call(address).status_code, call(new).status_code) == (404, 204)


def test_a_revoked_address_is_none(journey: Journey) -> None:
    address = made_for(journey)
    workflow.revoke_heartbeat(journey.integration, by=journey.cast.manager)
    assert call(address).status_code == 404
    assert not Heartbeat.objects.exists()
    assert call(made_for(journey)).status_code == 204


def test_the_token_of_another_is_the_others(journey: Journey, cast: Cast) -> None:
    other = cast.journey("Faktura")
    other.roles()
    address = made_for(other)
    made_for(journey)
    call(address)
    assert row_of(journey).last_beat_at is None
    assert row_of(other).last_beat_at is not None


def test_a_paused_one_beats_and_a_closed_one_does_not(journey: Journey) -> None:
    address, staff = made_for(journey), journey.cast.staff
    workflow.pause_integration(journey.integration, by=staff, reason="Ferie")
    assert call(address).status_code == 204
    workflow.close_integration(journey.integration, by=staff, reason="Ferdig")
    assert call(address).status_code == 404


def test_it_is_called_no_more_often_than_makes_sense(journey: Journey, settings: Any) -> None:
    settings.RATE_LIMITED = True
    address = made_for(journey)
    start = timezone.now() + datetime.timedelta(days=3)
    with time_machine.travel(start, tick=False) as clock:
        answers = [call(address).status_code for _ in range(61)]
        assert (answers.count(204), answers[-1]) == (60, 429)
        clock.shift(datetime.timedelta(minutes=11))
        assert call(address).status_code == 204
