"""What Digipost's staff must show beside a code by e-mail or a password: a second factor, or the work account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import oidc

WITHOUT_IT = {
    *("sign_out", "sign_out_everywhere", "set_language", "privacy", "my_security"),
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate", "mfa_list_webauthn"),
    *("openid_connect_login", "openid_connect_callback", "invitation"),
}
"""What staff may reach while they have not shown it: the ways to show it, and out."""


class SecondFactorMiddleware:
    """Refuses staff pages to staff who have not shown it in this session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not (settings.STAFF_SECOND_FACTOR and user.is_authenticated and user.is_staff):
            return None
        if (match and match.url_name in WITHOUT_IT) or is_shown(request):
            return None
        return _ask_for_it(request)


def is_shown(request: HttpRequest) -> bool:
    """Whether a second factor, or a provider of work accounts, vouched for whoever is signed in."""
    return any(
        record["method"] == "mfa"
        or (record["method"] == "socialaccount" and record.get("provider") in oidc.for_staff())
        for record in get_authentication_records(request, request.user)
    )


def remember(sender: object, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: object) -> None:
    """Whoever has just set one up has shown it, and is at the keyboard: connected to allauth's signal, which tells."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def _ask_for_it(request: HttpRequest) -> HttpResponse:
    has_one = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    if has_one:
        back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
        return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
    messages.warning(request, _("Digipost's staff need a second factor. Add a passkey or an authenticator app."))
    return redirect("mfa_index")
