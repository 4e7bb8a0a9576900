"""Who is told of an intake that waits, and of what became of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from milestones import workflow
from milestones.models import Integration, Mail, MailKind, SendState
from milestones.process import SenderKind
from milestones.reminders import why
from tests.cast import Cast

Send = Callable[[], int]


@pytest.fixture
def waiting(cast: Cast, monday: object) -> Integration:
    return workflow.create_integration(
        by=cast.manager,
        number="984661185",
        organisation="Digipost AS",
        name="Brev",
        sender_kind=SenderKind.SENDER,
        manager_name=cast.manager.name,
        manager_email=cast.manager.email,
    )


def letters() -> dict[str, list[str]]:
    """To whom the letters that were sent go, by kind."""
    rows = Mail.objects.filter(state=SendState.SENT).select_related("recipient").order_by("pk")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row.to)
    return found


def test_staff_are_told_of_an_intake(cast: Cast, waiting: Integration, send_all: Send) -> None:
    send_all()
    assert letters() == {MailKind.INTAKE: [cast.staff.email, cast.other_staff.email]}
    letter = mail.outbox[0]
    assert all(text in letter.body for text in (cast.manager.name, "Digipost AS", "984 661 185"))
    assert f"/i/{waiting.reference}/\n" in letter.body
    assert letter.reply_to == [cast.manager.email]


def test_not_of_one_that_is_accepted_meanwhile(cast: Cast, waiting: Integration, send_all: Send) -> None:
    workflow.accept_intake(waiting, by=cast.staff)
    send_all()
    assert letters() == {MailKind.INTAKE_ACCEPTED: [cast.manager.email]}
    assert f"/i/{waiting.reference}/people/" in mail.outbox[0].body


def test_the_project_manager_is_told_why_it_is_refused(cast: Cast, waiting: Integration, send_all: Send) -> None:
    workflow.close_integration(waiting, by=cast.staff, reason="Vi kjenner dere ikke.")
    send_all()
    assert letters() == {MailKind.INTAKE_REFUSED: [cast.manager.email]}
    assert "Vi kjenner dere ikke." in mail.outbox[0].body


def test_nothing_of_what_staff_took_in_themselves(cast: Cast, monday: object, send_all: Send) -> None:
    journey = cast.journey()
    workflow.close_integration(journey.integration, by=cast.staff, reason="Stanset.")
    send_all()
    assert not set(letters()) & {MailKind.INTAKE, MailKind.INTAKE_ACCEPTED, MailKind.INTAKE_REFUSED}


def test_it_is_in_the_digest_and_says_why(cast: Cast, waiting: Integration) -> None:
    told = {one.code: one.answer for one in why.verdicts(waiting, cast.staff, timezone.now())}
    assert told["intake"] == why.Answer.TELLS_TODAY
    mine = {one.code: one.answer for one in why.verdicts(waiting, cast.manager, timezone.now())}
    assert mine["intake"] == why.Answer.ESCALATES  # after a week without an answer
    assert mine["1.2"] == why.Answer.CANNOT_START
