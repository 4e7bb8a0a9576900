"""OpenID Connect beyond what allauth does by itself: a nonce, and signatures that are always verified.

allauth binds the answer to the browser by `state`, and the code to the request by PKCE (RFC 7636). OpenID Connect Core
1.0 also asks for a `nonce` (3.1.2.1) and that userinfo is about the same `sub` as the ID token (5.3.2). It is named
below by section.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from ..addresses import absolute
from ..mailboxes import normalised
from ..models import User

SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that the provider alone has: our own secret signs nothing."""


def providers() -> list[dict[str, Any]]:
    """Those that the environment names: `id`, `name`, whether they are for `staff`, …"""
    return list(settings.OIDC_PROVIDERS)


def for_staff() -> set[str]:
    """The ids of the providers of work accounts."""
    return {one["id"] for one in providers() if one["staff"]}


def person_named_by(login: SocialLogin) -> User | None:
    """Whose the address is that a provider gives, if that counts. Staff are named by a staff provider alone."""
    people = User.objects.filter(is_active=True, email__in=[one.email for one in login.email_addresses])
    if login.account.provider not in for_staff():
        people = people.filter(is_staff=False)
    return people.first()


def _counts(provider_id: str, email: str, said: dict[str, Any]) -> bool:
    """Whether to accept an address on this provider's word: `trusts_email` covers it, and the claims do not deny it.

    `email_verified` is optional (5.1), and some never send it: `trusts_email` is then enough. Where it is present, in
    the ID token or in userinfo, it must be true.
    """
    claims = [claims.get("email_verified") for claims in (said["id_token"], said.get("userinfo", {}))]
    if any(claim is not None and str(claim).casefold() != "true" for claim in claims):
        return False
    trusted: Any = next((one["trusts_email"] for one in providers() if one["id"] == provider_id), False)
    return trusted is True or (bool(trusted) and normalised(email).rpartition("@")[2] in trusted)


class Adapter(OpenIDConnectOAuth2Adapter):
    """Takes nothing for granted: not that the ID token came over TLS, nor that userinfo is about the same person."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        with _making_sense():
            login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if "id_token" not in said:
            raise OAuth2Error("the provider sent no ID token")
        if said.get("userinfo", said["id_token"]).get("sub") != said["id_token"].get("sub"):
            raise OAuth2Error("userinfo is about somebody else than the ID token")
        for one in login.email_addresses:
            one.email = normalised(one.email)
        login.email_addresses = [one for one in login.email_addresses if _counts(self.provider_id, one.email, said)]
        # What else the provider tells of a person is not ours to keep.
        login.account.extra_data = {"id_token": {name: said["id_token"].get(name) for name in ("sub", "nonce")}}
        return login

    def get_client(self, request: HttpRequest, app: SocialApp) -> Any:
        with _making_sense():
            return super().get_client(request, app)

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        with _making_sense():
            return super().parse_token(data)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """As it is registered with the provider: a request's own host, or a proxy that says nothing of TLS, changes
        nothing of it."""
        return absolute(reverse("openid_connect_callback", args=[self.provider_id]))

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims of a token that is signed by the provider's key, for us, and in time (3.1.3.7)."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            key = _key_of(id_token, jwt.PyJWKSet.from_dict(answer.json()).keys)
            return jwt.decode(
                id_token,
                key,
                algorithms=SIGNED_BY,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["exp", "iat", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, AttributeError) as error:
            raise OAuth2Error(f"the ID token does not hold: {error}") from error


@contextmanager
def _making_sense() -> Iterator[None]:
    """Raises OAuth2Error, which is told the person, where a provider's answers lack something or are odd."""
    try:
        yield
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise OAuth2Error("the provider's answer makes no sense") from error


def _key_of(id_token: str, keys: list[jwt.PyJWK]) -> jwt.PyJWK:
    """The key that a token names; a provider with one key need not name it."""
    kid = jwt.get_unverified_header(id_token).get("kid")
    fitting = [key for key in keys if kid in (None, key.key_id)]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError("no key fits")
    return fitting[0]


def ask(request: HttpRequest, provider_id: str, process: str, next_url: str) -> str:
    """The provider's address to which the browser is to go; empty if it does not answer.

    Raises Http404 for a provider that nobody named. `process` is "login", or "connect" for who is signed in already.
    allauth goes to `next_url` unseen: it must have been checked.
    """
    try:
        provider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    provider.oauth2_adapter_class = Adapter  # the address to answer to is the same in the question and for the code
    nonce = secrets.token_urlsafe(32)
    asked = provider.get_auth_params() | {"nonce": nonce}
    try:
        with _making_sense():
            answer = provider.redirect(request, process, next_url=next_url, auth_params=asked, nonce=nonce)
    except (requests.RequestException, OAuth2Error):
        return ""
    return str(answer.get("Location", ""))


def answered(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in, or connect, whom the provider vouches for. Raises Http404 as above."""
    adapter = Adapter(request, provider_id)
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, requests.RequestException) as error:  # before allauth looks for these
        return render_authentication_error(request, adapter.get_provider(), exception=error)


def nonce_matches(login: SocialLogin) -> bool:
    """Whether the ID token answers the question that this browser asked."""
    asked = login.state.get("nonce")
    return bool(asked) and login.account.extra_data.get("id_token", {}).get("nonce") == asked
