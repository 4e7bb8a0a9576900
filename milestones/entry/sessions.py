"""How long a session holds: so long after the last request, and so long in all; shorter for Digipost's staff."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from redis.exceptions import RedisError

from .. import clock

log = structlog.get_logger(__name__)

STARTED = "started_at"


def begin(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Connected to Django's signal that somebody signed in."""
    request.session[STARTED] = clock.now().timestamp()


@dataclass(frozen=True)
class Device:
    """Somewhere that somebody is signed in."""

    session: UserSession
    used_at: datetime.datetime

    @property
    def name(self) -> str:
        """“Firefox, Windows”, as far as the browser says what it is."""
        said = self.session.user_agent
        known = (next((name for mark, name in marks if mark in said), "") for marks in (BROWSERS, SYSTEMS))
        return ", ".join(filter(None, known)) or said[:60]


# The more special first: Edge also calls itself Chrome, and Chrome Safari; an iPhone is “like Mac OS X”.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("Linux", "Linux")),
)


def devices_of(user: Any) -> list[Device]:
    """Where somebody is signed in, what was used last first."""
    sessions = UserSession.objects.purge_and_list(user)
    seen = _last_seen([_key(one.session_key) for one in sessions])
    devices = [Device(one, _moment(seen.get(_key(one.session_key))) or one.created_at) for one in sessions]
    return sorted(devices, key=lambda device: device.used_at, reverse=True)


def forget_old() -> int:
    """Remove sessions that are over, with the address and the browser they were from. Returns how many of the latter.

    A young one may belong to a sign-in that is not committed yet.
    """
    now = clock.now()
    too_old = UserSession.objects.filter(created_at__lt=now - datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE))
    Session.objects.filter(Q(expire_date__lt=now) | Q(pk__in=too_old.values("session_key"))).delete()
    over = UserSession.objects.exclude(session_key__in=Session.objects.values("pk"))
    return over.filter(created_at__lt=now - datetime.timedelta(hours=1)).delete()[0]


def _last_seen(keys: list[str]) -> dict[str, float]:
    """When sessions were last used, as timestamps by their keys; what the cache does not know is left out."""
    with _cache_may_fail():
        return {key: float(seen) for key, seen in cache.get_many(keys).items()}
    return {}


@contextmanager
def _cache_may_fail() -> Iterator[None]:
    """Log, and ignore, that Redis is down or holds a foreign value: a session then counts as unused since it began,
    and ends after the idle limit."""
    try:
        yield
    except (RedisError, ValueError, TypeError) as error:
        log.warning("the cache does not answer", error=type(error).__name__)


def note_use(request: HttpRequest) -> None:
    """That the session is in use: in the cache, as not every request is worth a write.

    Where the cache has forgotten, or is away, a session counts as last used when it began.
    """
    with _cache_may_fail():
        cache.set(_key(request.session.session_key), clock.now().timestamp(), settings.SESSION_COOKIE_AGE)


def is_over(request: HttpRequest) -> bool:
    """Whether it has lain idle too long, or lasted too long in all."""
    now = clock.now().timestamp()
    started = request.session.get(STARTED, 0)
    key = _key(request.session.session_key)
    seen = _last_seen([key]).get(key, started)
    idle, longest = settings.STAFF_SESSION if request.user.is_staff else settings.SESSION
    return now - seen > idle.total_seconds() or now - started > longest.total_seconds()


def _key(session_key: str | None) -> str:
    """Whoever reads the cache must not find a way in."""
    return f"session-seen-{hashlib.sha256(str(session_key).encode()).hexdigest()}"


def _moment(timestamp: float | None) -> datetime.datetime | None:
    return datetime.datetime.fromtimestamp(timestamp, tz=datetime.UTC) if timestamp else None
