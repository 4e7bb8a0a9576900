"""What is told at once, to whom, and what is no longer told when it has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from milestones import workflow
from milestones.clock import today
from milestones.demo import Journey
from milestones.models import Mail, MailKind, SendState, User
from milestones.process import MILESTONE_NUMBERS, Outcome, Role
from tests.cast import Cast
from tests.reminders.announced import emails, told

Send = Callable[[], int]


def test_submitted_to_the_contact(cast: Cast, quiet: Journey, send_all: Send) -> None:
    workflow.submit(quiet.integration, 1, by=cast.manager)
    assert told(MailKind.SUBMITTED) == emails(cast.staff)
    send_all()
    (letter,) = mail.outbox
    assert letter.reply_to == [cast.manager.email]
    assert f"/approvals/{quiet.integration.reference}/1/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in letter.extra_headers


def test_submitted_to_all_staff_while_there_is_no_contact(cast: Cast, quiet: Journey) -> None:
    workflow.set_contact(quiet.integration, by=cast.staff, contact=None)
    workflow.submit(quiet.integration, 1, by=cast.manager)
    assert told(MailKind.SUBMITTED) == emails(cast.staff, cast.other_staff)


def test_returned_and_approved_to_the_senders_people(cast: Cast, quiet: Journey, send_all: Send) -> None:
    team = emails(cast.manager, cast.lead, cast.contract, cast.owner)
    workflow.submit(quiet.integration, 1, by=cast.manager)
    workflow.return_milestone(quiet.integration, 1, by=cast.staff, reason="Mangler <b>vedlegg</b>\n\nog dato.")
    assert told(MailKind.RETURNED) == team
    send_all()
    returned = [one for one in mail.outbox if "sendt tilbake" in one.subject]
    assert len(returned) == 4
    assert "Mangler <b>vedlegg</b>" in returned[0].body
    html = str(returned[0].alternatives[0][0])  # type: ignore[attr-defined]
    assert "&lt;b&gt;vedlegg" in html
    assert "<b>vedlegg" not in html
    workflow.submit(quiet.integration, 1, by=cast.lead, answer="Vedlegget er lagt inn.")
    workflow.approve(quiet.integration, 1, by=cast.staff)
    assert told(MailKind.APPROVED) == team
    send_all()
    approved = {one.to[0]: one.body for one in mail.outbox if "er godkjent" in one.subject}
    assert f"/i/{quiet.integration.reference}/checklist/2.1/#form-confirmed_on" in approved[cast.lead.email]
    assert f"/i/{quiet.integration.reference}/meetings/#form-held_on" in approved[cast.manager.email]
    assert f"/i/{quiet.integration.reference}/milestones/2/\n" in approved[cast.contract.email]  # who has nothing next


def test_nobody_is_told_what_they_did_themselves(cast: Cast, quiet: Journey) -> None:
    quiet.pass_milestone(1)
    Mail.objects.all().delete()
    workflow.set_contact(quiet.integration, by=cast.staff, contact=cast.staff)
    assert told(MailKind.ASSIGNED) == set()
    workflow.set_contact(quiet.integration, by=cast.staff, contact=cast.other_staff)
    assert told(MailKind.ASSIGNED) == emails(cast.other_staff)


def test_invited_in_their_language(cast: Cast, quiet: Journey, send_all: Send) -> None:
    User.objects.create_user("eva@fjordvik.example", "Eva Engelsk", language="en")
    workflow.invite(
        quiet.integration, by=cast.manager, name="Eva", email="eva@fjordvik.example", roles=[Role.OBSERVER]
    )
    workflow.invite(quiet.integration, by=cast.manager, name="Ny", email="ny@fjordvik.example", roles=[Role.OBSERVER])
    assert told(MailKind.INVITED) == {"eva@fjordvik.example", "ny@fjordvik.example"}
    assert told(MailKind.ASSIGNED) == set()  # the invitation says it
    send_all()
    subjects = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert subjects["eva@fjordvik.example"] == "You have been added to the integration Brev"
    assert subjects["ny@fjordvik.example"] == "Du er lagt til i integrasjonen Brev"


def test_assigned_by_role_and_by_name(cast: Cast, quiet: Journey) -> None:
    member = quiet.integration.members.get(user=cast.contract)
    workflow.set_roles(
        quiet.integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD]
    )
    assert told(MailKind.ASSIGNED) == emails(cast.contract)
    item = {"milestone": 1, "title": "Eget", "description": "", "required": False, "stands_on": Role.BUSINESS_OWNER}
    workflow.add_item(quiet.integration, by=cast.manager, **item)  # type: ignore[arg-type]
    assert told(MailKind.ASSIGNED) == emails(cast.contract, cast.owner)
    deviation = {"title": "Avvik", "description": "", "opened_on": today()}
    workflow.open_deviation(quiet.integration, by=cast.manager, handler=" terje teknisk ", **deviation)  # type: ignore[arg-type]
    assert told(MailKind.ASSIGNED) == emails(cast.contract, cast.owner, cast.lead)


def test_production_opened(cast: Cast, quiet: Journey) -> None:
    quiet.pass_milestone(1)
    quiet.milestone_2()
    quiet.milestone_3_facts()
    assert told(MailKind.PRODUCTION_OPENED) == emails(cast.manager, cast.lead, cast.contract, cast.owner)


@pytest.mark.parametrize("rest", ["pause_integration", "close_integration"])
def test_nothing_is_sent_about_what_rests(cast: Cast, quiet: Journey, send_all: Send, rest: str) -> None:
    workflow.submit(quiet.integration, 1, by=cast.manager)
    getattr(workflow, rest)(quiet.integration, by=cast.staff, reason="Stanset.")
    assert send_all() == 0
    assert {row.error for row in Mail.objects.all()} == {"Integrasjonen er satt på pause eller avsluttet."}


def test_nothing_is_sent_to_who_left(cast: Cast, quiet: Journey, send_all: Send) -> None:
    workflow.submit(quiet.integration, 1, by=cast.manager)
    workflow.approve(quiet.integration, 1, by=cast.staff)
    member = quiet.integration.members.get(user=cast.contract)
    workflow.remove_member(quiet.integration, member.pk, by=cast.manager)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    send_all()
    gone = Mail.objects.filter(kind=MailKind.APPROVED, recipient__in=[cast.contract, cast.owner])
    assert [row.state for row in gone] == [SendState.DROPPED] * 2


def test_what_is_rolled_back_is_never_announced(cast: Cast, quiet: Journey) -> None:
    with pytest.raises(workflow.GateClosed):
        workflow.submit(quiet.integration, 2, by=cast.manager)
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
    assert not Mail.objects.filter(state=SendState.FAILED).exists()
    assert timezone.localtime().hour == 9


def test_an_assignment_that_was_taken_back_is_not_told(cast: Cast, quiet: Journey, send_all: Send) -> None:
    workflow.set_contact(quiet.integration, by=cast.staff, contact=cast.other_staff)
    User.objects.update(language="en")
    workflow.set_contact(quiet.integration, by=cast.other_staff, contact=cast.staff)
    member = quiet.integration.members.get(user=cast.contract)
    both = [Role.CONTRACT_MANAGER, Role.TECHNICAL_LEAD]
    workflow.set_roles(quiet.integration, member.pk, by=cast.manager, roles=both)
    workflow.set_roles(quiet.integration, member.pk, by=cast.manager, roles=[Role.CONTRACT_MANAGER])
    send_all()
    sent = Mail.objects.get(kind=MailKind.ASSIGNED, state=SendState.SENT)
    assert sent.recipient == cast.staff
    assert sent.subject.endswith("You are now Digipost's contact for this integration.")
