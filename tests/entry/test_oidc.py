"""Signing in through another provider: a real OpenID Connect provider process on loopback."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from milestones.entry import oidc
from milestones.models import User
from tests.cast import Cast
from tests.entry.conftest import signed_in_as
from tests.entry.provider import SECRET

WORK, SENDERS = "arbeidskonto", "avsender"
US = "http://testserver"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider, in a process of its own; see provider.py."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    callbacks = [f"{US}/sign-in/with/{name}/answer/" for name in (WORK, SENDERS)]
    process = subprocess.Popen([sys.executable, "-m", "tests.entry.provider", str(port), *callbacks])
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=2).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the provider does not answer")


@pytest.fixture(autouse=True)
def _configured(settings: Any, provider: str) -> None:
    """Two providers at once: work accounts for staff, whose addresses are trusted, and another for senders."""
    settings.OIDC_PROVIDERS = [
        {"id": WORK, "client_id": WORK, "name": "Digipost", "staff": True},
        {"id": SENDERS, "client_id": SENDERS, "name": "Innlogging", "staff": False},
    ]
    apps = [
        {
            "provider_id": one["id"],
            "name": one["name"],
            "client_id": one["client_id"],
            "secret": SECRET,
            "settings": {
                "server_url": provider,
                "email_authentication": one["staff"],
                "verified_email": one["staff"],
            },
        }
        for one in settings.OIDC_PROVIDERS
    ]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}


def asked(browser: Client, provider_id: str) -> str:
    """The address to which the browser is sent."""
    answer = browser.post(f"/sign-in/with/{provider_id}/")
    assert answer.status_code == 200
    found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1].replace("&amp;", "&")


def answer_for(address: str, who: str) -> str:
    """Be `who` ("name address") at the provider, which sends the browser back; returns the path of its answer."""
    back = requests.get(address, headers={"X-Is": who}, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix(US)


def come_in(browser: Client, provider_id: str, who: str) -> Any:
    return browser.get(answer_for(asked(browser, provider_id), who))


def without_password(user: User) -> User:
    """Who has a password is asked for it before an account is connected."""
    user.set_unusable_password()
    user.save()
    return user


def test_a_work_account_lets_staff_in_without_more(cast: Cast, provider: str, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    browser = Client()
    answer = come_in(browser, WORK, f"ingrid {cast.staff.email}")
    assert answer["Location"] == "/"
    assert signed_in_as(browser) == str(cast.staff.pk)
    assert browser.get("/approvals/").status_code == 200
    (account,) = SocialAccount.objects.all()
    assert set(account.extra_data.get("id_token", {})) == {"sub", "nonce"}  # nothing more of a person is kept


def test_the_question_carries_state_nonce_and_pkce(cast: Cast, provider: str) -> None:
    query = parse_qs(urlsplit(asked(Client(), WORK)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert all(len(query[name][0]) >= 16 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(asked(Client(), WORK)).query)
    assert all(query[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_who_was_not_invited_does_not_come_in(cast: Cast, provider: str) -> None:
    browser, before = Client(), User.objects.count()
    answer = come_in(browser, WORK, "fremmed fremmed@digipost.example")
    assert "/sign-in/" in answer.content.decode()
    assert signed_in_as(browser) is None
    assert User.objects.count() == before


def test_an_address_counts_only_from_a_provider_that_is_trusted_with_it(cast: Cast, provider: str) -> None:
    browser = Client()
    come_in(browser, SENDERS, f"kari {cast.manager.email}")
    assert signed_in_as(browser) is None


def test_a_senders_account_is_connected_first_and_lets_in_then(cast: Cast, provider: str) -> None:
    browser = Client()
    browser.force_login(without_password(cast.observer))
    come_in(browser, SENDERS, "olga")
    assert SocialAccount.objects.get().user == cast.observer
    again = Client()
    come_in(again, SENDERS, "olga")
    assert signed_in_as(again) == str(cast.observer.pk)


def test_a_senders_provider_is_no_second_factor_for_staff(cast: Cast, provider: str, settings: Any) -> None:
    connecting = Client()
    connecting.force_login(without_password(cast.staff))
    come_in(connecting, SENDERS, "ingrid")
    settings.STAFF_SECOND_FACTOR = True
    browser = Client()
    come_in(browser, SENDERS, "ingrid")
    assert signed_in_as(browser) == str(cast.staff.pk)
    assert browser.get("/approvals/")["Location"] == "/me/security/"


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


def test_a_provider_that_is_away_is_said_to_be(cast: Cast, settings: Any) -> None:
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = "http://127.0.0.1:1"
    answer = Client().post(f"/sign-in/with/{WORK}/")
    assert answer.status_code == 502


def test_nobody_elses_provider(db: Any) -> None:
    assert Client().post("/sign-in/with/google/").status_code == 404
    assert Client().get("/sign-in/with/google/answer/?code=x&state=y").status_code == 404


def test_cancelled_at_the_provider(cast: Cast) -> None:
    browser = Client()
    state = parse_qs(urlsplit(asked(browser, WORK)).query)["state"][0]
    answer = browser.get(f"/sign-in/with/{WORK}/answer/?error=access_denied&state={state}")
    assert answer["Location"] == "/sign-in/cancelled/"
