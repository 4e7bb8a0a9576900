"""Tokens of the API: keys to one integration, by which a build reads and reports what who made it may."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import clock, policy
from ..models import ApiToken, EventKind, Integration, Scope, User
from ..models.member import hash_of
from ..models.tokens import LONGEST, SHOWN, new_api_token
from . import room
from .door import door
from .move import Move, asks
from .once import adds


@adds()
@asks(policy.Right.MAKE_TOKENS)
def make_token(integration: Integration, *, by: User, name: str, scope: Scope, expires_on: datetime.date) -> ApiToken:
    """Make a token that works to the end of `expires_on`, in Oslo; `name` tells it from others.

    What is returned has the token itself, which is stored nowhere. Raises ValidationError (by field) for a day that
    has passed or lies too far ahead, ValidationError where there is no room for one, or too many were made today, and
    GateClosed while the intake is not accepted.
    """
    with door(integration, by) as move:
        move.ask(make_token)
        move.require_accepted()
        expires_at = _end_of(move, expires_on)
        _require_room(move)
        token = new_api_token()
        made = ApiToken(integration=move.integration, name=name, scope=scope, expires_at=expires_at)
        made.made_by, made.made_at = move.by, move.now
        made.token, made.token_hash, made.last_four = token, hash_of(token), token[-SHOWN:]
        made.save()
        move.log(EventKind.TOKEN_MADE, name, new=scope)
        return made


def _end_of(move: Move, day: datetime.date) -> datetime.datetime:
    move.require_ahead(expires_on=day)
    if day > last_day():
        told = _("A token works for at most %(days)s days.") % {"days": LONGEST.days}
        raise ValidationError({"expires_on": told})
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))


def last_day() -> datetime.date:
    """The latest day to whose end a token that is made today may work."""
    return clock.today() + LONGEST - datetime.timedelta(days=1)


def _require_room(move: Move) -> None:
    full = _("The integration has %(most)s tokens that work, which is the maximum. Revoke one first.")
    room.require_room(move.integration.api_tokens.live().count(), room.TOKENS, full)
    often = _("%(most)s tokens in 24 hours is the maximum. You can go on at %(when)s.")
    room.require_turn(move.integration.api_tokens.all(), "made_at", room.TOKENS_A_DAY, often)


@asks(policy.Right.TEND_TOKENS)
def revoke_token(integration: Integration, pk: int, *, by: User) -> None:
    """The token works no more. Raises Stale if it is revoked already."""
    with door(integration, by) as move:
        move.ask(revoke_token)
        _revoke(move, move.fetch(ApiToken, pk, revoked_at__isnull=True))


def revoke_all_tokens(move: Move) -> None:
    """Part of closing an integration: on what is closed nobody could revoke them."""
    for token in move.integration.api_tokens.live():
        _revoke(move, token)


def _revoke(move: Move, token: ApiToken) -> None:
    move.update(token, revoked_at=move.now, revoked_by=move.by)
    move.log(EventKind.TOKEN_REVOKED, token.name)


def note_use(token: ApiToken) -> None:
    """That a token was used just now; once a day in the history too. Of what it reports, that tells by itself."""
    now, today = clock.now(), clock.today()
    mine = ApiToken.objects.filter(pk=token.pk)
    if token.noted_on == today:
        mine.update(last_used_at=now)
        return
    with door(token.integration, token.made_by) as move:
        first = mine.filter(Q(noted_on__isnull=True) | Q(noted_on__lt=today)).update(noted_on=today, last_used_at=now)
        if first:
            move.log(EventKind.TOKEN_USED, token.name)
