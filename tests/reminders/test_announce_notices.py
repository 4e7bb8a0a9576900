"""Notices: once to each reader and mailbox, for what is still active and still unread."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Mail, MailKind, SendState
from tests.cast import Cast
from tests.reminders.announced import told

Send = Callable[[], int]


def test_a_notice_goes_once_to_each_reader_and_to_the_mailbox(cast: Cast, monday: object, send_all: Send) -> None:
    integrations = []
    for name in ("Brev", "Faktura"):
        journey = cast.journey(name)
        journey.roles()
        reader = journey.integration.members.get(user=cast.owner)
        workflow.name_readers(
            journey.integration, by=cast.manager, member_ids=[reader.pk], shared_mailbox="vakt@fjordvik.example"
        )
        integrations.append(journey.integration)
    workflow.send_notice(integrations, by=cast.staff, kind="downtime", title="Nedetid", body="I natt.")
    assert told(MailKind.NOTICE) == {cast.owner.email, "vakt@fjordvik.example"}
    assert Mail.objects.filter(kind=MailKind.NOTICE).count() == 2
    mail.outbox.clear()
    send_all()
    assert [one.to[0] for one in mail.outbox if "Nedetid" in one.subject] == [
        cast.owner.email,
        "vakt@fjordvik.example",
    ]


def test_a_notice_reaches_who_reads_it_for_what_is_still_active(cast: Cast, monday: object, send_all: Send) -> None:
    integrations = []
    for name in ("Brev", "Faktura"):
        journey = cast.journey(name)
        journey.roles()
        reader = journey.integration.members.get(user=cast.owner)
        workflow.name_readers(journey.integration, by=cast.manager, member_ids=[reader.pk], shared_mailbox="")
        integrations.append(journey.integration)
    workflow.send_notice(integrations, by=cast.staff, kind="job", title="Varsel", body="Les.")
    workflow.pause_integration(integrations[0], by=cast.staff, reason="Ferie.")
    send_all()
    assert Mail.objects.get(kind=MailKind.NOTICE).state == SendState.SENT


def mailbox_notice(cast: Cast) -> tuple[Journey, Journey]:
    """A notice to two organisations, each of which reads it in a mailbox of its own."""
    theirs, ours = cast.neighbour(), cast.journey()
    for journey, by, mailbox in ((theirs, cast.stranger, "nabovik"), (ours, cast.manager, "fjordvik")):
        journey.roles()
        workflow.name_readers(journey.integration, by=by, member_ids=[], shared_mailbox=f"vakt@{mailbox}.example")
    both = [theirs.integration, ours.integration]
    workflow.send_notice(both, by=cast.staff, kind="downtime", title="Nedetid", body="I natt.")
    mail.outbox.clear()
    return theirs, ours


def notices() -> dict[str, str]:
    """What notices were sent, by address."""
    return {one.to[0]: str(one.body) for one in mail.outbox if "Nedetid" in one.subject}


def test_a_mailbox_is_sent_to_its_own_integration(cast: Cast, monday: object, send_all: Send) -> None:
    theirs, ours = mailbox_notice(cast)
    send_all()
    sent = notices()
    assert set(sent) == {"vakt@nabovik.example", "vakt@fjordvik.example"}
    for mine, other, mailbox in ((theirs, ours, "nabovik"), (ours, theirs, "fjordvik")):
        body = sent[f"vakt@{mailbox}.example"]
        assert f"/i/{mine.integration.reference}/" in body
        assert other.integration.reference not in body


def test_a_mailbox_is_not_told_of_what_rests(cast: Cast, monday: object, send_all: Send) -> None:
    theirs, _ours = mailbox_notice(cast)
    workflow.pause_integration(theirs.integration, by=cast.staff, reason="Ferie.")
    send_all()
    assert set(notices()) == {"vakt@fjordvik.example"}


def test_a_mailbox_that_was_corrected_is_not_sent_to(cast: Cast, monday: object, send_all: Send) -> None:
    _theirs, ours = mailbox_notice(cast)
    workflow.name_readers(ours.integration, by=cast.manager, member_ids=[], shared_mailbox="rett@fjordvik.example")
    send_all()
    assert set(notices()) == {"vakt@nabovik.example"}


def test_the_link_of_a_notice_leads_to_what_is_still_unread(cast: Cast, monday: object, send_all: Send) -> None:
    theirs, ours = mailbox_notice(cast)
    workflow.name_readers(
        theirs.integration, by=cast.stranger, member_ids=[], shared_mailbox="vakt@fjordvik.example"
    )  # one mailbox for both
    receipt = theirs.integration.notice_receipts.get()
    workflow.read_notice(theirs.integration, receipt.pk, by=cast.stranger)
    send_all()
    assert f"/i/{ours.integration.reference}/" in notices()["vakt@fjordvik.example"]
