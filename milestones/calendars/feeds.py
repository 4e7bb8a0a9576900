"""Whose address is asked for, and what is read there now: what its owner may see at this moment, and no more."""

from __future__ import annotations

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import clock
from ..models import CalendarFeed, Event, EventKind, Integration
from ..models.integration import IntegrationQuerySet
from ..process import Status
from .entries import KEPT, State, uid_of
from .reading import entries_of

NOTED_AFTER = datetime.timedelta(minutes=10)
"""That an address was read is written down at most so often."""


def feed_of(token: str) -> CalendarFeed | None:
    """The feed that is read by this token; None for one that is unknown or revoked, or is its owner's no longer."""
    readable = CalendarFeed.objects.of_token(token).readable()
    return readable.select_related("user", "integration__organisation").first()


def contents_of(feed: CalendarFeed) -> bytes:
    """What stands in it now, in its owner's language."""
    from .writing import published  # noqa: PLC0415

    integrations = integrations_of(feed).select_related("organisation", "launch")
    with override(feed.user.language):
        name = str(feed.integration or _("Digipost integrations"))
        return published(name, entries_of(integrations))


def integrations_of(feed: CalendarFeed) -> IntegrationQuerySet:
    """Those whose dates it holds: its own, or all that its owner is on or is the contact of; none closed long ago."""
    lately = Event.objects.filter(kind=EventKind.CLOSED, at__gt=clock.now() - KEPT)
    rows = Integration.objects.visible_to(feed.user).filter(
        ~Q(status=Status.CLOSED) | Q(pk__in=lately.values("integration"))
    )
    if feed.integration_id:
        return rows.filter(pk=feed.integration_id)
    return rows.filter(onboarding_contact=feed.user) if feed.user.is_staff else rows


def file_of(integration: Integration, key: str) -> bytes | None:
    """One entry of an integration, to take along; None where there is no such date now."""
    from .writing import alone  # noqa: PLC0415

    uid = uid_of(key, integration.reference)
    found = [one for one in entries_of([integration]) if one.uid == uid and one.state is not State.CANCELLED]
    return alone(found[0]) if found else None


def note_read(feed: CalendarFeed) -> None:
    """That it was read, for whoever wonders whether an address is still in use."""
    now = clock.now()
    if feed.last_read_at is None or feed.last_read_at < now - NOTED_AFTER:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
