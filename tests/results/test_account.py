"""An account that Digipost signs it does not know: told to those who set accounts up, while it is so."""

from __future__ import annotations

import pytest
from django.core import mail as outgoing

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, SendState, User
from tests.cast import Cast
from tests.evidence import bodies
from tests.mailing import Send
from tests.results.sending import answers, captured, drop, record

pytestmark = pytest.mark.django_db


def says(cast: Cast, journey: Journey, status: str) -> None:
    """Digipost signs what it knows of the account, and that is recorded."""
    drop(cast, journey, answers(captured(bodies.sender_information(status))))
    assert record(cast, journey, "1.4").status_code == 302


def told() -> set[User | None]:
    return {one.recipient for one in Mail.objects.filter(kind=MailKind.ACCOUNT_UNKNOWN)}


def test_digiposts_contact_is_told(cast: Cast, friday: object, journey: Journey, send_all: Send) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    says(cast, journey, "NO_INFO_AVAILABLE")
    assert told() == {cast.staff}
    send_all()
    (letter,) = (one for one in outgoing.outbox if "kjenner ikke kontoen" in one.subject)
    assert letter.to == [cast.staff.email]
    assert "500123" in letter.body
    assert f"/i/{journey.integration.reference}/accounts/" in letter.body


def test_without_a_contact_all_of_the_staff_are(cast: Cast, journey: Journey) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=None)
    says(cast, journey, "NO_INFO_AVAILABLE")
    assert told() == set(User.objects.staff())


def test_nobody_is_told_that_it_is_known(cast: Cast, journey: Journey) -> None:
    says(cast, journey, "VALID_SENDER")
    assert told() == set()


def test_nor_once_it_is_known(cast: Cast, friday: object, journey: Journey, send_all: Send) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    says(cast, journey, "NO_INFO_AVAILABLE")
    says(cast, journey, "VALID_SENDER")
    send_all()
    (row,) = Mail.objects.filter(kind=MailKind.ACCOUNT_UNKNOWN)
    assert row.state == SendState.DROPPED
    assert row.error
