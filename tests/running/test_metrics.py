"""What Prometheus reads: by token alone, numbers by names of ours, and nobody's name."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, Milestone, SendState, Tick
from milestones.process import MilestoneState
from milestones.running.metrics import exposed
from tests.cast import Cast
from tests.processes import in_production
from tests.running.outages import no_database

TOKEN = "a-token-that-nobody-guesses"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def scraped() -> dict[str, float]:
    """Each sample by its name and labels, as they are written."""
    answer = Client(headers=BEARER).get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}


def test_without_a_token_of_its_own_there_is_no_such_address(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert Client(headers=BEARER).get("/metrics").status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer å"])
def test_nobody_reads_it_by_another_token(sent: str) -> None:
    answer = Client(headers={"authorization": sent} if sent else {}).get("/metrics")
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")


def test_signed_in_one_needs_the_token_too(cast: Cast) -> None:
    assert cast.client(cast.staff).get("/metrics").status_code == 401


def test_figures_come_from_rows(cast: Cast, journey: Journey) -> None:
    Mail.objects.all().delete()
    now = timezone.now()
    states = [SendState.WAITING, SendState.SENDING, SendState.FAILED, SendState.DROPPED, SendState.SENT]
    for number, state in enumerate(states):
        row = Mail.objects.create(
            key=str(number), kind=MailKind.CODE, recipient=cast.lead, day=now.date(), state=state, sent_at=now
        )
        Mail.objects.filter(pk=row.pk).update(created_at=now - datetime.timedelta(hours=number + 1))
    Mail.objects.create(
        key="old",
        kind=MailKind.CODE,
        recipient=cast.lead,
        day=now.date(),
        state=SendState.SENT,
        sent_at=now - datetime.timedelta(days=2),
    )
    Tick.objects.note()
    found = scraped()
    assert found['tracker_messages{channel="mail",state="waiting"}'] == 2
    assert found['tracker_messages{channel="mail",state="failed"}'] == 1
    assert 7200 <= found['tracker_oldest_message_seconds{channel="mail"}'] < 7300
    assert found["tracker_mails_sent_in_a_day"] == 1
    assert found['tracker_messages{channel="teams",state="waiting"}'] == 0
    assert found['tracker_messages{channel="webhooks",state="failed"}'] == 0
    assert found['tracker_proposed_results{by="build"}'] == 0
    assert 0 <= found["tracker_tick_age_seconds"] < 60
    assert found['tracker_ready{check="database"}'] == 1


def test_an_approval_is_late_the_day_after_the_promised_one(cast: Cast) -> None:
    """Promised within two working days: what came on a Thursday, by Monday."""
    journey = cast.journey()
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    submitted = Milestone.objects.get(state=MilestoneState.SUBMITTED)
    Milestone.objects.filter(pk=submitted.pk).update(submitted_at="2026-11-19T12:00:00+01:00")
    for moment, late in (("2026-11-23T23:50:00+01:00", 0), ("2026-11-24T00:10:00+01:00", 1)):
        with time_machine.travel(moment, tick=False):
            found = scraped()
            assert (found["tracker_approvals_waiting"], found["tracker_approvals_late"]) == (1, late)


def test_it_takes_few_queries_however_much_there_is(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        scraped()


@pytest.mark.django_db
def test_where_the_database_is_away_that_is_told() -> None:
    with no_database():
        found = scraped()
    assert found['tracker_ready{check="database"}'] == 0
    assert not [name for name in found if name.startswith("tracker_messages")]


def test_nobody_stands_in_it(cast: Cast) -> None:
    journey = cast.journey()
    journey.milestone_1()
    client = cast.client(cast.manager)
    client.get(f"/i/{journey.integration.reference}/", {"q": "Hemmelig"})
    client.get("/there/is/no/such/Hemmelig/")
    text = Client(headers=BEARER).get("/metrics").content.decode()
    people = [word for one in cast.everybody().values() for word in (one.name, one.email)]
    others = ["Hemmelig", journey.integration.reference, journey.integration.name, "Fjordvik"]
    assert [one for one in [*people, *others] if one in text] == []


SERVED = """
import os, subprocess, sys, django
django.setup()
from milestones.running import metrics
for _ in range(3):
    metrics.took("portfolio", 0.2)
if other := os.environ.get("BESIDE"):
    environment = {name: value for name, value in os.environ.items() if name != "BESIDE"}
    print(subprocess.run([sys.executable, "-c", other], env=environment, capture_output=True, text=True).stdout)
else:
    print(metrics.exposed().decode())
"""


def test_the_processes_of_a_host_add_up(tmp_path: Path) -> None:
    """Whichever is asked. When all have ended, the next begins at nothing; figures need tables, latency does not."""
    settings = {"VAR_DIR": str(tmp_path), "METRICS_TOKEN": TOKEN, "LOG_LEVEL": "CRITICAL"}
    both = in_production(SERVED, BESIDE=SERVED, **settings)
    afterwards = in_production(SERVED, **settings)
    count = re.compile(r'tracker_request_seconds_count\{view="portfolio"\} ([0-9.]+)')
    assert [float(count.findall(text)[0]) for text in (both, afterwards)] == [6, 3]


@pytest.mark.django_db
def test_it_is_measured_by_the_name_of_the_address() -> None:
    """Also of who is sent to sign in; what has no name counts as one."""
    handler = Client()
    for address in ("/sign-in/", "/integrations/", "/there/is/no/such/"):
        handler.get(address)
    text = exposed().decode()
    assert 'tracker_request_seconds_count{view="account_login"}' in text
    assert 'tracker_request_seconds_count{view="portfolio"}' in text
    assert 'tracker_request_seconds_count{view=""}' in text
    assert "no/such" not in text
