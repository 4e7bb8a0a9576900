"""How mail is claimed, sent, retried and given up, against a server that misbehaves in one way at a time."""

from __future__ import annotations

import contextlib
import datetime
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones import outbox, workflow
from milestones.demo import Journey
from milestones.mails.letter import Letter, message_id
from milestones.mails.stop_links import stop_address
from milestones.mails.today import MOST_LINES
from milestones.models import (
    Integration,
    Mail,
    MailKind,
    MailState,
    Member,
    Organisation,
    RoleHolding,
    User,
    WaitingItem,
)
from milestones.process import Role
from milestones.reminders import cases, sweep
from tests.reminders.crowd import gather
from tests.reminders.sink import Keeper, listen

Send = Callable[[], int]


class Server(EmailBackend):
    """Raises what `refusal` gives for a recipient; keeps the rest."""

    refusal: Callable[[str], Exception | None] = staticmethod(lambda address: None)

    def send_messages(self, messages: Any) -> int:
        error = type(self).refusal(messages[0].to[0])
        if error:
            raise error
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    settings.EMAIL_BACKEND = "tests.reminders.test_outbox.Server"
    monkeypatch.setattr(Server, "refusal", staticmethod(lambda address: None))
    return Server


@pytest.fixture
def crowd(db: None, monday: object) -> None:
    gather(recipients=5, integrations=10)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def test_each_is_sent_once_with_all_that_waits(crowd: None, send_all: Send) -> None:
    assert (send_all(), send_all()) == (5, 0)
    assert states() == ["sent"] * 5
    assert len(mail.outbox) == 5
    row = Mail.objects.earliest("pk")
    assert row.lines.count() == 2
    assert mail.outbox[0].extra_headers["Message-ID"] == message_id(row)


def test_queueing_again_queues_nobody_again(crowd: None, send_all: Send) -> None:
    send_all()
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force(), forced=True)
    assert send_all() == 0


def test_what_is_done_before_it_is_sent_is_not_told(crowd: None, send_all: Send) -> None:
    WaitingItem.objects.all().delete()
    assert send_all() == 0
    assert set(states()) == {"dropped"}


def test_yesterdays_digest_is_dropped(crowd: None, monday: time_machine.Traveller, send_all: Send) -> None:
    monday.shift(datetime.timedelta(days=1))
    assert send_all() == 0
    assert set(states()) == {"dropped"}


def test_an_address_that_is_refused_for_good_fails_with_the_servers_words(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, send_all: Send
) -> None:
    refused = {"teknisk1@fjordvik.example": (550, b"no such user")}
    error = smtplib.SMTPRecipientsRefused(refused)  # type: ignore[arg-type]
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error if to in refused else None))
    assert send_all() == 4
    failed = Mail.objects.get(state=MailState.FAILED)
    assert (failed.to, failed.error, failed.attempts) == ("teknisk1@fjordvik.example", "550 no such user", 1)
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: None))
    assert outbox.resend(Mail.objects.filter(pk=failed.pk))
    assert not outbox.resend(Mail.objects.filter(pk=failed.pk))
    assert send_all() == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"x": (451, b"later")}),  # type: ignore[dict-item]
        smtplib.SMTPDataError(452, b"full"),
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError("timed out"),
        ConnectionRefusedError("refused"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_refused_for_now_is_tried_later_and_later(
    crowd: None,
    server: type[Server],
    monkeypatch: pytest.MonkeyPatch,
    monday: time_machine.Traveller,
    send_all: Send,
    error: Exception,
) -> None:
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error))
    waits = []
    for _attempt in range(4):
        assert send_all() == 0
        assert set(states()) == {"waiting"}
        row = Mail.objects.earliest("pk")
        waits.append((row.next_attempt_at - timezone.now()).total_seconds())
        monday.move_to(max(Mail.objects.values_list("next_attempt_at", flat=True)) + datetime.timedelta(seconds=1))
    for attempt, seconds in enumerate(waits):
        assert 30 * 2**attempt - 2 <= seconds <= 90 * 2**attempt
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: None))
    assert send_all() == 5


def test_after_the_last_attempt_it_fails_and_says_why(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, settings: Any, send_all: Send
) -> None:
    settings.MAIL_ATTEMPTS = 1
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: TimeoutError("timed out")))
    send_all()
    assert set(Mail.objects.values_list("state", "error")) == {("failed", "timed out")}


def test_a_claim_whose_worker_died_is_taken_over_after_the_lease(
    crowd: None, monday: time_machine.Traveller, settings: Any, send_all: Send
) -> None:
    claim, rows = outbox._claim(3)
    assert len(rows) == 3
    assert send_all() == 2
    monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE + 1))
    assert send_all() == 3
    outbox._settle(rows[0], claim, MailState.FAILED)  # the dead one awakes: it is no longer its mail
    assert set(states()) == {"sent"}


def test_a_slow_server_does_not_outlast_the_lease(crowd: None, settings: Any, send_all: Send) -> None:
    settings.MAIL_LEASE = (
        outbox.ROUND_TRIPS * settings.EMAIL_TIMEOUT
    )  # nothing is left of it when the first is to be sent
    batch = outbox.send_batch()
    assert (batch.sent, batch.delayed) == (0, 5)
    assert set(Mail.objects.values_list("state", "attempts")) == {("waiting", 0)}


def test_a_database_that_is_away_for_a_moment_does_not_lose_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    monkeypatch.setattr(outbox.time, "sleep", lambda seconds: None)

    def update() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(outbox, "connection", _NoConnection())
    outbox._insist(update)
    assert len(tries) == 3


class _NoConnection:
    in_atomic_block = False

    def close(self) -> None: ...


def test_two_beats_at_once_sweep_once(crowd: None, send_all: Send) -> None:
    sweep.tick()
    before = Mail.objects.count()
    assert sweep.tick() == 0
    assert Mail.objects.count() == before


def test_a_sweep_that_died_is_taken_over(crowd: None, monday: time_machine.Traveller) -> None:
    Mail.objects.all().delete()
    assert sweep._claimed(sweep.SweepKind.DIGEST, timezone.localdate()) is not None  # and dies
    assert sweep.tick() == 0
    monday.shift(sweep.GIVEN_UP_AFTER + datetime.timedelta(seconds=1))
    assert sweep.tick() == 5


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
    assert Mail.objects.filter(state=MailState.FAILED).count() == 0
    for letter in mail.outbox:
        raw = letter.message()
        assert {header.lower() for header in raw} <= {
            "content-type", "mime-version", "subject", "from", "to", "reply-to", "date", "message-id",
            "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
        }  # fmt: skip
        html = str(letter.alternatives[0][0])  # type: ignore[union-attr]
        assert "<script>" not in html


def reach_one_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a row would say that the database takes no more."""
    stored: Any = Mail.to
    changed = {"teknisk0@fjordvik.example": address}
    monkeypatch.setattr(Mail, "to", property(lambda row: changed.get(stored.fget(row), stored.fget(row))))


def test_a_recipient_without_an_address_is_dropped_with_the_reason(
    crowd: None, send_all: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach_one_at("", monkeypatch)
    assert send_all() == 4
    assert Mail.objects.get(state=MailState.DROPPED).error == "Mottakeren har ingen e-postadresse."


def test_an_address_that_cannot_be_written_fails(crowd: None, send_all: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    reach_one_at("a\r\nBcc: b@evil.example", monkeypatch)
    assert send_all() == 4
    assert states().count("failed") == 1
    assert len(mail.outbox) == 4


def test_a_digest_of_many_things_says_how_many_more(db: None, monday: object, send_all: Send) -> None:
    gather(recipients=1, integrations=MOST_LINES + 7)
    sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
    send_all()
    (letter,) = mail.outbox
    assert letter.subject.startswith(f"{MOST_LINES + 7} ting")
    assert "Og 7 ting til." in letter.body


def test_a_batch_takes_as_many_queries_whatever_it_tells(db: None, monday: object) -> None:
    taken = []
    for integrations in (10, 80):
        Mail.objects.all().delete()
        gather_again(integrations)
        sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
        with CaptureQueriesContext(connection) as queries:
            outbox.send_batch()
        taken.append(len(queries))
    assert taken[0] == taken[1]


def gather_again(integrations: int) -> None:
    models: list[Any] = [WaitingItem, RoleHolding, Member, Integration, Organisation]
    for model in models:
        rows: QuerySet[Any] = model._default_manager.all()
        rows.delete()
    User.objects.filter(email__startswith="teknisk").delete()
    gather(recipients=10, integrations=integrations)


def test_the_weekly_summary_tells_what_moved_is_stuck_and_comes(cast: Any, monday: object, send_all: Send) -> None:
    journey = cast.journey()
    journey.milestone_1()
    sweep.queue_summaries(timezone.localdate())
    mail.outbox.clear()
    send_all()
    summaries = [one for one in mail.outbox if one.subject == "Uken i Digipost-integrasjoner"]
    assert {one.to[0] for one in summaries} == {cast.manager.email, cast.staff.email}
    assert "Milepæl godkjent" in summaries[0].body
    assert summaries[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Mail.objects.filter(kind=MailKind.WEEKLY, state=MailState.DROPPED).count() == 1  # nothing to tell him


def test_a_mail_that_cannot_be_written_fails_alone(crowd: None, send_all: Send) -> None:
    broken = WaitingItem.objects.filter(integration__members__user__email="teknisk2@fjordvik.example")
    broken.update(reason="unheard_of")
    assert send_all() == 4
    failed = Mail.objects.get(state=MailState.FAILED)
    assert (failed.to, failed.error) == ("teknisk2@fjordvik.example", "KeyError: 'unheard_of'")


@pytest.mark.parametrize(
    "error", [smtplib.SMTPSenderRefused(530, b"log in first", "x"), smtplib.SMTPDataError(421, b"bye")]
)
def test_what_is_about_us_fails_nobodys_mail(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, send_all: Send, error: Exception
) -> None:
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error))
    send_all()
    assert set(states()) == {"waiting"}


def test_a_batch_is_sent_over_one_connection(crowd: None, settings: Any, send_all: Send) -> None:
    kept = Keeper()
    running = listen(kept)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    assert send_all() == 5
    running.stop()
    assert (kept.count, kept.connections) == (5, 1)


def test_what_is_told_again_is_listed_once(crowd: None, send_all: Send) -> None:
    send_all()
    row = Mail.objects.earliest("pk")
    Mail.objects.filter(pk=row.pk).update(state=MailState.FAILED)
    outbox.resend(Mail.objects.filter(pk=row.pk))
    send_all()
    assert row.lines.count() == 2


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
    letter = next(one for one in mail.outbox if one.to == [cast.owner.email] and "ting venter" in one.subject)
    assert letter.body.index(late.integration.reference) < letter.body.index(soon.integration.reference)
    assert letter.reply_to == [cast.staff.email]
    assert "Forretningsansvarlig (Bjørn Forretning)" in letter.body


def test_a_weekly_summary_outlives_a_bad_monday(cast: Any, monday: time_machine.Traveller, send_all: Send) -> None:
    cast.journey()
    monday.shift(datetime.timedelta(days=1))  # nothing ran on Monday
    sweep.tick()
    sweep.tick()
    weekly = Mail.objects.filter(kind=MailKind.WEEKLY)
    assert weekly.count() == 3
    monday.shift(datetime.timedelta(days=1))  # and nothing was sent on Tuesday
    send_all()
    assert weekly.filter(state=MailState.SENT).count() == 2
    monday.shift(datetime.timedelta(days=7))
    assert not [row for row in weekly if row.state == MailState.WAITING]


def test_what_was_dropped_is_decided_anew_when_staff_send_today(cast: Any, monday: object, send_all: Send) -> None:
    journey = cast.journey()
    journey.roles()
    WaitingItem.objects.update(due_on=timezone.localdate())
    sweep.tick()
    workflow.pause(journey.integration, by=cast.staff, reason="Ferie.")
    send_all()
    workflow.resume(journey.integration, by=cast.staff)
    WaitingItem.objects.update(due_on=timezone.localdate())
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) > 0
    send_all()
    assert Mail.objects.filter(kind=MailKind.DIGEST, recipient=cast.owner).get().state == MailState.SENT
    assert workflow.send_today(by=cast.staff, day=timezone.localdate()) == 0


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


def due_now(cast: Any) -> Journey:
    """An integration of which each holder is told something today."""
    journey = cast.journey()
    journey.roles()
    WaitingItem.objects.update(due_on=timezone.localdate())
    mail.outbox.clear()
    return journey


def digests_of(user: User) -> list[tuple[str, datetime.date]]:
    """The state of each of their digests, and the day it is for."""
    return list(Mail.objects.filter(kind=MailKind.DIGEST, recipient=user).order_by("pk").values_list("state", "day"))


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


def test_who_unsubscribes_while_it_waits_is_not_sent_it(
    cast: Any, monday: time_machine.Traveller, send_all: Send
) -> None:
    due_now(cast)
    sweep.tick()
    program = Client(enforce_csrf_checks=True)
    for what in ("digest", "weekly"):
        assert program.post(stop_address(cast.manager, what).removeprefix(settings.BASE_URL)).status_code == 200
    send_all()
    mine = Mail.objects.filter(recipient=cast.manager, kind__in=(MailKind.DIGEST, MailKind.WEEKLY))
    assert {row.state for row in mine} == {MailState.DROPPED}
    assert cast.manager.email not in {one.to[0] for one in mail.outbox}


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
    workflow.send_back(journey.integration, 1, by=cast.staff, reason="Først\n--\nså dette.")
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


def test_an_unexpected_error_puts_off_that_mail_alone(
    crowd: None, server: type[Server], monkeypatch: pytest.MonkeyPatch, monday: time_machine.Traveller, settings: Any,
    send_all: Send,
) -> None:  # fmt: skip
    bad = "teknisk2@fjordvik.example"
    error = RuntimeError("surprise\0")
    monkeypatch.setattr(server, "refusal", staticmethod(lambda to: error if to == bad else None))
    settings.MAIL_ATTEMPTS, settings.MAIL_BACKOFF_LIMIT = 3, 60
    for _attempt in range(3):
        send_all()
        monday.shift(datetime.timedelta(seconds=61))
    assert states().count("sent") == 4
    failed = Mail.objects.get(state=MailState.FAILED)
    assert (failed.to, failed.error, failed.attempts) == (bad, "RuntimeError: surprise", 3)


def test_a_mail_that_kills_its_workers_takes_no_other_with_it_and_is_given_up(
    crowd: None, monkeypatch: pytest.MonkeyPatch, monday: time_machine.Traveller, settings: Any, send_all: Send
) -> None:
    class Killed(BaseException): ...

    deliver = outbox._deliver

    def deadly(server: Any, letter: Letter, pk: int) -> None:
        if letter.to == "teknisk2@fjordvik.example":
            raise Killed
        deliver(server, letter, pk)

    monkeypatch.setattr(outbox, "_deliver", deadly)
    for _death in range(settings.MAIL_ATTEMPTS + 1):
        with contextlib.suppress(Killed):
            send_all()
        monday.shift(datetime.timedelta(seconds=settings.MAIL_LEASE + 1))
    assert states().count("sent") == 4
    failed = Mail.objects.get(state=MailState.FAILED)
    assert failed.attempts == settings.MAIL_ATTEMPTS
    assert failed.error


def test_a_waiting_item_that_cannot_be_read_silences_nobody_else(db: None, monday: object, send_all: Send) -> None:
    gather(recipients=5, integrations=5)
    broken = WaitingItem.objects.filter(integration__members__user__email="teknisk2@fjordvik.example")
    broken.update(role="gone_role")
    assert sweep.queue_digests(timezone.localdate(), cases.rules_in_force()) == 4
    assert send_all() == 4
