"""What is told at once: a mail for each who is concerned by an event, in the event's own transaction.

A row is all that is made here; on commit a worker gets a hint, decides again whether it is still so, and sends it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from ..gates import Facts, Unmet
from ..models import Event, EventKind, Integration, Mail, MailKind, Notice, User, mail_key
from ..process import RESPONSIBLE_ROLES, Party, Role

SENDER = tuple(role for role in RESPONSIBLE_ROLES if role.party is Party.SENDER)

BY_ROLE: dict[str, tuple[MailKind, tuple[Role, ...]]] = {
    EventKind.MILESTONE_SUBMITTED: (MailKind.SUBMITTED, (Role.ONBOARDING,)),
    EventKind.MILESTONE_APPROVED: (MailKind.APPROVED, SENDER),
    EventKind.MILESTONE_RETURNED: (MailKind.RETURNED, SENDER),
    EventKind.MILESTONE_REOPENED: (MailKind.RETURNED, SENDER),
    EventKind.PRODUCTION_ENABLED: (MailKind.PRODUCTION_OPENED, SENDER),
    EventKind.INTAKE_ACCEPTED: (MailKind.INTAKE_ACCEPTED, (Role.PROJECT_MANAGER,)),
}
"""Events that concern whoever holds these roles."""

BY_NAME: dict[str, MailKind] = {
    EventKind.MEMBER_INVITED: MailKind.INVITED,
    EventKind.INVITATION_RESENT: MailKind.INVITED,
    EventKind.ROLES_CHANGED: MailKind.ASSIGNED,
    EventKind.CONTACT_CHANGED: MailKind.ASSIGNED,
    EventKind.ITEM_ADDED: MailKind.ASSIGNED,
    EventKind.DEVIATION_OPENED: MailKind.ASSIGNED,
    EventKind.DEFERRAL_PROPOSED: MailKind.ASSIGNED,
    EventKind.REQUIREMENT_LAPSED: MailKind.LAPSED,
    EventKind.INTEGRATION_CREATED: MailKind.INTAKE,
    EventKind.CLOSED: MailKind.INTAKE_REFUSED,
}
"""Events that concern the people that workflow names."""


def announce(facts: Facts, event: Event, named: Iterable[int] = ()) -> None:
    """Queue a mail to each whom `event` concerns, but not to whoever did it. `named` are users' primary keys."""
    if event.kind in BY_ROLE:
        kind, roles = BY_ROLE[event.kind]
        named = {user for role in roles for user in _holders(facts, role)}
    elif event.kind in BY_NAME:
        kind = BY_NAME[event.kind]
    else:
        return
    day = timezone.localdate(event.at)
    _queue(
        Mail(key=mail_key(user, kind, f"event-{event.pk}"), kind=kind, recipient_id=user, day=day,
             integration_id=event.integration_id, event=event)
        for user in sorted(set(named) - {event.actor_id})
    )  # fmt: skip


def announce_notice(integration: Integration, notice: Notice, readers: Iterable[int], mailbox: str) -> None:
    """Queue a mail about a notice: one to a person, however many integrations they read it for."""
    day = timezone.localdate(notice.sent_at)
    common = {"kind": MailKind.NOTICE, "day": day, "integration": integration, "notice": notice}
    rows = [Mail(key=mail_key(user, MailKind.NOTICE, str(notice.pk)), recipient_id=user, **common) for user in readers]  # type: ignore[misc]
    if mailbox:
        rows.append(Mail(key=mail_key(mailbox, MailKind.NOTICE, str(notice.pk)), address=mailbox, **common))  # type: ignore[misc]
    _queue(rows)


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
    record_lapses(integration, facts, lapsed, by=None, at=timezone.now())


def _holders(facts: Facts, role: Role) -> list[int]:
    held = [person.user_id for person in facts.people.get(role, ()) if person.user_id]
    if not held and role is Role.ONBOARDING:  # no contact yet: any of the staff can step in
        return list(User.objects.staff().values_list("pk", flat=True))
    return held


def _queue(mails: Iterable[Mail]) -> None:
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
