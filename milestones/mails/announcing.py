"""What is told at once: a mail for each who is concerned by an event, in the event's own transaction.

A row is all that is made here; on commit a worker gets a hint, decides again whether it is still so, and sends it.
Which kind of mail tells of which event, and whom, each says itself: see `kinds`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import override

from .. import clock
from ..compiled import insert_all
from ..gates import Facts, Unmet
from ..models import (
    Comment,
    Event,
    EventKind,
    Integration,
    Mail,
    MailKind,
    Notice,
    TeamsPost,
    User,
    WebhookPost,
    mail_key,
)
from ..process import Role
from . import kinds


def announce(facts: Facts, event: Event, named: Iterable[int] = ()) -> None:
    """Queue a mail to each whom `event` concerns, but not to whoever did it, unless that is of use to them.

    `named` are users' primary keys. The channels in Teams, and the webhooks, that hear of it get a message.
    """
    day = clock.date_of(event.at)
    TeamsPost.objects.queue_event(event)
    WebhookPost.objects.queue_event(event)
    for kind, one in kinds.telling_of(event.kind):
        concerned = {user for role in one.told_to for user in _holders(facts, role)} if one.told_to else set(named)
        _queue(
            Mail(key=mail_key(user, kind, f"event-{event.pk}"), kind=kind, recipient_id=user, day=day,
                 integration_id=event.integration_id, event=event)
            for user in sorted(concerned if one.also_to_whoever_did_it else concerned - {event.actor_id})
        )  # fmt: skip


def announce_notice(integration: Integration, notice: Notice, readers: Iterable[int], mailbox: str) -> None:
    """Queue a mail about a notice: one to a person, however many integrations they read it for."""
    day = clock.date_of(notice.sent_at)
    common = {"kind": MailKind.NOTICE, "day": day, "integration": integration, "notice": notice}
    rows = [Mail(key=mail_key(user, MailKind.NOTICE, str(notice.pk)), recipient_id=user, **common) for user in readers]
    if mailbox:
        rows.append(Mail(key=mail_key(mailbox, MailKind.NOTICE, str(notice.pk)), address=mailbox, **common))
    _queue(rows)


def announce_comment(comment: Comment, people: Iterable[int]) -> None:
    """Queue a mail to each of these users, who are mentioned in a comment: one to each, however often it is edited."""
    kind, day = MailKind.MENTIONED, clock.date_of(comment.edited_at or comment.at)
    _queue(
        Mail(key=mail_key(user, kind, f"comment-{comment.pk}"), kind=kind, recipient_id=user, day=day,
             integration_id=comment.integration_id, comment=comment)
        for user in people
    )  # fmt: skip


def record_lapses(
    integration: Integration, facts: Facts, lapsed: tuple[Unmet, ...], *, by: User | None, at: datetime.datetime
) -> None:
    """Record, and tell, that requirements of approved milestones are no longer met; an event for each.

    It goes to whom it stands on, the project managers and Digipost's contact, but not to whoever caused it.
    """
    for code in dict.fromkeys(unmet.code for unmet in lapsed):
        missing = [unmet for unmet in lapsed if unmet.code == code]
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            why = "; ".join(unmet.text for unmet in missing)
        event = Event.objects.create(
            integration=integration, at=at, actor=None, kind=EventKind.REQUIREMENT_LAPSED, subject=code, reason=why
        )
        roles = {unmet.role for unmet in missing} | {Role.PROJECT_MANAGER, Role.ONBOARDING}
        concerned = {user for role in roles for user in _holders(facts, role)}
        announce(facts, event, concerned - {by.pk if by else None})


def tell_of_lapses(integration: Integration, facts: Facts, lapsed: tuple[Unmet, ...]) -> None:
    """For snapshots that are refreshed with nobody at the door."""
    record_lapses(integration, facts, lapsed, by=None, at=clock.now())


def _holders(facts: Facts, role: Role) -> list[int]:
    held = [person.user_id for person in facts.people.get(role, ()) if person.user_id]
    if not held and role is Role.ONBOARDING:  # no contact yet: any of the staff can step in
        return list(User.objects.staff().values_list("pk", flat=True))
    return held


def _queue(mails: Iterable[Mail]) -> None:
    insert_all(list(mails), ignore_conflicts=True)
