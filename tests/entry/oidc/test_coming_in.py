"""Signing in through another provider: a real OpenID Connect provider process on loopback."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from milestones.models import User
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, signed_in_as
from tests.entry.oidc.asking import SENDERS, WORK, asked, come_in, without_password


def test_a_work_account_lets_staff_in_without_more(cast: Cast, provider: str, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    browser = Client()
    answer = come_in(browser, WORK, f"ingrid {cast.staff.email}")
    assert answer["Location"] == "/"
    assert signed_in_as(browser) == str(cast.staff.pk)
    assert browser.get("/approvals/").status_code == 200
    (account,) = SocialAccount.objects.all()
    assert set(account.extra_data.get("id_token", {})) == {"sub", "nonce"}  # nothing more of a person is kept


def test_who_was_not_invited_does_not_come_in(cast: Cast, provider: str) -> None:
    browser, before = Client(), User.objects.count()
    answer = come_in(browser, WORK, "fremmed fremmed@digipost.example")
    assert "/sign-in/" in answer.content.decode()
    assert signed_in_as(browser) is None
    assert User.objects.count() == before


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
