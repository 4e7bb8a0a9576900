"""D.1 as a fact: a heartbeat that is overdue opens a deviation, and the next beat closes it; nobody decides it."""

from __future__ import annotations

import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import clock, gates, locks, outbox, snapshots, teams, webhooks
from ..clock import DatabaseNow
from ..facts import facts_of, integration_now
from ..mails import announcing
from ..models import Deviation, Event, EventKind, Heartbeat, Integration
from ..process import Role
from . import room
from .move import called

log = structlog.get_logger(__name__)


def watch_heartbeats() -> int:
    """Look at all of them: whose beat is overdue, and whose is back. Returns how many changed.

    May be run twice at once: each is judged again under its integration's lock.
    """
    silent = [(pk, _fall_silent) for pk in Heartbeat.objects.newly_silent().values_list("pk", flat=True)]
    heard = [(pk, _hear_again) for pk in Heartbeat.objects.heard_again().values_list("pk", flat=True)]
    changed = 0
    for pk, change in (*silent, *heard):
        try:
            changed += change(pk)
        except Exception:  # the others do not wait for it
            log.exception("a heartbeat could not be judged", heartbeat=pk)
    return changed


@transaction.atomic
def _fall_silent(pk: int) -> bool:
    """D.1 is unmet from now on, whom that concerns is told, and a deviation is opened; once for each silence."""
    _lock(pk)
    row = Heartbeat.objects.newly_silent().filter(pk=pk).first()
    if row is None:
        return False
    unheard = Heartbeat.objects.filter(pk=pk, last_beat_at=row.last_beat_at)  # a beat takes no lock
    if not unheard.update(silent_since=DatabaseNow()):
        return False
    integration = integration_now(row.integration_id)
    now, facts = clock.now(), facts_of(integration)
    deviation = _opened(integration, row, facts, now)
    Heartbeat.objects.filter(pk=pk).update(deviation=deviation)
    facts = facts_of(integration)
    snapshots.refresh(integration, facts)
    announcing.record_lapses(integration, facts, tuple(gates.unmet_of("D.1", facts)), by=None, at=now)
    outbox.hint_to_send()
    outbox.hint_to_send(teams.POSTS)
    outbox.hint_to_send(webhooks.DELIVERIES)
    return True


def _opened(integration: Integration, row: Heartbeat, facts: gates.Facts, now: datetime.datetime) -> Deviation | None:
    """The deviation of this silence; None where there is no room for one more."""
    if integration.deviations.filter(opened_by=None).count() >= room.DEVIATIONS:
        return None
    leads = facts.people.get(Role.TECHNICAL_LEAD, ())
    with override(settings.LANGUAGE_CODE):  # everybody reads it
        title = _("The sender's monitoring is silent")
        last = date_format(clock.in_oslo(row.last_beat_at or row.made_at), "SHORT_DATETIME_FORMAT")
        told = _("The last beat came on %(when)s. It is expected every %(period)s minutes, at most %(grace)s late.")
        period, grace = row.minutes
        description = told % {"when": last, "period": period, "grace": grace}
        named = ", ".join(person.name for person in leads)
        handler = facts.deviations_told_to or named or str(Role.TECHNICAL_LEAD.label)
    deviation = Deviation.objects.create(
        integration=integration,
        title=title,
        description=description,
        handler=handler[:150],
        opened_on=clock.date_of(now),
    )
    event = _log(integration, EventKind.DEVIATION_OPENED, now, subject=title, to_value=deviation.handler)
    handlers = called(handler, facts) if facts.deviations_told_to else [one.user_id for one in leads if one.user_id]
    announcing.announce(facts, event, handlers)
    return deviation


@transaction.atomic
def _hear_again(pk: int) -> bool:
    """The beat is back: the deviation of its silence is closed, unless somebody has closed it."""
    _lock(pk)
    row = Heartbeat.objects.heard_again().filter(pk=pk).select_related("deviation").first()
    if row is None:
        return False
    integration = integration_now(row.integration_id)
    deviation, now = row.deviation, clock.now()
    Heartbeat.objects.filter(pk=pk).update(silent_since=None, deviation=None)
    if deviation and not deviation.closed_at:
        with override(settings.LANGUAGE_CODE):  # everybody reads it
            deviation.outcome = _("The beat is back.")
        deviation.closed_at = now
        deviation.save(update_fields=["closed_at", "outcome"])
        _log(integration, EventKind.DEVIATION_CLOSED, now, subject=deviation.title, reason=deviation.outcome)
    integration = integration_now(row.integration_id)
    snapshots.refresh(integration, facts_of(integration))
    return True


def _lock(pk: int) -> None:
    """The integration's lock, as at the door; nothing where the address was revoked meanwhile."""
    locks.lock_these(Heartbeat.objects.filter(pk=pk).values_list("integration", flat=True))


def _log(integration: Integration, kind: EventKind, at: datetime.datetime, **values: str) -> Event:
    return Event.objects.create(integration=integration, at=at, actor=None, kind=kind, **values)
