"""What Digipost's staff must show beside a code by e-mail or a password: a second factor, or the work account."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest

from . import oidc


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
    """Whether this session, in which no second factor was shown, may set up the first one.

    Access to the mailbox is enough for who has nothing else. Who has a work account must use that. A session begun at
    a provider that is not for staff may not, even if the person connected that account: it is not trusted with staff.
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
