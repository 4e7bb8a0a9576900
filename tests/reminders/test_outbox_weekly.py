"""Weekly digests and summaries: on the first working day on which something ran, and never two."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from milestones import workflow
from milestones.models import Mail, MailKind, SendState, User
from milestones.reminders import sweep
from tests.reminders.outboxes import digests_of, due_now

Send = Callable[[], int]


def test_the_weekly_summary_tells_what_moved_is_stuck_and_comes(cast: Any, monday: object, send_all: Send) -> None:
    journey = cast.journey()
    journey.milestone_1()
    sweep.queue_summaries(timezone.localdate())
    mail.outbox.clear()
    send_all()
    summaries = [one for one in mail.outbox if one.subject == "Uken i Digipost-integrasjoner"]
    assert {one.to[0] for one in summaries} == {cast.manager.email, cast.staff.email}
    assert f"{cast.staff.name} godkjente milepæl 1" in summaries[0].body
    assert summaries[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Mail.objects.filter(kind=MailKind.WEEKLY, state=SendState.DROPPED).count() == 1  # nothing to tell him


def test_a_weekly_summary_outlives_a_bad_monday(cast: Any, monday: time_machine.Traveller, send_all: Send) -> None:
    cast.journey()
    monday.shift(datetime.timedelta(days=1))  # nothing ran on Monday
    sweep.tick()
    sweep.tick()
    weekly = Mail.objects.filter(kind=MailKind.WEEKLY)
    assert weekly.count() == 3
    monday.shift(datetime.timedelta(days=1))  # and nothing was sent on Tuesday
    send_all()
    assert weekly.filter(state=SendState.SENT).count() == 2
    monday.shift(datetime.timedelta(days=7))
    assert not [row for row in weekly if row.state == SendState.WAITING]


def test_who_wants_it_weekly_is_not_sent_todays(cast: Any, monday: time_machine.Traveller, send_all: Send) -> None:
    due_now(cast)
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    sweep.tick()
    send_all()
    monday.shift(datetime.timedelta(days=1))
    workflow.send_today(by=cast.staff, day=timezone.localdate())
    send_all()
    assert digests_of(cast.owner) == [("sent", datetime.date(2026, 11, 23))]
    assert [state for state, _day in digests_of(cast.contract)] == ["sent", "sent"]


def test_a_weekly_digest_outlives_a_monday_on_which_nothing_ran(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    due_now(cast)
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    for _day in range(6):  # Tuesday to Sunday
        monday.shift(datetime.timedelta(days=1))
        sweep.tick()
        send_all()
    assert digests_of(cast.owner) == [("sent", datetime.date(2026, 11, 24))]
    monday.shift(datetime.timedelta(days=1))
    sweep.tick()
    send_all()
    assert digests_of(cast.owner)[1:] == [("sent", datetime.date(2026, 11, 30))]


@pytest.mark.parametrize("left", ["waiting", "failed", "dropped"])
def test_a_weekly_digest_outlives_a_monday_on_which_it_was_not_sent(
    cast: Any, monday: time_machine.Traveller, send_all: Send, left: str
) -> None:
    due_now(cast)
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    sweep.tick()
    Mail.objects.filter(kind=MailKind.DIGEST).update(state=left)
    monday.shift(datetime.timedelta(days=1))
    sweep.tick()
    send_all()
    sweep.tick()
    assert digests_of(cast.owner) == [("sent", datetime.date(2026, 11, 24))]


def test_a_weekly_digest_is_dropped_when_its_week_is_over(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    due_now(cast)
    User.objects.filter(pk=cast.owner.pk).update(digest="weekly")
    sweep.tick()
    monday.shift(datetime.timedelta(days=7))
    send_all()
    assert [state for state, _day in digests_of(cast.owner)] == ["dropped"]


def test_nobody_has_two_digests_a_day_whatever_they_choose_meanwhile(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    due_now(cast)
    for wanted in ("weekly", "daily", "weekly", "daily"):
        User.objects.filter(pk=cast.owner.pk).update(digest=wanted)
        workflow.send_today(by=cast.staff, day=timezone.localdate())
        send_all()
    sent = [state for state, _day in digests_of(cast.owner) if state == "sent"]
    assert sent == ["sent"]
