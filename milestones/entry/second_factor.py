"""What Digipost's staff must show beside a code by e-mail or a password: a second factor, or the work account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import oidc

WITHOUT_IT = {
    *("sign_out", "sign_out_everywhere", "set_language", "privacy", "mfa_index"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate", "mfa_list_webauthn"),
    *("openid_connect_login", "openid_connect_callback", "invitation"),
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


def is_missing(request: HttpRequest) -> bool:
    """Whether one of the staff is signed in who must show it, and has not."""
    user = request.user
    return settings.STAFF_SECOND_FACTOR and user.is_authenticated and user.is_staff and not is_shown(request)


def is_shown(request: HttpRequest) -> bool:
    """Whether a second factor, or a provider of work accounts, vouched for whoever is signed in."""
    return any(
        record["method"] == "mfa"
        or (record["method"] == "socialaccount" and record.get("provider") in oidc.for_staff())
        for record in get_authentication_records(request, request.user)
    )


def may_begin(request: HttpRequest) -> bool:
    """Whether this session, in which none was shown, may set up the first.

    The mailbox is enough for whoever has nothing else. Whoever has a work account shows that; and a provider that is
    not for staff makes nobody more than it is trusted with, though they connected their account there themselves.
    """
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    return "socialaccount" not in methods and not has_one(request) and not has_work_account(request)


def may_connect(request: HttpRequest) -> bool:
    """Whether an account at a provider may become a way in for whoever is signed in: it may vouch for them later."""
    return request.user.is_authenticated and (not is_missing(request) or may_begin(request))


def has_one(request: HttpRequest) -> bool:
    return Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def has_work_account(request: HttpRequest) -> bool:
    return SocialAccount.objects.filter(user=request.user, provider__in=oidc.for_staff()).exists()


def remember(sender: object, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: object) -> None:
    """Whoever has just set one up has shown it, and is at the keyboard: connected to allauth's signal, which tells."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


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
