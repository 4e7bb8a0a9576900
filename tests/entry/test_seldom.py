"""Turns that coming in seldom takes: nobody there yet, a person who has gone, a provider that says too little."""

from __future__ import annotations

import jwt
import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.test import RequestFactory

from milestones.entry import drafts, journal, limits, oidc
from milestones.entry.adapters import AccountAdapter
from milestones.formkeys import FormKey
from milestones.models import AccountEvent, Draft, Mail, User, Way
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_failed_attempt_where_nobody_has_an_account(rf: RequestFactory) -> None:
    assert not User.objects.exists()
    journal.note_failed(rf.post("/sign-in/"), None, Way.CODE)
    assert not AccountEvent.objects.exists()


def test_signing_out_without_having_been_in_is_not_noted(rf: RequestFactory) -> None:
    journal._signed_out(None, rf.post("/sign-out/"), None)
    assert not AccountEvent.objects.exists()


def test_what_somebody_typed_who_has_gone_is_not_kept(cast: Cast) -> None:
    """They are told the same as everybody, and nothing is stored."""
    typed = {"title": ["Noe"]}
    told = [drafts.keep(FormKey(person, "/mail/", "form", "1"), typed) for person in (cast.manager.pk, 10**9)]
    assert told[0] == told[1]
    assert Draft.objects.count() == 1


def test_a_mail_of_the_librarys_that_is_not_ours_is_not_sent(cast: Cast) -> None:
    AccountAdapter().send_notification_mail("account/email/unknown", cast.manager)
    assert not Mail.objects.exists()


def test_a_request_without_a_rule_is_over_no_limit(rf: RequestFactory) -> None:
    request = rf.post("/mail/", "a=1", content_type="application/x-www-form-urlencoded")
    assert list(limits.exceeded(request)) == []


@pytest.mark.parametrize(
    ("told", "network"),
    [("unix:/run/socket", "unix:/run/socket"), ("::ffff:10.0.0.1", "10.0.0.1"), ("2001:db8::1", "2001:db8::/64")],
)
def test_where_a_request_comes_from(rf: RequestFactory, told: str, network: str) -> None:
    assert limits.network_of(rf.get("/", REMOTE_ADDR=told)) == network


def test_a_token_that_no_key_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    token = jwt.encode({"sub": "1"}, "k" * 32, algorithm="HS256", headers={"kid": "other"})
    with pytest.raises(jwt.InvalidKeyError):
        oidc._key_of(token, [])


def test_a_provider_without_an_id_token(monkeypatch: pytest.MonkeyPatch, rf: RequestFactory) -> None:
    class Login:
        class account:
            extra_data = {"userinfo": {"sub": "1"}}

    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "complete_login", lambda *args, **kwargs: Login())
    with pytest.raises(OAuth2Error, match="no ID token"):
        oidc.Adapter.complete_login(object.__new__(oidc.Adapter), rf.get("/"), None, None)
