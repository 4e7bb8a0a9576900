"""Who asks: a token, in the header Authorization and nowhere else. It acts as who made it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from .. import clock, policy, workflow
from ..actors import actor_on
from ..facts import integration_now
from ..models import ApiToken, Integration
from .problems import Refusal

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Digipost integrations"'}
"""RFC 6750, 3."""


class Token(AuthBase):
    """A token of the API (RFC 6750, 2.1): made on an integration's page API tokens, and shown once."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> ApiToken:
        """The token that was sent. Raises Refusal for one that does not work; notes the use of one that does."""
        found = _found(request)
        _require_maker(found)
        workflow.note_use(found)
        return found


def _found(request: HttpRequest) -> ApiToken:
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not sent:
        raise Refusal("token", _("Send a token in the header Authorization, after the word Bearer."), CHALLENGE)
    found = ApiToken.objects.of_token(sent.strip()).select_related("integration", "made_by").first()
    if found is None:
        raise _unusable(_("Nobody knows this token. Is it whole, and of this installation?"))
    if found.revoked_at:
        raise _unusable(_("The token is revoked. Make another one on the page API tokens."))
    if found.is_expired:
        day = date_format(clock.in_oslo(found.expires_at), "SHORT_DATETIME_FORMAT")
        raise _unusable(_("The token expired on %(day)s. Make another one on the page API tokens.") % {"day": day})
    return found


def _unusable(told: str) -> Refusal:
    challenge = {name: f'{value}, error="invalid_token"' for name, value in CHALLENGE.items()}
    return Refusal("token", told, challenge)


def _require_maker(token: ApiToken) -> None:
    """A token acts as who made it: when they leave, or may make none any more, it does nothing."""
    maker = token.made_by
    may = maker.is_active and policy.may(actor_on(maker, token.integration), policy.Right.MAKE_TOKENS)
    if not may:
        roles = policy.who_may(policy.RIGHTS[policy.Right.MAKE_TOKENS])
        told = _("Whoever made the token may not use it any more. Somebody else makes another one: %(roles)s.")
        raise Refusal("forbidden", told % {"roles": roles})


def token_of(request: Any) -> ApiToken:
    token: ApiToken = request.auth
    return token


def integration_of(request: HttpRequest, reference: str) -> Integration:
    """The integration of the token, with its records. Raises Http404 for any other."""
    token = token_of(request)
    if token.integration.reference != reference:
        raise Http404
    return integration_now(token.integration_id)


def require_report(request: HttpRequest) -> None:
    """Raise Refusal for a token that may only read."""
    if not token_of(request).may_report:
        raise Refusal("forbidden", _("This token can only read. Make one that may report, on the page API tokens."))
