"""One question in a mail, answered by its link: what costs one press and decides nothing.

Nothing that a milestone's gate rests on is asked so, nor anything of Digipost's staff. The answer is given by the same
functions as on the page, which ask the same rights; events say that it came by the link.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from .. import clock, locks, nudges, policy
from ..actors import actor_on
from ..mails.question_links import HOLDS, Asked, Question
from ..models import Event, EventKind, Integration, Milestone, NoticeReceipt, User
from ..process import MilestoneState, Status
from ..reminders.cases import rules_in_force
from .accounts import acknowledge_details
from .door import door
from .move import by_link, require_person, stale
from .operations import read_notice


@dataclass(frozen=True)
class OpenQuestion:
    """A question that is still asked of `person` about an integration; `of` is the receipt, event or milestone."""

    question: Question
    person: User
    integration: Integration
    of: NoticeReceipt | Event | Milestone | None = None


def open_question(asked: Asked) -> OpenQuestion | None:
    """What a link asks, if it still is: unanswered, by somebody whose it still is. None otherwise."""
    person = User.objects.filter(pk=asked.person, is_active=True, is_staff=False).first()
    return _OPEN[asked.question](person, *asked.about) if person else None


def answer_question(asked: Asked, *, on: datetime.date | None = None, word: str = "") -> None:
    """Answer it for whom it was sent to. Raises Stale if it is no longer asked, ValidationError (by field) for a date.

    `on` and `word` answer a reminder: when it will be done, and what there is to say.
    """
    require_person()
    found = open_question(asked)
    if found is None:
        raise stale()
    with transaction.atomic(), by_link():
        locks.lock_these([found.integration.pk])
        found = open_question(asked)  # nothing changes it from now on
        if found is None:
            raise stale()
        _ANSWER[asked.question](found, on, word)


def _reads(person: User, receipt: int) -> OpenQuestion | None:
    unread = NoticeReceipt.objects.unread().filter(pk=receipt, member__user=person, member__accepted_at__isnull=False)
    found = unread.filter(member__left_at=None).select_related("integration__organisation", "notice").first()
    return _if_open(Question.READ, person, found.integration, found) if found else None


def _has_details(person: User, integration: int, passed_at: str) -> OpenQuestion | None:
    found = _visible(person, integration)
    accounts = found.accounts if found else None
    if found is None or accounts is None or accounts.details_acknowledged_at or accounts.details_passed_at is None:
        return None
    may = policy.may(actor_on(person, found), policy.Right.ACKNOWLEDGE_DETAILS)
    same = accounts.details_passed_at.isoformat() == passed_at
    return _if_open(Question.DETAILS, person, found) if may and same else None


def _is_reminded(person: User, event: int) -> OpenQuestion | None:
    reminder = Event.objects.filter(pk=event, kind=EventKind.NUDGED).select_related("actor").first()
    found = _visible(person, reminder.integration_id) if reminder else None
    if reminder is None or found is None:
        return None
    waiting = nudges.items_of(found, rules_in_force()).get(nudges.key_in(reminder))
    answered = _said(found, person, EventKind.NUDGE_ANSWERED, reminder.subject).filter(pk__gt=reminder.pk)
    if waiting is None or person.pk not in waiting.stands_on or answered.exists():
        return None
    return _if_open(Question.NUDGE, person, found, reminder)


def _is_on_track(person: User, integration: int, number: int, target: str) -> OpenQuestion | None:
    found = _visible(person, integration)
    if found is None or not policy.may(actor_on(person, found), policy.Right.SAY_ON_TRACK):
        return None
    milestone = found.milestones.get(number=number)
    ahead = milestone.target_on is not None and milestone.target_on >= clock.today()
    is_so = milestone.state == MilestoneState.IN_PROGRESS and str(milestone.target_on) == target and ahead
    said = _said(found, person, EventKind.ON_TRACK, str(number)).filter(to_value=target, at__gt=clock.now() - HOLDS)
    return _if_open(Question.TRACK, person, found, milestone) if is_so and not said.exists() else None


_OPEN: dict[Question, Callable[..., OpenQuestion | None]] = {
    Question.READ: _reads,
    Question.DETAILS: _has_details,
    Question.NUDGE: _is_reminded,
    Question.TRACK: _is_on_track,
}


def _visible(person: User, pk: int) -> Integration | None:
    return Integration.objects.visible_to(person).with_records().filter(pk=pk).first()


def _if_open(
    question: Question, person: User, integration: Integration, of: NoticeReceipt | Event | Milestone | None = None
) -> OpenQuestion | None:
    """Nothing is asked while the integration rests or after it is closed."""
    return OpenQuestion(question, person, integration, of) if integration.status == Status.ACTIVE else None


def _said(integration: Integration, person: User, kind: EventKind, subject: str) -> QuerySet[Event]:
    return integration.events.filter(actor=person, kind=kind, subject=subject)


def _read(found: OpenQuestion, on: datetime.date | None, word: str) -> None:
    if not isinstance(found.of, NoticeReceipt):
        raise stale()
    read_notice(found.integration, found.of.pk, by=found.person)


def _acknowledge(found: OpenQuestion, on: datetime.date | None, word: str) -> None:
    acknowledge_details(found.integration, by=found.person)


def _answer_reminder(found: OpenQuestion, on: datetime.date | None, word: str) -> None:
    """With a date, or a word, or both; whoever sent the reminder is told."""
    reminder = found.of
    if not isinstance(reminder, Event):
        raise stale()
    with door(found.integration, found.person) as move:
        if on is not None:
            move.require_ahead(on=on)
        concerned = [reminder.actor_id] if reminder.actor_id else []
        move.log(EventKind.NUDGE_ANSWERED, reminder.subject, new=on or "", reason=word, concerns=concerned)


def _say_on_track(found: OpenQuestion, on: datetime.date | None, word: str) -> None:
    milestone = found.of
    if not isinstance(milestone, Milestone):
        raise stale()
    with door(found.integration, found.person) as move:
        move.require(policy.Right.SAY_ON_TRACK)
        move.log(EventKind.ON_TRACK, milestone.number, new=milestone.target_on or "")


_ANSWER: dict[Question, Callable[[OpenQuestion, datetime.date | None, str], None]] = {
    Question.READ: _read,
    Question.DETAILS: _acknowledge,
    Question.NUDGE: _answer_reminder,
    Question.TRACK: _say_on_track,
}
