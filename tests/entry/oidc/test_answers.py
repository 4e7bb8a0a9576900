"""An answer counts once, in the browser that asked, with its own state, nonce, verifier and signature."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from milestones.entry import oidc
from tests.cast import Cast
from tests.entry.conftest import signed_in_as
from tests.entry.oidc.asking import WORK, answer_for, asked


def test_the_question_carries_state_nonce_and_pkce(cast: Cast, provider: str) -> None:
    query = parse_qs(urlsplit(asked(Client(), WORK)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert all(len(query[name][0]) >= 16 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(asked(Client(), WORK)).query)
    assert all(query[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_an_answer_belongs_to_the_browser_that_asked(cast: Cast, provider: str) -> None:
    """Another's answer, pasted into a victim's browser, signs nobody in (login CSRF)."""
    path = answer_for(asked(Client(), WORK), f"ingrid {cast.staff.email}")
    victim = Client()
    victim.get(path)
    assert signed_in_as(victim) is None


def test_an_answer_is_taken_once(cast: Cast, provider: str) -> None:
    browser = Client()
    path = answer_for(asked(browser, WORK), f"ingrid {cast.staff.email}")
    assert browser.get(path).status_code == 302
    browser.post("/sign-out/")
    browser.get(path)
    assert signed_in_as(browser) is None


def test_an_answer_with_another_nonce_is_refused(cast: Cast, provider: str) -> None:
    browser = Client()
    address = asked(browser, WORK)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    path = answer_for(address.replace(nonce, "en-annen"), f"ingrid {cast.staff.email}")
    assert browser.get(path)["Location"] == "/sign-in/"
    assert signed_in_as(browser) is None


def test_an_answer_without_the_verifier_is_refused(cast: Cast, provider: str) -> None:
    browser = Client()
    address = asked(browser, WORK)
    challenge = parse_qs(urlsplit(address).query)["code_challenge"][0]
    stolen = address.replace(challenge, "A" * 43)
    browser.get(answer_for(stolen, f"ingrid {cast.staff.email}"))
    assert signed_in_as(browser) is None


def test_a_token_whose_signature_does_not_hold_is_refused(
    cast: Cast, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    path = answer_for(asked(browser, WORK), f"ingrid {cast.staff.email}")
    stranger = jwt.PyJWK.from_dict(
        jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)
        | {"alg": "RS256"}
    )
    monkeypatch.setattr(oidc, "_key_of", lambda token, keys: stranger)
    browser.get(path)
    assert signed_in_as(browser) is None
