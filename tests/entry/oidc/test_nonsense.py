"""What a provider answers may be anything: nobody comes in by it, and nothing fails."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
import requests
from django.test import Client

from milestones.entry import oidc
from tests.cast import Cast
from tests.entry.conftest import signed_in_as
from tests.entry.oidc.asking import WORK, answer_for, asked

NONSENSE: dict[str, str] = {
    "deep": "[" * 100_000,
    "deep object": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "a huge number": '{"keys": [], "access_token": ' + "9" * 50_000 + "}",
    "no number": '{"access_token": NaN}',
    "a list": "[1]",
    "null": "null",
    "nothing": "",
    "a page": "<!doctype html>",
    "an empty object": "{}",
    "other types": json.dumps({"access_token": {}, "keys": 7, "token_endpoint": [], "email": {"a": 1}, "sub": []}),
    "odd times": json.dumps({"access_token": "x", "expires_in": "soon", "id_token": 7}),
    "a time without end": json.dumps({"access_token": "x", "expires_in": 10**30, "id_token": {}}),
    "odd tokens": json.dumps({"access_token": "x", "id_token": "x.y.z", "keys": [7]}),
}
WHERE = {"discovery": "openid-configuration", "token": "token", "keys": "jwks", "userinfo": "userinfo"}


def answering(monkeypatch: pytest.MonkeyPatch, where: str, body: str) -> None:
    """From now on the provider says this there."""
    sent = requests.adapters.HTTPAdapter.send

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = sent(self, request, *args, **kwargs)
        if WHERE[where] in request.url:
            response._content, response.status_code = body.encode(), 200
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("body", NONSENSE)
def test_nonsense_lets_nobody_in(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    body: str,
) -> None:
    browser = Client()
    path = answer_for(asked(browser, WORK), f"ingrid {cast.staff.email}")
    answering(monkeypatch, where, NONSENSE[body])
    assert browser.get(path).status_code in (200, 302, 401)
    assert signed_in_as(browser) is None


@pytest.mark.parametrize("body", NONSENSE)
def test_a_provider_that_describes_itself_so_cannot_be_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    answering(monkeypatch, "discovery", NONSENSE[body])
    assert Client().post(f"/sign-in/with/{WORK}/").status_code == 502


@pytest.mark.parametrize(
    "claims",
    [{"email": 7}, {"email": {"a": "b"}}, {"email": ["kari@fjordvik.example"]}, {"email": None}, {"nonce": []}],
)
def test_claims_of_other_types_let_nobody_in(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, Any],
) -> None:
    browser = Client()
    path = answer_for(asked(browser, WORK), "mallory-types mallory@x.example")
    decode = jwt.decode
    monkeypatch.setattr("milestones.entry.oidc.jwt.decode", lambda *args, **kwargs: decode(*args, **kwargs) | claims)
    monkeypatch.setattr(oidc.Adapter, "_fetch_user_info", lambda self, token: {"sub": "x"} | claims)
    assert browser.get(path).status_code < 500
    assert signed_in_as(browser) is None
