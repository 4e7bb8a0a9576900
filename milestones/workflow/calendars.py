"""Private addresses for calendar programs: each person's own, about no change of an integration."""

from __future__ import annotations

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from .. import clock, locks
from ..models import CalendarFeed, Integration, User
from ..models.calendar_feed import new_token
from ..models.member import hash_of
from . import room
from .move import require_person, stale
from .once import adds


@adds()
@transaction.atomic
def make_feed(*, by: User, integration: Integration | None, name: str) -> CalendarFeed:
    """Make an address for `by`, of one integration or, if None, of all that are theirs; `name` tells it from others.

    What is returned has the token, which is stored nowhere. Raises Http404 for an integration that is not theirs to
    see, ValidationError where they have as many as there is room for, or made too many today.
    """
    require_person()
    locks.lock_people(by)
    by = get_object_or_404(User, pk=by.pk, is_active=True)
    if integration:
        get_object_or_404(Integration.objects.visible_to(by), pk=integration.pk)
    full = _("You have %(most)s calendar addresses, which is the maximum. Revoke one first.")
    room.require_room(by.calendar_feeds.live().count(), room.FEEDS, full)
    often = _("%(most)s calendar addresses in 24 hours is the most. You can go on at %(when)s.")
    room.require_turn(by.calendar_feeds.all(), "made_at", room.FEEDS_A_DAY, often)
    token = new_token()
    feed = CalendarFeed(user=by, integration=integration, name=name, of_staff=by.is_staff, made_at=clock.now())
    feed.token, feed.token_hash = token, hash_of(token)
    feed.save()
    return feed


def revoke_feed(feed_id: int, *, by: User) -> None:
    """The address answers nobody any more. Raises Stale if it is revoked already, or no address of theirs."""
    require_person()
    if not CalendarFeed.objects.live().filter(pk=feed_id, user=by).update(revoked_at=clock.now()):
        raise stale()
