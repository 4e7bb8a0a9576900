"""Signing in through another provider: a real OpenID Connect provider process on loopback."""

from __future__ import annotations

import json
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
from django.core import mail
from django.test import Client

from integrasjon import environment
from milestones.entry import oidc
from milestones.models import User
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in, signed_in_as
from tests.entry.provider import SECRET
from tests.entry.test_second_factor import add_app

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
    configure(
        settings,
        {"id": WORK, "name": "Digipost", "issuer": provider, "staff": True, "trusts_email": True},
        {"id": SENDERS, "name": "Innlogging", "issuer": provider},
    )


def configure(settings: Any, *given: dict[str, Any]) -> None:
    """What the app's settings make of OIDC_PROVIDERS."""
    text = json.dumps([one | {"client_id": one["id"], "secret": SECRET} for one in given])
    settings.OIDC_PROVIDERS = environment.oidc_providers(text, over_tls=False)
    apps = environment.socialaccount_apps(settings.OIDC_PROVIDERS)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    settings.BASE_URL = US


def trusting(settings: Any, provider: str, trusts_email: Any, **others: Any) -> None:
    """The senders' provider, trusted with addresses."""
    given = {"id": SENDERS, "name": "Innlogging", "issuer": provider, "trusts_email": trusts_email}
    configure(settings, given | others)


def asked(browser: Client, provider_id: str, **sent: str) -> str:
    """The address to which the browser is sent."""
    answer = browser.post(f"/sign-in/with/{provider_id}/", sent)
    assert answer.status_code == 200
    found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1].replace("&amp;", "&")


def answer_for(address: str, who: str) -> str:
    """Be `who` ("name address") at the provider, which sends the browser back; returns the path of its answer."""
    back = requests.get(address, headers={"X-Is": who}, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix(US)


def come_in(browser: Client, provider_id: str, who: str, **sent: str) -> Any:
    return browser.get(answer_for(asked(browser, provider_id, **sent), who))


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


def test_a_provider_names_people_of_its_own_domains_alone(cast: Cast, provider: str, settings: Any) -> None:
    """It says itself that the address is verified: that is worth as much as the provider."""
    trusting(settings, provider, ["fjordvik.example"])
    for who in (cast.stranger, cast.staff):
        browser = Client()
        come_in(browser, SENDERS, f"mallory-of-{who.email} {who.email}")
        assert signed_in_as(browser) is None, who.email
    browser = Client()
    come_in(browser, SENDERS, f"KARI {cast.manager.email.upper()}")
    assert signed_in_as(browser) == str(cast.manager.pk)


@pytest.mark.parametrize("trusts_email", [True, ["digipost.example"]])
def test_only_a_staff_provider_names_staff(cast: Cast, provider: str, settings: Any, trusts_email: Any) -> None:
    trusting(settings, provider, trusts_email)
    browser = Client()
    come_in(browser, SENDERS, f"mallory {cast.staff.email}")
    assert signed_in_as(browser) is None
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "trusts_email", "counts"),
    [
        ({}, ["fjordvik.example"], True),
        ({}, True, True),
        ({}, False, False),
        ({}, [], False),
        ({"email_verified": True}, ["fjordvik.example"], True),
        ({"email_verified": "true"}, True, True),
        ({"email_verified": True}, False, False),
        ({"email_verified": False}, True, False),
        ({"email_verified": False}, ["fjordvik.example"], False),
        ({"email_verified": "false"}, True, False),
        ({"email_verified": "False"}, ["fjordvik.example"], False),
        ({"email_verified": 0}, True, False),
        ({"email": "kari@FJORDVIK.example"}, ["Fjordvik.Example"], True),
        ({"email": "kari@sub.fjordvik.example"}, ["fjordvik.example"], False),
        ({"email": "kari@notfjordvik.example"}, ["fjordvik.example"], False),
        ({"email": "kari@fjordvik.example.evil.example"}, ["fjordvik.example"], False),
    ],
)
def test_when_an_address_counts(settings: Any, claims: dict[str, Any], trusts_email: Any, counts: bool) -> None:
    trusting(settings, "https://login.example", trusts_email)
    email = claims.get("email", "kari@fjordvik.example")
    for said in ({"id_token": claims}, {"id_token": {}, "userinfo": claims}, {"id_token": claims, "userinfo": {}}):
        assert oidc._counts(SENDERS, email, said) is counts
    assert not oidc._counts("another", email, {"id_token": claims})


def test_a_claim_that_says_no_is_heard(
    cast: Cast, provider: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(settings, provider, True)
    fetched = oidc.Adapter._fetch_user_info
    monkeypatch.setattr(oidc.Adapter, "_fetch_user_info", lambda *args: fetched(*args) | {"email_verified": False})
    browser = Client()
    come_in(browser, SENDERS, f"kari-unsure {cast.manager.email}")
    assert signed_in_as(browser) is None


def test_who_is_named_keeps_their_password_and_sessions_and_is_told(cast: Cast, provider: str, mailed: Mailed) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in/", {"login": cast.staff.email, "password": PASSWORD})
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    assert User.objects.get(pk=cast.staff.pk).check_password(PASSWORD)
    assert elsewhere.get("/mail/").status_code == 200
    mailed()
    assert [letter.to for letter in mail.outbox] == [[cast.staff.email]]


def test_the_address_to_answer_to_is_the_one_that_is_registered(cast: Cast, provider: str, settings: Any) -> None:
    """Whatever host a request names, and whether or not a proxy says that it came over TLS."""
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://integrasjon.example.no/", ["*"]
    page = Client().post(f"/sign-in/with/{WORK}/", headers={"host": "another.example"}).content.decode()
    found = re.search(r'content="0;url=([^"]+)"', page)
    assert found
    query = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert query["redirect_uri"] == [f"https://integrasjon.example.no/sign-in/with/{WORK}/answer/"]


def test_a_senders_account_is_connected_first_and_lets_in_then(cast: Cast, provider: str) -> None:
    browser = Client()
    browser.force_login(without_password(cast.observer))
    come_in(browser, SENDERS, "olga")
    assert SocialAccount.objects.get().user == cast.observer
    again = Client()
    come_in(again, SENDERS, "olga")
    assert signed_in_as(again) == str(cast.observer.pk)


def by_code(email: str, mailed: Mailed) -> Client:
    """Whoever reads somebody's mail."""
    browser = Client()
    ask_for_code(browser, email)
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    return browser


SETTING_UP = ("/me/security/app/", "/me/security/passkeys/add/")


@pytest.mark.usefixtures("second_factor_asked")
def test_the_mailbox_is_not_enough_where_there_is_a_work_account(cast: Cast, provider: str, mailed: Mailed) -> None:
    cast.staff.language = "en"
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    for address in SETTING_UP:
        assert browser.get(address)["Location"] == browser.post(address)["Location"] == "/me/security/"
    assert "mfa.totp.secret" not in browser.session
    page = browser.get("/me/security/").content.decode()
    assert "You have a work account: sign in with it first." in page
    assert f'action="/sign-in/with/{WORK}/"' in page
    assert "/me/security/accounts/" not in page  # nothing to disconnect
    assert browser.get("/approvals/")["Location"] == "/me/security/"


@pytest.mark.usefixtures("second_factor_asked")
def test_nor_is_it_enough_to_connect_another_work_account(cast: Cast, provider: str, mailed: Mailed) -> None:
    """A colleague who reads the mailbox would come in with their own: that button signs in, and as themselves."""
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    come_in(browser, WORK, f"jonas {cast.other_staff.email}")
    assert signed_in_as(browser) == str(cast.other_staff.pk)
    assert SocialAccount.objects.filter(user=cast.staff).count() == 1


@pytest.mark.usefixtures("second_factor_asked")
def test_nor_to_have_asked_for_it_before_there_was_one(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    browser = by_code(cast.staff.email, mailed)
    path = answer_for(asked(browser, WORK), f"jonas {cast.other_staff.email}")
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser.get(path)
    assert [account.user for account in SocialAccount.objects.all()] == [cast.staff]


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit, inside the request
@pytest.mark.usefixtures("second_factor_asked")
def test_with_the_work_account_they_set_up_more(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    come_in(Client(), WORK, f"ingrid {cast.staff.email}")
    browser = by_code(cast.staff.email, mailed)
    come_in(browser, WORK, "ingrid")
    assert browser.get("/approvals/").status_code == 200
    add_app(browser)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("second_factor_asked")
def test_who_has_neither_begins_with_a_code(cast: Cast, provider: str, mailed: Mailed) -> None:
    without_password(cast.staff)
    browser = by_code(cast.staff.email, mailed)
    add_app(browser)
    assert browser.get("/approvals/").status_code == 200


@pytest.mark.usefixtures("second_factor_asked")
def test_a_senders_provider_sets_nothing_up_for_staff(cast: Cast, provider: str, mailed: Mailed) -> None:
    """They connected their account there themselves; it is trusted with no more for that."""
    without_password(cast.staff)
    come_in(by_code(cast.staff.email, mailed), SENDERS, "ingrid")
    browser = Client()
    come_in(browser, SENDERS, "ingrid")
    assert signed_in_as(browser) == str(cast.staff.pk)
    for address in (*SETTING_UP, "/approvals/"):
        assert browser.get(address)["Location"] == "/me/security/"
    come_in(browser, WORK, f"jonas {cast.other_staff.email}")
    assert not SocialAccount.objects.filter(user=cast.staff, provider=WORK).exists()


def test_a_senders_provider_is_no_second_factor_for_staff(cast: Cast, provider: str, settings: Any) -> None:
    connecting = Client()
    connecting.force_login(without_password(cast.staff))
    come_in(connecting, SENDERS, "ingrid")
    settings.STAFF_SECOND_FACTOR = True
    browser = Client()
    come_in(browser, SENDERS, "ingrid")
    assert signed_in_as(browser) == str(cast.staff.pk)
    assert browser.get("/approvals/")["Location"] == "/me/security/"


ELSEWHERE = ["https://evil.example/login", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil"]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_one_does_not_come_out_at_another_site(cast: Cast, provider: str, settings: Any, elsewhere: str) -> None:
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["testserver", "evil.example"], ["https://evil.example"]
    assert come_in(Client(), WORK, f"ingrid {cast.staff.email}", next=elsewhere)["Location"] == "/"
    connecting = Client()
    connecting.force_login(without_password(cast.observer))
    assert come_in(connecting, SENDERS, "olga", next=elsewhere)["Location"] == "/me/security/"
    page = Client().get("/sign-in/", {"next": elsewhere})
    assert 'name="next"' not in page.content.decode().split("site-footer")[0]


def test_one_comes_out_where_one_was_going(cast: Cast, provider: str) -> None:
    page = Client().get("/sign-in/", {"next": "/mail/?page=2"}).content.decode()
    ways = ("code", "passkey", "provider", "provider", "password")
    assert page.count('<input type="hidden" name="next" value="/mail/?page=2">') == len(ways)
    assert come_in(Client(), WORK, f"ingrid {cast.staff.email}", next="/mail/?page=2")["Location"] == "/mail/?page=2"


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
