"""What is told at once, to whom, and what is no longer told when it has changed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from milestones import snapshots, tasks, workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Event, EventKind, Mail, MailKind, MailState, User
from milestones.process import MILESTONE_NUMBERS, REQUIREMENTS, Outcome, Role
from tests.cast import Cast

Send = Callable[[], int]


@pytest.fixture
def journey(cast: Cast, monday: object) -> Journey:
    journey = cast.journey()
    journey.milestone_1_facts()
    Mail.objects.all().delete()
    return journey


def told(kind: MailKind) -> set[str]:
    """To whom mail of `kind` is queued."""
    return {row.to for row in Mail.objects.filter(kind=kind).select_related("recipient")}


def emails(*users: User) -> set[str]:
    return {user.email for user in users}


def test_submitted_to_the_contact(cast: Cast, journey: Journey, send_all: Send) -> None:
    workflow.submit(journey.integration, 1, by=cast.manager)
    assert told(MailKind.SUBMITTED) == emails(cast.staff)
    send_all()
    (letter,) = mail.outbox
    assert letter.reply_to == [cast.manager.email]
    assert f"/i/{journey.integration.reference}/milestones/1/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in letter.extra_headers


def test_submitted_to_all_staff_while_there_is_no_contact(cast: Cast, journey: Journey) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=None)
    workflow.submit(journey.integration, 1, by=cast.manager)
    assert told(MailKind.SUBMITTED) == emails(cast.staff, cast.other_staff)


def test_returned_and_approved_to_the_senders_people(cast: Cast, journey: Journey, send_all: Send) -> None:
    team = emails(cast.manager, cast.lead, cast.contract, cast.owner)
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.send_back(journey.integration, 1, by=cast.staff, reason="Mangler <b>vedlegg</b>\n\nog dato.")
    assert told(MailKind.RETURNED) == team
    send_all()
    returned = [one for one in mail.outbox if "sendt tilbake" in one.subject]
    assert len(returned) == 4
    assert "Mangler <b>vedlegg</b>" in returned[0].body
    html = str(returned[0].alternatives[0][0])  # type: ignore[attr-defined]
    assert "&lt;b&gt;vedlegg" in html
    assert "<b>vedlegg" not in html
    workflow.submit(journey.integration, 1, by=cast.lead)
    workflow.approve(journey.integration, 1, by=cast.staff)
    assert told(MailKind.APPROVED) == team


def test_nobody_is_told_what_they_did_themselves(cast: Cast, journey: Journey) -> None:
    journey.pass_milestone(1)
    Mail.objects.all().delete()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.staff)
    assert told(MailKind.ASSIGNED) == set()
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.other_staff)
    assert told(MailKind.ASSIGNED) == emails(cast.other_staff)


def test_invited_in_their_language(cast: Cast, journey: Journey, send_all: Send) -> None:
    User.objects.create_user("eva@fjordvik.example", "Eva Engelsk", language="en")
    workflow.invite(
        journey.integration, by=cast.manager, name="Eva", email="eva@fjordvik.example", roles=[Role.OBSERVER]
    )
    workflow.invite(
        journey.integration, by=cast.manager, name="Ny", email="ny@fjordvik.example", roles=[Role.OBSERVER]
    )
    assert told(MailKind.INVITED) == {"eva@fjordvik.example", "ny@fjordvik.example"}
    assert told(MailKind.ASSIGNED) == set()  # the invitation says it
    send_all()
    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert subjects["eva@fjordvik.example"] == "You are on the integration Brev"
    assert subjects["ny@fjordvik.example"] == "Du er med i integrasjonen Brev"


def test_assigned_by_role_and_by_name(cast: Cast, journey: Journey) -> None:
    member = journey.integration.members.get(user=cast.contract)
    workflow.set_roles(
        journey.integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD]
    )
    assert told(MailKind.ASSIGNED) == emails(cast.contract)
    item = {"milestone": 1, "title": "Eget", "description": "", "required": False, "stands_on": Role.BUSINESS_OWNER}
    workflow.add_item(journey.integration, by=cast.manager, **item)  # type: ignore[arg-type]
    assert told(MailKind.ASSIGNED) == emails(cast.contract, cast.owner)
    deviation = {"title": "Avvik", "description": "", "opened_on": today()}
    workflow.open_deviation(journey.integration, by=cast.manager, handler=" terje teknisk ", **deviation)  # type: ignore[arg-type]
    assert told(MailKind.ASSIGNED) == emails(cast.contract, cast.owner, cast.lead)


def test_production_opened(cast: Cast, journey: Journey) -> None:
    journey.pass_milestone(1)
    journey.milestone_2()
    journey.milestone_3_facts()
    assert told(MailKind.PRODUCTION_OPENED) == emails(cast.manager, cast.lead, cast.contract, cast.owner)


def test_a_lapse_is_recorded_once_and_told_but_not_to_who_caused_it(
    cast: Cast, journey: Journey, send_all: Send
) -> None:
    journey.pass_milestone(1)
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    event = Event.objects.get(kind=EventKind.REQUIREMENT_LAPSED)
    assert (event.subject, event.actor) == ("1.1", None)
    assert told(MailKind.LAPSED) == emails(cast.manager, cast.staff)
    workflow.add_follow_up(journey.integration, by=cast.manager, title="Noe annet", description="")
    assert Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).count() == 1
    journey.agreement()
    send_all()
    assert {row.state for row in Mail.objects.filter(kind=MailKind.LAPSED)} == {MailState.DROPPED}


def test_a_lapse_by_the_date_alone_is_told_too(cast: Cast, journey: Journey, monday: object) -> None:
    journey.pass_milestone(1)
    journey.milestone_2_facts()
    workflow.unconfirm(journey.integration, "2.1", by=cast.lead)
    workflow.grant_exception(journey.integration, "2.1", by=cast.staff, reason="Kjenner den.", until=today())
    journey.pass_milestone(2)
    assert told(MailKind.LAPSED) == set()
    monday.shift(datetime.timedelta(days=1))  # type: ignore[attr-defined]
    tasks.refresh_snapshots()
    tasks.refresh_snapshots()
    assert [event.subject for event in Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED)] == ["2.1"]
    assert told(MailKind.LAPSED) == emails(cast.lead, cast.manager, cast.staff)


def test_what_lapsed_during_a_pause_is_no_news_when_it_ends(cast: Cast, journey: Journey) -> None:
    journey.pass_milestone(1)
    agreement = journey.integration.agreements.current().get()
    workflow.pause(journey.integration, by=cast.staff, reason="Ferie.")
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    workflow.resume(journey.integration, by=cast.staff)
    assert not Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).exists()
    assert not any(differs for _one, differs in snapshots.differences())


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


@pytest.mark.parametrize("rest", ["pause", "close"])
def test_nothing_is_sent_about_what_rests(cast: Cast, journey: Journey, send_all: Send, rest: str) -> None:
    workflow.submit(journey.integration, 1, by=cast.manager)
    getattr(workflow, rest)(journey.integration, by=cast.staff, reason="Stanset.")
    assert send_all() == 0
    assert {row.error for row in Mail.objects.all()} == {"Integrasjonen er satt på pause eller avsluttet."}


def test_nothing_is_sent_to_who_left(cast: Cast, journey: Journey, send_all: Send) -> None:
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.approve(journey.integration, 1, by=cast.staff)
    member = journey.integration.members.get(user=cast.contract)
    workflow.remove(journey.integration, member.pk, by=cast.manager)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    send_all()
    gone = Mail.objects.filter(kind=MailKind.APPROVED, recipient__in=[cast.contract, cast.owner])
    assert [row.state for row in gone] == [MailState.DROPPED] * 2


def test_what_is_rolled_back_is_never_announced(cast: Cast, journey: Journey) -> None:
    with pytest.raises(workflow.GateClosed):
        workflow.submit(journey.integration, 2, by=cast.manager)
    assert Mail.objects.count() == 0


def test_every_milestone_kind_has_its_letter(cast: Cast, monday: object, send_all: Send) -> None:
    """A whole journey: every mail that it queues can be written."""
    journey = cast.journey()
    for number in MILESTONE_NUMBERS:
        getattr(journey, f"milestone_{number}")()
        send_all()
    scenario = journey.integration.scenarios.current().first()
    assert scenario is not None
    workflow.record_run(journey.integration, scenario.pk, by=cast.lead, ran_on=today(), outcome=Outcome.FAILED)
    workflow.reopen(journey.integration, 5, by=cast.staff, reason="Ny dato.")
    send_all()
    assert not Mail.objects.filter(state=MailState.FAILED).exists()
    assert timezone.localtime().hour == 9


def test_what_is_on_its_way_to_being_met_again_is_no_second_lapse(cast: Cast, journey: Journey) -> None:
    journey.pass_milestone(1)
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    journey.agreement(verify=False)
    assert Event.objects.filter(kind=EventKind.REQUIREMENT_LAPSED).count() == 1


def test_an_assignment_that_was_taken_back_is_not_told(cast: Cast, journey: Journey, send_all: Send) -> None:
    workflow.set_contact(journey.integration, by=cast.staff, contact=cast.other_staff)
    User.objects.update(language="en")
    workflow.set_contact(journey.integration, by=cast.other_staff, contact=cast.staff)
    member = journey.integration.members.get(user=cast.contract)
    both = [Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD]
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=both)
    workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER])
    send_all()
    sent = Mail.objects.get(kind=MailKind.ASSIGNED, state=MailState.SENT)
    assert sent.recipient == cast.staff
    assert sent.subject.endswith("You are now Digipost's contact for this integration.")


def test_a_lapse_is_told_in_the_recipients_language(cast: Cast, journey: Journey, send_all: Send) -> None:
    journey.pass_milestone(1)
    User.objects.filter(pk=cast.manager.pk).update(language="en")
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.contract, reason="Ny eier.")
    send_all()
    told_manager = Mail.objects.get(kind=MailKind.LAPSED, recipient=cast.manager)
    assert "A signed agreement is not on file" in told_manager.text


def test_a_notice_reaches_who_reads_it_for_what_is_still_active(cast: Cast, monday: object, send_all: Send) -> None:
    integrations = []
    for name in ("Brev", "Faktura"):
        journey = cast.journey(name)
        journey.roles()
        reader = journey.integration.members.get(user=cast.owner)
        workflow.name_readers(journey.integration, by=cast.manager, member_ids=[reader.pk], shared_mailbox="")
        integrations.append(journey.integration)
    workflow.send_notice(integrations, by=cast.staff, kind="job", title="Varsel", body="Les.")
    workflow.pause(integrations[0], by=cast.staff, reason="Ferie.")
    send_all()
    assert Mail.objects.get(kind=MailKind.NOTICE).state == MailState.SENT


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
    workflow.pause(theirs.integration, by=cast.staff, reason="Ferie.")
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


def test_what_is_given_to_somebody_says_so_and_leads_to_where_it_is_done(
    cast: Cast, journey: Journey, send_all: Send
) -> None:
    User.objects.update(language="en")
    here, integration = f"/i/{journey.integration.reference}/", journey.integration
    member = integration.members.get(user=cast.contract)
    workflow.set_roles(integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD])
    item = workflow.add_item(
        integration, by=cast.manager, milestone=1, title="Risk", description="", required=True,
        stands_on=Role.BUSINESS_OWNER,
    )  # fmt: skip
    deviation = workflow.open_deviation(
        integration, by=cast.manager, title="Queue", description="", handler=cast.lead.name, opened_on=today()
    )
    send_all()
    sent = {one.to[0]: one for one in mail.outbox if ": You are" in one.subject}
    for user, words, path in (
        (cast.contract, "You are now technical lead of this integration.", here),
        (cast.owner, "You are to tick off: Risk", f"{here}checklist/{item.key}/"),
        (cast.lead, "You are to handle this deviation: Queue", f"{here}deviations/{deviation.pk}/"),
    ):
        body = str(sent[user.email].body)
        assert body.startswith(words)
        assert f"http://localhost:8000{path}\n" in body
        assert cast.client(cast.staff).get(path).status_code == 200


def test_mails_name_what_they_are_about(cast: Cast, journey: Journey, send_all: Send) -> None:
    journey.pass_milestone(1)
    agreement = journey.integration.agreements.current().get()
    workflow.withdraw_agreement(journey.integration, agreement.pk, by=cast.contract, reason="New owner.")
    workflow.name_readers(journey.integration, by=cast.lead, member_ids=[], shared_mailbox="vakt@fjordvik.example")
    workflow.send_notice([journey.integration], by=cast.staff, kind="job", title="Varsel", body="Les.")
    workflow.invite(
        journey.integration, by=cast.manager, name="Eva", email="eva@fjordvik.example", roles=[Role.TECHNICAL_LEAD]
    )
    User.objects.update(language="en")
    mail.outbox.clear()
    send_all()
    lapsed = next(one for one in mail.outbox if "no longer met" in one.subject)
    with override("en"):
        assert str(REQUIREMENTS["1.1"].title) in lapsed.subject
    notice = next(one for one in mail.outbox if one.to == ["vakt@fjordvik.example"])
    assert f"{journey.integration.reference} Brev (Fjordvik kommune)" in notice.body
    assert not str(notice.body).rstrip().endswith("--")
    invited = next(one for one in mail.outbox if one.to == ["eva@fjordvik.example"])
    assert "Your role: Technical lead" in invited.body
    assert re.search(r"until \d+ \w+ 2026 \d\d:\d\d", str(invited.body))


def test_only_our_own_link_is_one(cast: Cast, journey: Journey, send_all: Send) -> None:
    workflow.submit(journey.integration, 1, by=cast.manager)
    workflow.send_back(journey.integration, 1, by=cast.staff, reason="Se https://evil.example/ og www.evil.example")
    mail.outbox.clear()
    send_all()
    letter = next(one for one in mail.outbox if "evil" in one.body)
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    links = re.findall(r'href="([^"]*)"', html)
    assert all(link.startswith("http://localhost:8000/") for link in links)
    assert any(link.endswith("/milestones/1/") for link in links)
