"""My work: the same as a digest of the day, then what is not pressing yet, then what waits for others."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import NoticeKind, User
from milestones.process import Role, SenderKind, Service, ServiceChoice
from milestones.reminders import cases
from milestones.reminders.at_work import Item, Work, work_of
from tests.cast import Cast, add_observer
from tests.made_once import made_once

Told = list[tuple[object, ...]]


def work(user: User, days: int = 0) -> Work:
    return work_of(user, today() + datetime.timedelta(days=days), cases.rules_in_force())


def as_told(items: list[Item]) -> Told:
    return [
        (one.integration_id, one.urgency, one.code, one.reason, one.role, one.params, one.due_on, one.stands_on)
        for one in items
        if one.urgency
    ]


def in_digest(user: User, days: int) -> Told:
    """What a digest that lists all of it would say."""
    day = today() + datetime.timedelta(days=days)
    told = cases.told_to([user], day, cases.rules_in_force(), 1000)
    lines = told[user.pk].lines if user.pk in told else []
    return [
        (one.integration_id, one.urgency, one.code, one.reason, one.role, one.params, one.due_on, one.stands_on)
        for one in lines
    ]


@made_once
def several(cast: Cast) -> list[Journey]:
    """One begun, one submitted, one in operations with a notice and a certificate that runs out."""
    begun, submitted, launched = cast.journey("Begynt"), cast.journey("Innsendt"), cast.journey("Lansert")
    begun.roles()
    begun.agreement(verify=False)
    submitted.milestone_1_facts()
    workflow.submit(submitted.integration, 1, by=cast.manager)
    launched.to_operations()
    reader = launched.integration.members.current().get(user=cast.lead)
    workflow.name_readers(launched.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    workflow.record_certificate(launched.integration, by=cast.lead, expires_on=today() + datetime.timedelta(days=20))
    workflow.send_notice(
        [launched.integration], by=cast.staff, kind=NoticeKind.DOWNTIME, title="Nede i natt", body="Fra 02."
    )
    return [begun, submitted, launched]


@pytest.mark.parametrize("days", [0, 3, 12, 40, 80])
def test_what_is_pressing_is_what_a_digest_of_that_day_says(cast: Cast, several: list[Journey], days: int) -> None:
    for name, user in cast.everybody().items():
        assert as_told(work(user, days).mine) == in_digest(user, days), name


def test_something_is_pressing_for_each_kind_of_person(cast: Cast, several: list[Journey]) -> None:
    """Or the test above would compare nothing with nothing."""
    assert all(as_told(work(user, 80).mine) for user in (cast.staff, cast.manager, cast.lead, cast.owner))


def test_what_is_not_pressing_yet_comes_after_it(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    items = work(cast.owner).mine
    assert [(one.reason, one.urgency, one.over) for one in items] == [("services_undecided", None, 0)]
    assert items[0].since == today()


def test_what_waits_for_others_is_said_with_who_and_since_when(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    journey.agreement(verify=False)
    on_others = {one.reason: one for one in work(cast.contract).on_others}
    assert set(on_others) == {"agreement_unverified", "services_undecided"}
    assert on_others["agreement_unverified"].role is Role.ONBOARDING
    page = cast.client(cast.contract).get("/").content.decode()
    assert cast.owner.name in page


def test_everything_stands_in_one_place_only(cast: Cast, several: list[Journey]) -> None:
    for days in (0, 80):
        for user in cast.everybody().values():
            found = work(user, days)
            keys = [(one.integration_id, one.code, one.reason, one.params) for one in found.mine + found.on_others]
            assert len(keys) == len(set(keys)), user


def test_staff_see_it_in_tabs_with_counts(cast: Cast, several: list[Journey]) -> None:
    workflow.set_contact(several[0].integration, by=cast.staff, contact=None)
    staff = cast.client(cast.staff)
    page = staff.get("/")
    assert [(tab.name, count) for tab, count in page.context["tabs"]] == [
        ("approve", 1), ("agreements", 1), ("other", 0), ("nobodys", 1),
    ]  # fmt: skip
    assert [row.address for row in page.context["rows"]] == [
        f"/approvals/{several[1].integration.reference}/1/?queue=mine"
    ]
    assert [row.item.reason for row in staff.get("/?tab=agreements").context["rows"]] == ["agreement_unverified"]
    assert staff.get("/?tab=x").context["chosen"] == "approve"


def test_an_agreement_leads_to_the_very_agreement(cast: Cast, several: list[Journey]) -> None:
    agreement = several[0].integration.agreements.get()
    (row,) = cast.client(cast.staff).get("/?tab=agreements").context["rows"]
    assert row.address == f"/i/{several[0].integration.reference}/agreement/{agreement.pk}/#verify-agreement"


def test_days_over_are_working_days(cast: Cast) -> None:
    with time_machine.travel("2027-03-01T10:00:00+01:00", tick=False):
        journey = cast.journey()
        journey.roles()
        due = next(one.due_on for one in work(cast.owner).mine)
    assert due is not None
    with time_machine.travel("2027-03-22T10:00:00+01:00", tick=False):
        (item,) = work(cast.owner).mine
        assert (due.isoformat(), item.over) == ("2027-03-15", 5)
        assert "5 virkedager" in cast.client(cast.owner).get("/").content.decode()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2027-03-02", "svar innen 3. mars 2027"),
        ("2027-03-04", "lovet innen 3. mars 2027"),
        ("2027-03-06", "lovet innen 3. mars 2027"),  # a Saturday
    ],
)
def test_senders_read_what_was_promised_of_a_submission_also_when_that_day_has_passed(
    cast: Cast, day: str, told: str
) -> None:
    with time_machine.travel("2027-03-01T10:00:00+01:00", tick=False):
        journey = cast.journey()
        journey.milestone_1_facts()
        journey.submit(1)
    with time_machine.travel(f"{day}T10:00:00+01:00", tick=False):
        assert told in in_one_line(cast.client(cast.lead).get("/"))


def test_what_is_late_with_others_says_by_when_it_was_due(cast: Cast) -> None:
    with time_machine.travel("2027-03-01T10:00:00+01:00", tick=False):
        cast.journey().roles()
    with time_machine.travel("2027-03-17T10:00:00+01:00", tick=False):
        assert '<span class="late">frist 15. mars 2027</span>' in in_one_line(cast.client(cast.lead).get("/"))


def test_what_was_due_on_a_friday_says_so_on_saturday(cast: Cast) -> None:
    """When no working day has passed."""
    with time_machine.travel("2027-02-26T10:00:00+01:00", tick=False):
        cast.journey().roles()
    with time_machine.travel("2027-03-13T10:00:00+01:00", tick=False):
        page = in_one_line(cast.client(cast.owner).get("/"))
    assert '<span class="late">frist 12. mars 2027</span>' in page
    assert "0 virkedager" not in page


def in_one_line(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_it_is_empty_for_whom_nothing_waits(cast: Cast) -> None:
    assert work(cast.stranger) == Work()
    assert "/integrations/" in cast.client(cast.stranger).get("/").content.decode()


def test_what_is_done_is_gone(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    choices = dict.fromkeys(Service.values, (ServiceChoice.SKIP, ""))
    workflow.decide_services(journey.integration, by=cast.owner, decisions=choices)
    assert work(cast.owner).mine == []


def test_others_can_be_reminded_from_here_once(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    client = cast.client(cast.manager)
    first = client.get("/")
    (services,) = [row for row in first.context["on_others"] if row.item.reason == "services_undecided"]
    assert services.nudge
    assert not services.nudge.event
    client.post(f"/i/{journey.integration.reference}/nudge/{services.nudge.key}/")
    again = client.get("/")
    (services,) = [row for row in again.context["on_others"] if row.item.reason == "services_undecided"]
    assert services.nudge.event is not None


def test_an_observer_reminds_nobody(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    add_observer(journey, cast.observer)
    assert {row.nudge for row in cast.client(cast.observer).get("/").context["on_others"]} == {None}


def test_an_intake_that_waits_is_reminded_of_by_nobody(cast: Cast) -> None:
    integration = workflow.create_integration(
        by=cast.manager, number="984661185", organisation="Fjordvik kommune", name="Ny",
        sender_kind=SenderKind.SENDER, manager_name=cast.manager.name, manager_email=cast.manager.email,
    )  # fmt: skip
    assert not integration.is_accepted
    assert [row.nudge for row in cast.client(cast.manager).get("/").context["on_others"]] == [None]
