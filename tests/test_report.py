"""The status report: what a steering group is told of an integration, and nothing to press."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.translation import override

from milestones import clock, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Attestation, Event, User
from milestones.process import MILESTONE_NUMBERS, REQUIREMENTS, Environment, Outcome, Role, Rung
from tests.cast import Cast, fresh
from tests.listed import in_days
from tests.query_counts import queries_at


def report(client: Client, journey: Journey) -> str:
    """The page's words, with single spaces."""
    html = client.get(f"/i/{journey.integration.reference}/report/").content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture(autouse=True)
def _in_english(cast: Cast) -> None:
    User.objects.update(language="en")


def shown(day: Any) -> str:
    with override("en"):
        return date_format(day, "SHORT_DATE_FORMAT")


def test_it_begins_with_what_it_is_about_who_made_it_and_when(cast: Cast, journey: Journey) -> None:
    journey.integration.members.filter(user=cast.manager).update(name="Kari Her")
    told = report(cast.client(cast.manager), journey)
    with override("en"):
        day = date_format(today(), "DATE_FORMAT")
    assert f"Status report: {journey.integration.name}" in told
    assert f"Made on {day} by Kari Her" in told
    assert f"{journey.integration.reference} · Fjordvik kommune · 984 661 185" in told
    assert f"Made on {day} by {cast.staff.name}" in report(cast.client(cast.staff), journey)


def test_where_it_is_and_who_approved(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    told = report(cast.client(cast.owner), journey)
    assert "Phase 3 Verified by Digipost" in told
    assert "Milestones approved 2 of 5" in told
    assert "Launch date not set" in told
    assert f"Approved: {cast.staff.name}, {shown(today())}" in told
    for one in journey.integration.milestones.filter(number__gt=1):
        assert shown(one.target_on) in told
        assert shown(one.baseline_on) in told


def test_every_requirement_is_met_or_not(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    told = report(cast.client(cast.manager), journey)
    with override("en"):
        for code, requirement in REQUIREMENTS.items():
            if requirement.milestone:
                assert f"{code} {requirement.title}" in told
        assert "1.1 Terms accepted Met" in told
        assert "2.1 Documentation read Not met" in told
        assert "3.2 Approved by Digipost Cannot start yet" in told
        assert "D.1" not in told


def test_the_evidence_in_short(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    told = report(cast.client(cast.manager), journey)
    test, production = (journey.integration.scenarios.current().filter(environment=one).count() for one in Environment)
    assert f"Signed by {cast.contract.name}" in told
    assert f"Verified by {cast.staff.name}" in told
    assert "avtale.pdf" in told
    assert f"{test} of {test} scenarios passed." in told
    assert f"{production} of {production} scenario" in told
    assert f"Checked off by {cast.lead.name}" in told
    assert "First real sending" in told
    assert "D.1 Connection monitored" in told
    assert "SHA-256" not in told


def test_what_digipost_signed_of_the_account_in_production(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    account = fresh(journey.integration).accounts.production_account_id
    Attestation.objects.create(
        integration=journey.integration, environment=Environment.PRODUCTION, rung=Rung.SIGNED, at=clock.now(),
        sender_id=account, digest="0" * 64, knows_account=True, recorded_by=cast.lead,
    )  # fmt: skip
    told = report(cast.client(cast.owner), journey)
    assert told.count("Production: the account is valid") == 2  # 1.4 and 3.3
    assert f"recorded by {cast.lead.name}" in told


def test_exceptions_show_with_their_reason(cast: Cast, journey: Journey) -> None:
    workflow.grant_exception(journey.integration, "2.1", by=cast.staff, reason="Kjenner den fra før", until=in_days(9))
    told = report(cast.client(cast.manager), journey)
    assert "2.1 Documentation read Exception Exception Kjenner den fra før" in told


def test_what_is_open_on_whom_and_by_when(cast: Cast, journey: Journey) -> None:
    journey.roles()
    item = workflow.add_follow_up(journey.integration, by=cast.lead, title="Logo mangler", description="")
    workflow.open_deviation(
        journey.integration, by=cast.lead, title="Nede", description="", handler="Vakta", opened_on=today()
    )
    told = report(cast.client(cast.staff), journey)
    for waiting in journey.integration.waiting_items.all():
        assert shown(waiting.due_on) in told
    assert f"Business owner ({cast.owner.name})" in told
    assert "Logo mangler Open" in told
    assert "Nede Vakta" in told
    workflow.close_follow_up(journey.integration, item.pk, by=cast.lead, resolution="Ordnet")
    assert "Logo mangler Open" not in report(cast.client(cast.staff), journey)


def test_an_answer_of_digiposts_is_due_when_it_was_promised(cast: Cast, journey: Journey) -> None:
    journey.milestone_1_facts()
    journey.submit(1)
    told = report(cast.client(cast.manager), journey)
    page = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/milestones/1/")
    assert (
        shown(page.context["answer"]["by"]) in told.partition("Milestone by milestone")[0].partition("What is open")[2]
    )


def test_what_is_overdue_or_no_longer_met_says_so(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    journey.milestone_2()
    journey.integration.milestones.filter(number=3).update(target_on=in_days(-3))
    lead = journey.integration.members.get(user=cast.lead)
    workflow.set_roles(journey.integration, lead.pk, by=cast.manager, roles=[Role.OBSERVER])
    told = report(cast.client(cast.manager), journey)
    assert f"{shown(in_days(-3))} Overdue" in told
    assert "Approved , no longer met" in told or "Approved, no longer met" in told


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_what_rests_says_so(cast: Cast, journey: Journey, status: str) -> None:
    do = workflow.pause_integration if status == "paused" else workflow.close_integration
    do(journey.integration, by=cast.staff, reason="Stanset.")
    told = report(cast.client(cast.staff), journey)
    assert f"1 Contract and accounts, {status.title()}" in told
    assert ("until the integration is resumed" if status == "paused" else "Its history stays. Stanset.") in told


def test_there_is_nothing_to_press_and_one_way_back(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    home = f"/i/{journey.integration.reference}/"
    for user in (cast.staff, cast.manager):
        html = cast.client(user).get(f"{home}report/").content.decode()
        assert not re.search(r"<(form|button|input|details|dialog)\b", html)
        assert re.findall(r'<a [^>]*href="([^"]+)"', html) == ["#main", home]
        assert f'href="{home}report/"' in cast.client(user).get(home).content.decode()


def test_a_long_story_takes_as_many_queries_as_a_short_one(cast: Cast, journey: Journey) -> None:
    journey.to_operations()
    address, manager = f"/i/{journey.integration.reference}/report/", cast.client(cast.manager)
    before = queries_at(manager, address)
    for scenario in journey.integration.scenarios.current():
        scenario.runs.create(ran_on=today(), outcome=Outcome.PASSED, recorded_by=cast.owner)
    for title in ("En", "To", "Tre"):
        workflow.add_follow_up(journey.integration, by=cast.manager, title=title, description="")
        workflow.open_deviation(
            journey.integration, by=cast.lead, title=title, description="", handler="Vakta", opened_on=today()
        )
    Event.objects.bulk_create(Event(integration=journey.integration, kind="paused") for _n in range(100))
    assert queries_at(manager, address) == before


def test_milestones_are_the_five(cast: Cast, journey: Journey) -> None:
    parts = cast.client(cast.manager).get(f"/i/{journey.integration.reference}/report/").context["parts"]
    assert [part.milestone.number for part in parts] == list(MILESTONE_NUMBERS)
