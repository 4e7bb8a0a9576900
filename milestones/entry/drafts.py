"""Whoever is signed out over a form finds what they had typed in it when they have signed in again.

It is kept for the account that the form was shown to, which its signed key names, and for nobody else who signs in
with the same browser. It is shown, and not sent: that is theirs to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import formkeys
from ..formkeys import FormKey, key_of
from ..models import Draft, User

LONGEST = 100_000
"""Characters that are kept of one form."""
MOST = 20
"""Forms of one person that are kept at a time."""
NOT_TYPED = {"csrfmiddlewaretoken", formkeys.NAME}
SHOWN = {"seen", "was", "version", "expected_id"}
"""Fields that a page fills in by itself."""
WAITING = "drafts"
"""In the session: that there may be some, so that not every page need ask."""


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, and what was typed is kept. It comes after the check against forged requests: those keep nothing."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        key = key_of(request)
        if key is None:
            return super().handle_no_permission(request, view_func)
        typed = _typed(request.POST)
        if len(json.dumps(typed, ensure_ascii=False)) > LONGEST:
            shown = [(name, "\n".join(many)) for name, many in typed.items() if name not in SHOWN and any(many)]
            return render(request, "signed_out.html", {"typed": shown, "page": key.page}, status=413)
        messages.warning(request, _keep(key, typed))
        return redirect_to_login(key.page)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """What has been sent now is forgotten; what was refused stays."""
        if request.method == "POST" and 300 <= response.status_code < 400 and request.session.get(WAITING):
            key = key_of(request)
            if key and key.person == request.user.pk:
                Draft.objects.filter(user=key.person, page=key.page, slot=key.slot).delete()
        return response


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


def _typed(sent: QueryDict) -> dict[str, list[str]]:
    return {name: [_storable(one) for one in many] for name, many in sent.lists() if name not in NOT_TYPED}


def _keep(key: FormKey, typed: dict[str, list[str]]) -> str:
    """Keep what was typed; returns what to tell whoever is at the browser, known or not."""
    if not key.slot or not any(one.strip() for name in typed.keys() - SHOWN for one in typed[name]):
        return _("You were signed out, and nothing was done. Sign in to go on.")
    if User.objects.filter(pk=key.person, is_active=True).exists():
        kept = {"sent": typed, "kept_at": timezone.now()}
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
