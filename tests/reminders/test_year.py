"""A year of days: nobody twice a day, nothing on a day off, silence once it is done, escalation on the right day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from milestones import tasks, workflow
from milestones.demo import Journey
from milestones.mails import sending
from milestones.models import Mail, MailKind, MailLine, SendState
from milestones.process import Cadence
from milestones.reminders import sweep
from milestones.reminders.decide import Urgency
from milestones.workdays import first_working_day_of_week, is_working_day, iso_week
from tests.cast import Cast, build_cast

OSLO = ZoneInfo("Europe/Oslo")
START = datetime.date(2026, 11, 23)
HOURS = ((7, 30), (9, 0), (16, 30))

# Milestone 1 of an integration taken in on 23 November is due ten working days later, on 7 December.
FIRST_TOLD = datetime.date(2026, 12, 2)
MANAGER_TOLD = datetime.date(2026, 12, 14)
OWNER_TOLD = datetime.date(2026, 12, 21)
DONE = datetime.date(2027, 2, 1)
SUBMITTED = datetime.date(2027, 5, 12)
CLOSED = datetime.date(2027, 1, 11)
LEFT = datetime.date(2027, 1, 4)
RETURNED = datetime.date(2027, 3, 10)
EXPIRES = datetime.date(2027, 9, 30)
PROMISED_UNTIL = datetime.date(2027, 5, 14)  # the next working day is 18 May


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO)


def pass_the_day(clock: time_machine.Traveller, day: datetime.date) -> None:
    """What beat and worker do on a day; at half past seven and half past four nothing may go out."""
    clock.move_to(at(day, 0, 5))
    tasks.refresh_snapshots()
    for hour, minute in HOURS:
        clock.move_to(at(day, hour, minute))
        sweep.tick()
        sweep.tick()  # another beat
        while sending.send_batch():
            pass


@pytest.fixture
def cast(db: None) -> Cast:
    with time_machine.travel(at(START, 8, 30), tick=False):
        return build_cast()


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(START, 8, 30), tick=False) as traveller:
        yield traveller


def told(journey: Journey, user: Any, urgency: Urgency | None = None, code: str = "") -> list[datetime.date]:
    """The days on which a digest told `user` something of the journey's integration."""
    lines = MailLine.objects.filter(mail__recipient=user, mail__state=SendState.SENT, integration=journey.integration)
    if urgency:
        lines = lines.filter(urgency=urgency)
    if code:
        lines = lines.filter(code=code)
    return sorted(set(lines.values_list("mail__day", flat=True)))


def test_a_year(cast: Cast, clock: time_machine.Traveller) -> None:
    stuck, silent = cast.journey("Står fast"), cast.journey("På pause")
    closed, left = cast.journey("Avsluttes"), cast.journey("En slutter")
    for journey in (stuck, silent, closed, left):
        journey.roles()
        journey.agreement()
    neighbour = Neighbour(cast)
    workflow.pause_integration(silent.integration, by=cast.staff, reason="Ny leverandør.")
    days = [START + datetime.timedelta(days=n) for n in range(366)]
    for day in days:
        if day == CLOSED:
            workflow.close_integration(closed.integration, by=cast.staff, reason="Prosjektet er stanset.")
        if day == LEFT:
            workflow.remove_member(left.integration, left.integration.members.get(user=cast.owner).pk, by=cast.manager)
        neighbour.live(clock, day)
        if day == DONE:
            clock.move_to(at(day, 8, 15))
            stuck.services()
            stuck.accounts()
        if day == SUBMITTED:
            clock.move_to(at(day, 8, 15))
            workflow.submit(stuck.integration, 1, by=cast.manager)
        pass_the_day(clock, day)

    _nobody_is_told_twice_a_day_or_on_a_day_off()
    assert told(silent, cast.owner) == []
    assert max(told(closed, cast.owner)) < CLOSED
    assert max(told(closed, cast.staff)) < CLOSED
    assert max(told(left, cast.owner)) < LEFT
    assert min(told(left, cast.manager, code="1.2")) == LEFT  # the role is vacant: the manager's turn
    neighbour.was_told_once_a_week()
    services = told(stuck, cast.owner, code="1.3")
    assert services[0] == FIRST_TOLD
    assert services == [d for d in days if FIRST_TOLD <= d < DONE and is_working_day(d)]
    assert told(stuck, cast.manager, Urgency.ESCALATED)[0] == MANAGER_TOLD
    assert told(stuck, cast.staff, Urgency.OVERDUE, "1.4")[0] == datetime.date(2026, 12, 8)
    assert told(stuck, cast.staff, Urgency.ESCALATED, "1.3")[0] == OWNER_TOLD
    assert told(stuck, cast.manager, Urgency.ESCALATED, "1.3")[-1] < DONE
    late = told(stuck, cast.staff, Urgency.APPROVAL_LATE)
    assert late[0] == datetime.date(2027, 5, 18)
    assert PROMISED_UNTIL not in late
    summaries = Mail.objects.filter(kind=MailKind.WEEKLY, recipient=cast.manager, state=SendState.SENT)
    weeks = [day.isocalendar()[:2] for day in summaries.values_list("day", flat=True)]
    assert len(weeks) == len(set(weeks)) > 40


class Neighbour:
    """One person with all roles, told once a week: of a return in March, and of a certificate that expires."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.journey = cast, cast.neighbour()
        self.user = cast.stranger
        workflow.choose_mail(by=self.user, digest=Cadence.WEEKLY, weekly_summary=False)
        self.journey.milestone_1_facts()
        workflow.record_certificate(self.journey.integration, by=self.user, expires_on=EXPIRES)

    def live(self, clock: time_machine.Traveller, day: datetime.date) -> None:
        if day == RETURNED:
            clock.move_to(at(day, 8, 15))
            workflow.submit(self.journey.integration, 1, by=self.user)
            workflow.return_milestone(self.journey.integration, 1, by=self.cast.staff, reason="Signaturen mangler.")

    def was_told_once_a_week(self) -> None:
        days = told(self.journey, self.user)
        assert len({iso_week(day) for day in days}) == len(days)
        mondays = [day for day in days if day == first_working_day_of_week(day)]
        assert len(mondays) > len(days) * 0.9  # seldom later in the week: when nothing was due before
        lines = MailLine.objects.filter(mail__recipient=self.user, reason="ready_to_resubmit")
        assert min(lines.values_list("mail__day", flat=True)) == datetime.date(2027, 3, 15)  # the next digest
        marks = told(self.journey, self.user, Urgency.CERTIFICATE)
        ahead = [(EXPIRES - day).days for day in marks]
        assert [mark for mark in (60, 30, 7) if any(mark - 7 < one <= mark for one in ahead)] == [60, 30, 7]
        assert len(marks) == 3
        assert not Mail.objects.filter(kind=MailKind.WEEKLY, recipient=self.user).exists()


def _nobody_is_told_twice_a_day_or_on_a_day_off() -> None:
    digests = list(Mail.objects.filter(kind=MailKind.DIGEST, state=SendState.SENT))
    pairs = [(one.recipient_id, timezone.localdate(one.sent_at)) for one in digests]
    assert len(pairs) == len(set(pairs)) > 200
    for one in Mail.objects.filter(state=SendState.SENT).exclude(kind__in=("invited", "notice")):
        assert one.sent_at is not None
        local = timezone.localtime(one.sent_at)
        assert is_working_day(local.date()), local
        assert 8 <= local.hour < 16, local
    off = {datetime.date(2027, 5, 17), datetime.date(2026, 12, 24), datetime.date(2026, 12, 31)}
    off |= {datetime.date(2027, 3, day) for day in (25, 26, 28, 29)} | {datetime.date(2027, 10, 31)}
    assert not off & {day for _user, day in pairs}
    assert len(mail.outbox) == Mail.objects.filter(state=SendState.SENT).count()


def test_what_happens_at_night_is_told_when_the_window_opens_unless_it_has_changed(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    journey = cast.journey()
    clock.move_to(at(datetime.date(2026, 11, 27), 9))
    journey.milestone_1_facts()
    clock.move_to(at(datetime.date(2026, 11, 28), 21))  # a Saturday evening
    workflow.submit(journey.integration, 1, by=cast.manager)
    while sending.send_batch():
        pass
    submitted = Mail.objects.get(kind=MailKind.SUBMITTED)
    assert submitted.state == SendState.WAITING
    clock.move_to(at(datetime.date(2026, 11, 29), 12))
    workflow.withdraw(journey.integration, 1, by=cast.manager)
    workflow.submit(journey.integration, 1, by=cast.lead)
    clock.move_to(at(datetime.date(2026, 11, 30), 8))
    while sending.send_batch():
        pass
    states = Mail.objects.filter(kind=MailKind.SUBMITTED).order_by("pk").values_list("state", flat=True)
    assert list(states) == [SendState.DROPPED, SendState.SENT]
