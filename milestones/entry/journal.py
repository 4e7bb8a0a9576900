"""What is noted of an account: who came in and who tried to, from where, and what changed about how they come in.

django-allauth and Django tell it by signals; no business rule hangs on what is noted.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterable
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from .. import clock
from ..models import AccountEvent, AccountEventKind, User, Way

WAYS = {
    "code": Way.CODE,
    "password": Way.PASSWORD,
    "socialaccount": Way.PROVIDER,
    Authenticator.Type.WEBAUTHN: Way.PASSKEY,
    Authenticator.Type.TOTP: Way.APP,
    Authenticator.Type.RECOVERY_CODES: Way.RECOVERY_CODE,
}
"""By what allauth calls a method, or the type of a second factor."""


def note(request: HttpRequest | None, user: Any, kind: AccountEventKind, ways: Iterable[Way] = ()) -> None:
    """Note what happened to an account; `request` is None where it was not done from the person's own browser."""
    told = ",".join(dict.fromkeys(ways))
    AccountEvent.objects.create(user_id=user.pk, kind=kind, ways=told, address=_address_of(request))


def forget_old() -> int:
    """Remove what happened to accounts longer ago than ACCOUNT_EVENT_DAYS. Returns how many lines."""
    return AccountEvent.objects.forget_older_than(clock.now() - datetime.timedelta(days=settings.ACCOUNT_EVENT_DAYS))


def note_failed(request: HttpRequest, user: User | None, way: Way) -> None:
    """Note a failed attempt. Without a user the row is rolled back: timing must not show which accounts exist."""
    somebody = User.objects.first()
    with transaction.atomic():
        if whose := user or somebody:
            note(request, whose, AccountEventKind.ATTEMPT_FAILED, [way])
        transaction.set_rollback(user is None)


def _address_of(request: HttpRequest | None) -> str | None:
    """As `middleware.proxy` made it out, without the zone that only its own host knows (fe80::1%eth0)."""
    told = str(request.META.get("REMOTE_ADDR", "")) if request else ""
    try:
        return str(ipaddress.ip_address(told.partition("%")[0]))
    except ValueError:  # a socket file has none
        return None


def listen() -> None:
    """Connect to what Django and allauth tell."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    account.password_set.connect(_password_set)
    account.password_changed.connect(_password_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_factor_added)
    mfa.authenticator_used.connect(_factor_used)
    mfa.authentication_failed.connect(_factor_failed)
    social_account_added.connect(_account_connected)


def _signed_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    ways = [WAYS[record.get("type", record["method"])] for record in records]
    note(request, user, AccountEventKind.SIGNED_IN, ways)


def _signed_out(sender: object, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user and user.pk:
        note(request, user, AccountEventKind.SIGNED_OUT)


def _password_set(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(request, user, AccountEventKind.PASSWORD_SET)


def _password_changed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(request, user, AccountEventKind.PASSWORD_CHANGED)


def _factor_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    way = WAYS[authenticator.type]
    if way == Way.RECOVERY_CODE:
        note(request, user, AccountEventKind.CODES_MADE)
    else:
        note(request, user, AccountEventKind.FACTOR_ADDED, [way])


def _factor_removed(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    note(request, user, AccountEventKind.FACTOR_REMOVED, [WAYS[authenticator.type]])


def _factor_used(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note(request, user, AccountEventKind.CODE_USED)


def _factor_failed(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    note_failed(request, user, WAYS[authenticator.type])


def _account_connected(sender: object, request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    note(request, sociallogin.user, AccountEventKind.ACCOUNT_CONNECTED)
