"""Reminding others of what stands on them: once a working day, whoever does it."""

from __future__ import annotations

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import clock, nudges, policy
from ..mails.words import text_of
from ..models import Event, EventKind, Integration, User
from ..reminders.cases import rules_in_force
from .door import door
from .move import Move, Stale, stale
from .once import adds


@adds(alike=False)
def nudge(integration: Integration, *, by: User, item: str) -> Event:
    """Remind by e-mail those on whom `item` stands; `snapshots.key_of` names it.

    Raises Stale if it no longer waits, stands on `by` or on nobody, or has been reminded of this working day.
    """
    with door(integration, by) as move:
        move.require(policy.Right.NUDGE)
        move.require_active()
        move.require_accepted()
        found = _to_remind_of(move, item)
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            what = text_of(found.waiting)
        return move.log(
            EventKind.NUDGED,
            nudges.subject_of(found),
            new=found.waiting.role.value,
            reason=what,
            concerns=found.stands_on,
        )


def _to_remind_of(move: Move, key: str) -> nudges.Item:
    rules = rules_in_force()
    item = nudges.items_of(move.integration, rules).get(key)
    if item is None:
        raise stale()
    if not item.is_for_others_than(move.by):
        raise Stale(_("Nobody else is responsible for this now."))
    before = nudges.reminded([move.integration.pk], rules).get((move.integration.pk, key))
    if before:
        told = _("%(who)s sent a reminder of this on %(day)s. The next one can be sent on %(next)s.")
        days = {"day": clock.date_of(before.at), "next": nudges.next_on(before, rules)}
        shown = {name: date_format(day, "SHORT_DATE_FORMAT") for name, day in days.items()}
        raise Stale(told % {"who": before.actor_name, **shown})
    return item
