"""What is tidied up at night."""

from __future__ import annotations

import datetime

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from .models import AccountEvent, Document, Draft, SentForm
from .models.sent import DRAFT_HOLDS

log = structlog.get_logger(__name__)

ORPHANED_AFTER = datetime.timedelta(days=1)


def remove_orphans() -> int:
    """Remove files without a row, left by a process that died between the two. Returns how many.

    A young file may belong to a transaction that is not committed yet.
    """
    removed, before = 0, timezone.now() - ORPHANED_AFTER
    folders, _files = default_storage.listdir("")
    for folder in folders:
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(Document.objects.filter(file__in=names).values_list("file", flat=True))
        for name in set(names) - known:
            removed += _removed(name, before)
    return removed


def _removed(name: str, before: datetime.datetime) -> bool:
    """Whether a file from before then is gone now; what cannot be removed tonight keeps nothing else from it."""
    try:
        if default_storage.get_modified_time(name) >= before:
            return False
        default_storage.delete(name)
    except OSError as error:
        log.error("a file without a row cannot be removed", name=name, error=error.strerror)
        return False
    return True


def forget_sessions() -> int:
    """Remove sessions that are over, with the address and the browser they were from. Returns how many of the latter.

    A young one may belong to a sign-in that is not committed yet.
    """
    now = timezone.now()
    too_old = UserSession.objects.filter(created_at__lt=now - datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE))
    Session.objects.filter(Q(expire_date__lt=now) | Q(pk__in=too_old.values("session_key"))).delete()
    over = UserSession.objects.exclude(session_key__in=Session.objects.values("pk"))
    return over.filter(created_at__lt=now - datetime.timedelta(hours=1)).delete()[0]


def forget_account_events() -> int:
    """Remove what happened to accounts longer ago than ACCOUNT_EVENT_DAYS. Returns how many lines."""
    return AccountEvent.objects.forget_older_than(
        timezone.now() - datetime.timedelta(days=settings.ACCOUNT_EVENT_DAYS)
    )


def forget_forms() -> int:
    """Remove what was typed a day ago and not sent, and what was sent from pages of sessions that are over.

    Returns how many of both.
    """
    now, session = timezone.now(), datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    typed = Draft.objects.filter(kept_at__lt=now - DRAFT_HOLDS).delete()[0]
    return typed + SentForm.objects.filter(sent_at__lt=now - session).delete()[0]
