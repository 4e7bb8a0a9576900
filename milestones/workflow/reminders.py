"""The reminder rules, what each person wants, and what staff do about mail; all about no single integration."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from .. import clock, outbox, policy
from ..models import Mail, MailKind, ReminderRules, SendState, User
from ..reminders import cases, sweep
from .move import require_person, stale


@transaction.atomic
def edit_rules(*, by: User, **rules: Any) -> None:
    """Put these rules in force, from the next mail on. Raises Forbidden for others than staff."""
    policy.require_staff(by)
    row = ReminderRules.objects.select_for_update().first() or ReminderRules(pk=1)
    for name, value in rules.items():
        setattr(row, name, value)
    row.changed_by, row.changed_at = by, clock.now()
    row.save()


def send_today(*, by: User, day: datetime.date) -> int:
    """Queue the digests of `day` now, whatever the hour; who has had theirs gets no other. Returns how many wait."""
    policy.require_staff(by)
    sweep.queue_digests(day, cases.rules_in_force(), forced=True)
    outbox.hint_to_send()
    return Mail.objects.filter(state=SendState.WAITING, kind=MailKind.DIGEST, day=day).count()


def resend_mail(mail: Mail, *, by: User) -> None:
    """Try a failed mail again. Raises Stale if it is no longer failed."""
    policy.require_staff(by)
    if not Mail.objects.filter(pk=mail.pk).try_again():
        raise stale()
    outbox.hint_to_send()


def resend_all_mail(*, by: User) -> int:
    """Try everything that failed again. Returns how many."""
    policy.require_staff(by)
    count = Mail.objects.all().try_again()
    outbox.hint_to_send()
    return count


def choose_mail(*, by: User, digest: str, weekly_summary: bool) -> None:
    """What somebody wants for themselves."""
    require_person()
    User.objects.filter(pk=by.pk).update(digest=digest, weekly_summary=weekly_summary)
