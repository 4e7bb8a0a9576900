"""A new status in the register of entities is told Digipost's contact at once; nothing else from there is."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, SendState, User
from tests.cast import Cast
from tests.register import IS_BANKRUPT, IS_FOUND, says

Send = Callable[[], int]


def test_the_contact_is_told_at_once_of_the_status_alone(cast: Cast, journey: Journey, send_all: Send) -> None:
    says(**IS_FOUND | {"address": "Et sted"})
    says(later=1, **IS_BANKRUPT)
    letter = Mail.objects.get(kind=MailKind.ORGANISATION)
    assert letter.recipient == cast.staff
    send_all()
    (sent,) = (one for one in mail.outbox if "Fjordvik" in one.subject)
    assert sent.subject.startswith(f"{journey.integration.reference}: Fjordvik kommune – ")
    assert "3. feb. 2026" in sent.body
    assert f"/i/{journey.integration.reference}/" in sent.body


def test_without_a_contact_all_staff_are_told(cast: Cast, journey: Journey) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=None)
    says(**IS_BANKRUPT)
    told = Mail.objects.filter(kind=MailKind.ORGANISATION).values_list("recipient", flat=True)
    assert set(told) == set(User.objects.staff().values_list("pk", flat=True))


def test_what_is_no_longer_so_is_not_sent(cast: Cast, journey: Journey, send_all: Send) -> None:
    says(**IS_BANKRUPT)
    says(later=1, **IS_FOUND)
    send_all()
    states = Mail.objects.filter(kind=MailKind.ORGANISATION).order_by("pk").values_list("state", flat=True)
    assert list(states) == [SendState.DROPPED, SendState.SENT]
