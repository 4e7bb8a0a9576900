"""What the digest says: by integration, the most urgent first; who must act, and by when."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from milestones import workflow
from milestones.demo import Journey
from milestones.models import Integration, Mail, User, WaitingItem
from milestones.process import Role
from milestones.reminders import cases, sweep
from tests.cast import Cast
from tests.reminders.outboxes import due_now

Send = Callable[[], int]
Read = Callable[[User], str]


@pytest.fixture
def read(send_all: Send, monday: object) -> Read:
    """The text of today's digest to somebody, in English."""

    def text(user: User) -> str:
        User.objects.filter(pk=user.pk).update(language="en")
        sweep.queue_digests(timezone.localdate(), cases.rules_in_force())
        mail.outbox.clear()
        send_all()
        (letter,) = [one for one in mail.outbox if one.to == [user.email]]
        return str(letter.body)

    return text


def two_things_due(cast: Cast) -> Journey:
    """As `due_now`, and the business owner has two things to do."""
    journey = due_now(cast)
    workflow.add_item(
        journey.integration, by=cast.staff, milestone=1, title="Databehandleravtale", description="", required=True,
        stands_on=Role.BUSINESS_OWNER,
    )  # fmt: skip
    Mail.objects.all().delete()  # that it is theirs to do is told at once
    WaitingItem.objects.update(due_on=timezone.localdate())
    return journey


def test_it_goes_by_integration_and_by_urgency(cast: Cast, read: Read) -> None:
    soon, late = cast.journey("Snar"), two_things_due(cast)
    soon.roles()
    WaitingItem.objects.update(due_on=timezone.localdate())
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    last = late.integration.waiting_items.filter(role=Role.BUSINESS_OWNER).latest("position")
    WaitingItem.objects.filter(pk=last.pk).update(due_on=yesterday)
    text = read(cast.owner)
    assert text.index(late.integration.reference) < text.index(soon.integration.reference)
    assert text.count(f"\n{late.integration}, {late.integration.organisation.name}\n") == 1
    of_late = text[text.index(late.integration.reference) : text.index(f"\n{soon.integration.reference}")]
    assert of_late.index("- Overdue: ") < of_late.index("- Due soon: ")


def test_a_line_says_who_must_act_and_by_when(cast: Cast, read: Read) -> None:
    due_now(cast)
    responsible = f"Responsible: Business owner ({cast.owner.name}) · Due date 23 November 2026"
    assert f"\n  {responsible}\n" in read(cast.owner)
    (letter,) = [one for one in mail.outbox if one.to == [cast.owner.email]]
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert f">{responsible}<" in html
    assert "<strong>Due soon</strong>" in html


def test_what_waits_for_digipost_says_who_answers_and_by_when(cast: Cast, digipost_late: Journey, read: Read) -> None:
    text = read(cast.staff)
    assert "- Waits for your approval longer than promised: " in text
    assert f"  Digipost answers: {cast.staff.name} · Answer by " in text


def test_where_nobody_is_contact_it_says_so_and_names_nobody(cast: Cast, digipost_late: Journey, read: Read) -> None:
    Integration.objects.update(onboarding_contact=None)
    text = read(cast.staff)
    assert "  No contact at Digipost yet · Answer by " in text
    assert cast.other_staff.name not in text


def test_what_stands_on_others_is_explained_once(cast: Cast, read: Read) -> None:
    two_things_due(cast)
    long_ago = timezone.localdate() - datetime.timedelta(days=30)
    WaitingItem.objects.filter(role=Role.BUSINESS_OWNER).update(due_on=long_ago)
    text = read(cast.manager)
    assert text.count("- Overdue with others: ") > 1
    assert text.count("You are told because it has been overdue for so long.") == 1


@pytest.fixture
def digipost_late(cast: Cast, monday: object, journey: Journey, send_all: Send) -> Journey:
    """Submitted two weeks ago, and not answered."""
    journey.milestone_1_facts()
    workflow.submit(journey.integration, 1, by=cast.manager)
    send_all()
    monday.shift(datetime.timedelta(days=14))  # type: ignore[attr-defined]
    return journey
