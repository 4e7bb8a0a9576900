"""How often somebody may try: by account and by address, in storage that all web processes share.

What is over the limit answers 429 and says when to try again. Known and unknown accounts are counted alike.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import structlog
from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from ..mailboxes import normalised
from ..models.member import hash_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rule:
    """How many requests an account, and an address, may make; empty: not counted by that."""

    by_account: str
    by_address: str


GUESSING = Rule("10 per 15 minutes", "100 per 15 minutes")
UPLOADS = Rule("120 per hour", "300 per hour")
RULES: dict[str, Rule] = {
    "account_login": GUESSING,
    "account_request_login_code": Rule("6 per 15 minutes", "60 per 15 minutes"),
    "account_confirm_login_code": GUESSING,
    "mfa_authenticate": GUESSING,
    "mfa_login_webauthn": Rule("", "100 per 15 minutes"),  # whose it is shows only afterwards
    "account_reauthenticate": GUESSING,
    "mfa_reauthenticate": GUESSING,
    "mfa_reauthenticate_webauthn": GUESSING,
    "mfa_activate_totp": GUESSING,
    "account_change_password": GUESSING,
    "openid_connect_login": Rule("", "100 per 15 minutes"),
    "invitation": Rule("", "60 per 15 minutes"),
    "one_question": Rule("", "60 per 15 minutes"),
    "people": Rule("60 per hour", "120 per hour"),  # invites
    "invite_many": Rule("60 per hour", "120 per hour"),
    "intake": Rule("60 per hour", "120 per hour"),  # asks the register of entities
    "resend_invitation": Rule("60 per hour", "120 per hour"),
    "calendar_feed": Rule("120 per hour", "600 per 15 minutes"),  # services read for many people from one network
    "beat": Rule("60 per 10 minutes", "3000 per 15 minutes"),  # at the shortest period, six times as often
}
"""By URL name. Whatever else carries files falls under `UPLOADS`."""

READ = {"calendar_feed", "beat"}
"""Counted when they are read too: whoever has the address needs no account. Each counts as an account of its own."""

API = "api_"
"""What the names of the API's addresses begin with: all of them are counted, by token, and by address."""
API_RULES = {
    "GET": Rule("600 per 15 minutes", "3000 per 15 minutes"),  # many builds may come from one network
    "POST": Rule("240 per hour", "1200 per hour"),
}

TYPED_IN = {"account_login": "login", "account_request_login_code": "email"}
"""The field in which an account is named, by URL name. Anywhere else a field of that name says nothing."""


def counts(request: HttpRequest) -> bool:
    """Whether a request is one of those that are counted."""
    name = _name_of(request)
    return request.method == "POST" or name in READ or name.startswith(API)


def _name_of(request: HttpRequest) -> str:
    return str(request.resolver_match.url_name) if request.resolver_match else ""


def exceeded(request: HttpRequest) -> Iterator[datetime.datetime]:
    """When to try again, of each limit that this request is over."""
    name = _name_of(request)
    if name.startswith(API):
        counted = "POST" if request.method == "POST" else "GET"
        rule: Rule | None = API_RULES[counted]
    else:
        rule = RULES.get(name) or (UPLOADS if request.content_type == "multipart/form-data" else None)
        counted = name if name in RULES else "uploads"
    if rule is None:
        return
    for rate, who in ((rule.by_account, account_of(request)), (rule.by_address, network_of(request))):
        again_at = _again_at(_item(rate), counted, who) if rate and who else None
        if again_at:
            yield again_at


def _again_at(rate: RateLimitItem, *counted: str) -> datetime.datetime | None:
    """Count; when to try again, of who is over the rate. While Redis is away each process counts for itself."""
    try:
        return _counted(_limiter(), rate, *counted)
    except StorageError as error:
        log.warning("attempts are counted in memory", error=str(error))
        return _counted(_in_memory(), rate, *counted)


def _counted(limiter: MovingWindowRateLimiter, rate: RateLimitItem, *counted: str) -> datetime.datetime | None:
    if limiter.hit(rate, *counted):
        return None
    return datetime.datetime.fromtimestamp(limiter.get_window_stats(rate, *counted).reset_time, tz=datetime.UTC)


def account_of(request: HttpRequest) -> str:
    """Whose account a request is about: who is signed in, is about to be, or is typed; or which private address."""
    if request.resolver_match and request.resolver_match.url_name in READ:
        return f"{request.resolver_match.url_name} {hash_of(request.resolver_match.kwargs['token'])}"
    if _name_of(request).startswith(API):
        sent = request.headers.get("Authorization", "")
        return f"token {hash_of(sent)}" if sent else ""
    if request.user.is_authenticated:
        return f"person {request.user.pk}"
    typed = TYPED_IN.get(request.resolver_match.url_name or "") if request.resolver_match else None
    if typed:
        address = request.POST.get(typed, "")
    else:
        pending = unstash_login(request, peek=True)
        address = (pending.email or getattr(pending.user, "email", "")) if pending else ""
    return f"address {normalised(address)}" if address else ""


def network_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the /64 that one subscriber has of IPv6 (RFC 6177)."""
    told = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(told)
    except ValueError:  # a socket file has none
        return told
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)


@cache
def _limiter() -> MovingWindowRateLimiter:
    return limiter_on(settings.REDIS_URL)


def limiter_on(redis_url: str, prefix: str = "LIMITS") -> MovingWindowRateLimiter:
    """On Redis where there is one; otherwise in memory, which the embedded default's one web process is alone with."""
    if not redis_url:
        return MovingWindowRateLimiter(storage_from_string("memory://"))
    short = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return MovingWindowRateLimiter(storage_from_string(redis_url, key_prefix=prefix, wrap_exceptions=True, **short))


_in_memory = cache(partial(limiter_on, ""))
