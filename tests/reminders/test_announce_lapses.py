"""What was met and is no longer: told once, in words of the recipient's, and not to who caused it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from milestones import snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Mail, MailKind, SendState, User
from tests.cast import Cast
from tests.reminders.announced import emails, told

Send = Callable[[], int]


def test_a_lapse_is_recorded_once_and_told_but_not_to_who_caused_it(
    cast: Cast, quiet: Journey, send_all: Send
) -> None:
    quiet.pass_milestone(1)
    agreement = quiet.integration.agreements.current().get()
    workflow.withdraw_agreement(quiet.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    event = Event.objects.get(kind=EventKind.REQUIREMENT_LAPSED)
    assert (event.subject, event.actor) == ("1.1", None)
    assert told(MailKind.LAPSED) == emails(cast.manager, cast.staff)
    workflow.add_follow_up(quiet.integration, by=cast.manager, title="Noe annet", description="")
    assert Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).count() == 1
    quiet.agreement()
    send_all()
    assert {row.state for row in Mail.objects.filter(kind=MailKind.LAPSED)} == {SendState.DROPPED}


def test_a_lapse_by_the_date_alone_is_told_too(cast: Cast, quiet: Journey, monday: object) -> None:
    quiet.pass_milestone(1)
    quiet.milestone_2_facts()
    workflow.unconfirm(quiet.integration, "2.1", by=cast.lead)
    workflow.grant_exception(quiet.integration, "2.1", by=cast.staff, reason="Kjenner den.", until=today())
    quiet.pass_milestone(2)
    assert told(MailKind.LAPSED) == set()
    monday.shift(datetime.timedelta(days=1))  # type: ignore[attr-defined]
    tasks.refresh_snapshots()
    tasks.refresh_snapshots()
    assert [event.subject for event in Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED)] == ["2.1"]
    assert told(MailKind.LAPSED) == emails(cast.lead, cast.manager, cast.staff)


def test_what_lapsed_during_a_pause_is_no_news_when_it_ends(cast: Cast, quiet: Journey) -> None:
    quiet.pass_milestone(1)
    agreement = quiet.integration.agreements.current().get()
    workflow.pause_integration(quiet.integration, by=cast.staff, reason="Ferie.")
    workflow.withdraw_agreement(quiet.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    workflow.resume_integration(quiet.integration, by=cast.staff)
    assert not Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).exists()
    assert not any(differs for _one, differs in snapshots.differences())


def test_what_is_on_its_way_to_being_met_again_is_no_second_lapse(cast: Cast, quiet: Journey) -> None:
    quiet.pass_milestone(1)
    agreement = quiet.integration.agreements.current().get()
    workflow.withdraw_agreement(quiet.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    quiet.agreement(verify=False)
    assert Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).count() == 1


def test_a_lapse_is_told_in_the_recipients_language(cast: Cast, quiet: Journey, send_all: Send) -> None:
    quiet.pass_milestone(1)
    User.objects.filter(pk=cast.manager.pk).update(language="en")
    agreement = quiet.integration.agreements.current().get()
    workflow.withdraw_agreement(quiet.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    send_all()
    told_manager = Mail.objects.get(kind=MailKind.LAPSED, recipient=cast.manager)
    assert "A signed agreement is not on file" in told_manager.text
