"""Staff who have not shown a second factor are asked for it: `entry/second_factor.py` says when one is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ..entry.second_factor import has_one, has_work_account, is_missing, may_begin

WITHOUT_IT = {
    *("sign_out", "sign_out_everywhere", "set_language", "set_appearance", "mfa_index"),
    *("privacy", "accessibility", "guide", "api_docs", "recorder"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate", "mfa_list_webauthn"),
    *("openid_connect_login", "openid_connect_callback", "invitation"),
    *("calendar_feed", "beat"),
}
"""What staff may reach while they have not shown it: the ways to show it, and out."""
SETS_ONE_UP = {"mfa_activate_totp", "mfa_add_webauthn"}
"""What they may reach while they have none, in a session that may set up the first: see `may_begin`."""


class SecondFactorMiddleware:
    """Refuses staff pages to staff who have not shown it in this session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if not is_missing(request) or name in WITHOUT_IT or (name in SETS_ONE_UP and may_begin(request)):
            return None
        return _ask_for_it(request)


def _ask_for_it(request: HttpRequest) -> HttpResponse:
    if has_one(request):
        back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
        return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
    messages.warning(request, _what_to_do(request))
    return redirect("mfa_index")


def _what_to_do(request: HttpRequest) -> str:
    if has_work_account(request):
        return _("Digipost's staff need a second factor. You have a work account: sign in with it first.")
    if not may_begin(request):
        return _("Digipost's staff need a second factor. Sign in with a code by e-mail to set up the first.")
    return _("Digipost's staff need a second factor. Add a passkey or an authenticator app.")
