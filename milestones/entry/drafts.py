"""Whoever is signed out over a form finds what they had typed in it when they have signed in again.

It is kept for the account that the form was shown to, which its signed key names, and for nobody else who signs in
with the same browser. It is shown, and not sent: that is theirs to do.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from .. import clock, formkeys
from ..formkeys import FormKey, key_of
from ..models import Draft, SentForm, User
from ..models.sent import DRAFT_HOLDS

LONGEST = 100_000
"""Characters that are kept of one form."""
MOST = 20
"""Forms of one person that are kept at a time."""
NOT_TYPED = {
    "csrfmiddlewaretoken",
    formkeys.NAME,
    "confirmed",
    "change",
    "look_up",
    "workflow_address",
    "webhook_address",
}
"""Fields that say nothing, or a secret that is pasted again."""
SHOWN = {"seen", "was", "version", "expected_id", "filled_in", "shown_people"}
"""Fields that a page fills in by itself."""
WAITING = "drafts"
"""In the session: that there may be some, so that not every page need ask."""


def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Connected to Django's signal that somebody signed in."""
    request.session[WAITING] = Draft.objects.held().filter(user=user).exists()


def restore(request: HttpRequest, forms: Iterable[object]) -> None:
    """Put what was typed back into those of the forms of this page that it was typed into."""
    if not request.user.is_authenticated or not request.session.get(WAITING):
        return
    found = Draft.objects.held().filter(user=request.user, page=request.get_full_path())
    sent = {draft.slot: draft.sent for draft in found}
    for form in forms:
        slot = getattr(form, "slot", None)
        if slot in sent and hasattr(form, "restore") and not form.is_bound:  # type: ignore[attr-defined]
            form.restore(_as_sent(sent[slot]))


def forget(user: User) -> None:
    """Whoever signs out leaves nothing behind."""
    Draft.objects.filter(user=user).delete()


def forget_sent(request: HttpRequest) -> None:
    """What this request has sent is on its way, and no draft any more."""
    key = key_of(request) if request.session.get(WAITING) else None
    if key and key.person == request.user.pk:
        Draft.objects.filter(user=key.person, page=key.page, slot=key.slot).delete()


def forget_old() -> int:
    """Remove what was typed a day ago and not sent, and what was sent from pages of sessions that are over.

    Returns how many of both.
    """
    now, session = clock.now(), datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    typed = Draft.objects.filter(kept_at__lt=now - DRAFT_HOLDS).delete()[0]
    return typed + SentForm.objects.filter(sent_at__lt=now - session).delete()[0]


def typed_in(sent: QueryDict) -> dict[str, list[str]]:
    """What somebody typed in a form that was sent, by field."""
    return {name: [_storable(one) for one in many] for name, many in sent.lists() if name not in NOT_TYPED}


def is_too_long(typed: dict[str, list[str]]) -> bool:
    return len(json.dumps(typed, ensure_ascii=False)) > LONGEST


def keep(key: FormKey, typed: dict[str, list[str]]) -> str:
    """Keep what was typed; returns what to tell whoever is at the browser, known or not."""
    if not key.slot or not any(one.strip() for name in typed.keys() - SHOWN for one in typed[name]):
        return _("You were signed out, and nothing was done. Sign in to go on.")
    if User.objects.filter(pk=key.person, is_active=True).exists():
        kept = {"sent": typed, "kept_at": clock.now()}
        Draft.objects.update_or_create(user_id=key.person, page=key.page, slot=key.slot, defaults=kept)
        mine = Draft.objects.filter(user_id=key.person).order_by("-kept_at").values_list("pk", flat=True)
        Draft.objects.filter(pk__in=list(mine[MOST:])).delete()
    return _("You were signed out before this was sent. Sign in: what you had typed is kept, and not sent yet.")


def _storable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def _as_sent(typed: dict[str, list[str]]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, many in typed.items():
        sent.setlist(name, many)
    return sent
