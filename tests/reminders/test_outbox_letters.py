"""What stands in the letters: order, counts, and headers and lines that no user's words can write."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from milestones import workflow
from milestones.mails.today import MOST_LINES
from milestones.models import Integration, Mail, MailKind, SendState, User, WaitingItem
from milestones.process import Role
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather

Send = Callable[[], int]


@pytest.mark.parametrize(
    "name",
    ["Ola\r\nBcc: offer@evil.example", "Kari\nContent-Type: text/html", "Åse 💌 Ærlig", "<script>alert(1)</script>"],
)
def test_a_name_or_title_cannot_write_headers(cast: Any, monday: object, send_all: Send, name: str) -> None:
    User.objects.filter(pk=cast.manager.pk).update(name=name)
    cast.manager.name = name
    journey = cast.journey(name)
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title=name, body="Les.")
    mail.outbox.clear()
    send_all()
    assert Mail.objects.filter(state=SendState.FAILED).count() == 0
    for letter in mail.outbox:
        raw = letter.message()
        assert {header.lower() for header in raw} <= {
            "content-type", "mime-version", "subject", "from", "to", "reply-to", "date", "message-id",
            "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
        }  # fmt: skip
        html = str(letter.alternatives[0][0])  # type: ignore[union-attr]
        assert "<script>" not in html


def test_a_digest_of_many_things_says_how_many_more(db: None, monday: object, send_all: Send) -> None:
    gather(recipients=1, integrations=MOST_LINES + 7)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
    send_all()
    (letter,) = mail.outbox
    assert letter.subject.startswith(f"{MOST_LINES + 7} oppgaver")
    assert "Og 7 ting til." in letter.body


def test_the_most_urgent_comes_first_and_the_contact_can_answer(cast: Any, monday: object, send_all: Send) -> None:
    late, soon = cast.journey("Sen"), cast.journey("Snar")
    for journey in (late, soon):
        journey.roles()
    for integration, days in ((soon.integration, 2), (late.integration, -2)):
        due = timezone.localdate() + datetime.timedelta(days=days)
        WaitingItem.objects.filter(integration=integration).update(due_on=due)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
    mail.outbox.clear()
    send_all()
    letter = next(one for one in mail.outbox if one.to == [cast.owner.email] and "oppgaver venter" in one.subject)
    assert letter.body.index(late.integration.reference) < letter.body.index(soon.integration.reference)
    assert letter.reply_to == [cast.staff.email]
    assert "Forretningsansvarlig (Bjørn Forretning)" in letter.body


def test_a_certificates_mark_is_not_lost_with_its_day(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    journey = cast.journey()
    journey.roles()
    expires = timezone.localdate() + datetime.timedelta(days=58)  # the day of the mark is past, nothing ran
    workflow.record_certificate(journey.integration, by=cast.lead, expires_on=expires)
    for _day in range(3):
        sweep.tick()
        send_all()
        monday.shift(datetime.timedelta(days=1))
    told = Mail.objects.filter(kind=MailKind.DIGEST, recipient=cast.lead, lines__reason="certificate_expires")
    assert told.count() == 1


def test_users_words_neither_end_a_mail_nor_write_its_lines(cast: Any, monday: object, send_all: Send) -> None:
    journey = cast.journey("Brev\nLogg inn her")
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.return_milestone(journey.integration, 1, by=cast.staff, reason="Først\n--\nså dette.")
    mail.outbox.clear()
    send_all()
    letter = next(one for one in mail.outbox if "sendt tilbake" in one.subject)
    assert "\nLogg inn her" not in letter.body
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert "så dette." in html
    assert "/milestones/1/" in html
    assert "så dette." in Mail.objects.filter(kind=MailKind.RETURNED).earliest("pk").text


def test_what_waits_keeps_its_age_though_its_count_changes(cast: Any, monday: time_machine.Traveller) -> None:
    journey = cast.journey()
    journey.to_operations()
    reader = journey.integration.members.get(user=cast.owner)
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[reader.pk], shared_mailbox="")
    for _notice in range(2):
        workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
        monday.shift(datetime.timedelta(days=9))
    item = journey.integration.waiting_items.get(reason="notice_unread")
    assert item.since == datetime.date(2026, 11, 23)


def test_a_certificate_is_told_though_many_things_are_more_urgent(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    journey = cast.journey()
    journey.roles()
    overdue = timezone.localdate() - datetime.timedelta(days=2)
    WaitingItem.objects.bulk_create(
        WaitingItem(
            integration=journey.integration, position=100 + number, code="2.1", reason="not_confirmed",
            role=Role.TECHNICAL_LEAD, where="confirmation", params=[["requirement", "2.1"]], since=overdue,
            due_on=overdue,
        )
        for number in range(MOST_LINES + 20)
    )  # fmt: skip
    soon = timezone.localdate() + datetime.timedelta(days=6)
    Integration.objects.filter(pk=journey.integration.pk).update(certificate_expires_on=soon)
    for _day in range(3):
        sweep.tick()
        send_all()
        monday.shift(datetime.timedelta(days=1))
    told = Mail.objects.filter(recipient=cast.lead, lines__reason="certificate_expires")
    assert told.count() == 1
