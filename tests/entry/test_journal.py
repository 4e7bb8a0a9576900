"""What is noted of an account: who came in, who tried to and what was changed, from where; and for how long."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from milestones.entry import journal
from milestones.models import AccountEvent, AccountEventKind, User, Way
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in
from tests.entry.factors import MIDDLE_OF_A_STEP, add_app, by_password, recovery_codes, totp

Kind = AccountEventKind


def noted(user: User) -> list[tuple[str, str]]:
    """Kind and ways of what was noted, the first first."""
    return list(user.account_events.order_by("pk").values_list("kind", "ways"))


def test_who_comes_in_is_noted_with_what_and_from_where(cast: Cast, mailed: Mailed) -> None:
    browser = Client(REMOTE_ADDR="2001:db8::7")
    ask_for_code(browser, cast.lead.email)
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    browser.post("/sign-out/")
    Client(REMOTE_ADDR="::ffff:192.0.2.7").post("/sign-in/", {"login": cast.lead.email, "password": PASSWORD})
    assert noted(cast.lead) == [(Kind.SIGNED_IN, Way.CODE), (Kind.SIGNED_OUT, ""), (Kind.SIGNED_IN, Way.PASSWORD)]
    addresses = cast.lead.account_events.order_by("pk").values_list("address", flat=True)
    assert list(addresses) == ["2001:db8::7", "2001:db8::7", "192.0.2.7"]


def test_the_address_is_the_one_that_a_named_proxy_tells(cast: Cast, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    sent = {"login": cast.lead.email, "password": PASSWORD}
    for proxy, told in (
        ("10.0.0.1", "192.0.2.9"),
        ("198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
    ):
        Client(REMOTE_ADDR=proxy).post("/sign-in/", sent, headers={"forwarded": "for=203.0.113.5, for=192.0.2.9"})
        assert AccountEvent.objects.latest("pk").address == told, proxy


def test_failed_attempts_are_noted_of_known_accounts_alone(cast: Cast, mailed: Mailed) -> None:
    User.objects.filter(pk=cast.observer.pk).update(is_active=False)
    for email in (cast.lead.email, "nobody@x.example", cast.observer.email):
        browser = Client()
        ask_for_code(browser, email)
        browser.post("/sign-in/code/enter/", {"code": "NOTIT"})
        Client().post("/sign-in/", {"login": email, "password": "wrong-guess"})
    assert noted(cast.lead) == [(Kind.ATTEMPT_FAILED, Way.CODE), (Kind.ATTEMPT_FAILED, Way.PASSWORD)]
    assert noted(cast.observer) == [(Kind.ATTEMPT_FAILED, Way.PASSWORD)]  # no code was ever sent
    assert AccountEvent.objects.count() == 3


def test_an_attempt_takes_as_much_work_whether_the_account_is_known(cast: Cast) -> None:
    written = []
    for email in (cast.lead.email, "nobody@x.example"):
        with CaptureQueriesContext(connection) as queries:
            Client().post("/sign-in/", {"login": email, "password": "wrong-guess"})
        statements = [one["sql"].partition("(")[0] for one in queries]
        written.append([one for one in statements if one.startswith("INSERT")])
    assert written[0] == written[1] == ['INSERT INTO "milestones_accountevent" ']


@pytest.mark.django_db(transaction=True)  # allauth tells of a factor on commit
def test_changes_of_the_second_factor_are_noted(cast: Cast) -> None:
    with time_machine.travel(MIDDLE_OF_A_STEP) as clock:
        browser = by_password(cast.lead.email)
        secret = add_app(browser)
        codes = recovery_codes(browser)
        clock.shift(300)
        again = by_password(cast.lead.email)
        again.post("/sign-in/second-factor/", {"code": "000000"})
        again.post("/sign-in/second-factor/", {"code": totp(secret)})
        third = by_password(cast.lead.email)
        third.post("/sign-in/second-factor/", {"code": totp(secret)})  # a second time
        third.post("/sign-in/second-factor/", {"code": codes[0]})
        browser.post("/me/security/confirm/password/", {"password": PASSWORD})
        browser.post("/me/security/recovery-codes/new/")
        browser.post("/me/security/app/remove/")
    assert noted(cast.lead) == [
        (Kind.SIGNED_IN, Way.PASSWORD),
        (Kind.FACTOR_ADDED, Way.APP),
        (Kind.CODES_MADE, ""),
        (Kind.ATTEMPT_FAILED, Way.APP),
        (Kind.SIGNED_IN, "password,app"),
        (Kind.ATTEMPT_FAILED, Way.APP),
        (Kind.CODE_USED, ""),
        (Kind.SIGNED_IN, "password,recovery_code"),
        (Kind.CODES_MADE, ""),
        (Kind.FACTOR_REMOVED, Way.APP),
        (Kind.FACTOR_REMOVED, Way.RECOVERY_CODE),
    ]


def test_changes_of_the_password_and_signing_out_everywhere_are_noted(cast: Cast) -> None:
    browser = by_password(cast.lead.email)
    new = "et-annet-langt-passord"
    browser.post("/me/security/password/", {"oldpassword": "feil", "password1": new, "password2": new})
    browser.post("/me/security/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    browser.post("/me/security/confirm/password/", {"password": "feil"})
    browser.post("/me/security/confirm/password/", {"password": new})
    browser.post("/me/security/password/remove/")
    browser.post("/me/security/password/set/", {"password1": new, "password2": new})
    browser.post("/me/security/sign-out-everywhere/")
    assert [kind for kind, _ways in noted(cast.lead)] == [
        Kind.SIGNED_IN,
        Kind.PASSWORD_CHANGED,
        Kind.ATTEMPT_FAILED,
        Kind.PASSWORD_REMOVED,
        Kind.PASSWORD_SET,
        Kind.SIGNED_OUT_EVERYWHERE,
        Kind.SIGNED_OUT,
    ]


def test_another_account_is_noted(cast: Cast) -> None:
    """Connected here by allauth's signals alone; `tests/entry/oidc/` does it with a provider."""
    browser = by_password(cast.lead.email)
    request = RequestFactory().get("/")
    request.session = browser.session
    request.session["account_authentication_methods"] = [{"method": "socialaccount", "provider": "x", "at": 1}]
    social_account_added.send(SocialLogin, request=request, sociallogin=SocialLogin(user=cast.lead))
    user_logged_in.send(User, request=request, user=cast.lead)
    theirs = SocialAccount.objects.create(user=cast.lead, provider="x", uid="1")
    browser.post("/me/security/confirm/password/", {"password": PASSWORD})
    assert browser.post(f"/me/security/accounts/{theirs.pk}/disconnect/").status_code == 302
    assert noted(cast.lead)[1:] == [
        (Kind.ACCOUNT_CONNECTED, ""),
        (Kind.SIGNED_IN, Way.PROVIDER),
        (Kind.ACCOUNT_DISCONNECTED, ""),
    ]


def test_a_factor_that_an_administrator_lets_go_of_is_noted_without_their_address(cast: Cast) -> None:
    lost = Authenticator.objects.create(user=cast.lead, type=Authenticator.Type.TOTP, data={"secret": "x"})
    browser = cast.client(User.objects.create_superuser("astrid@digipost.example", "Astrid"))
    assert browser.post(f"/admin/mfa/authenticator/{lost.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(cast.lead.account_events.values_list("kind", "address")) == [(Kind.FACTOR_LET_GO, None)]


def test_people_see_their_own_recent_activity(cast: Cast) -> None:
    for number in range(1, 22):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post("/sign-in/", {"login": cast.lead.email, "password": "feil"})
    Client(REMOTE_ADDR="198.51.100.7").post("/sign-in/", {"login": cast.owner.email, "password": "feil"})
    browser = by_password(cast.lead.email)
    page = browser.get("/me/security/").content.decode()
    assert "198.51.100.7" not in page
    shown = [number for number in range(1, 22) if re.search(rf"192\.0\.2\.{number}\b", page)]
    assert shown == list(range(3, 22))  # with the sign-in itself, twenty


def test_administrators_read_all_of_it_and_change_nothing(cast: Cast) -> None:
    by_password(cast.lead.email)
    event = AccountEvent.objects.get()
    admin = cast.client(User.objects.create_superuser("astrid@digipost.example", "Astrid"))
    address = "/admin/milestones/accountevent/"
    listed = admin.get(address, {"q": "127.0.0.1"}).content.decode()
    assert "127.0.0.1" in listed
    assert admin.get(f"{address}{event.pk}/change/").status_code == 200
    for path in (f"{address}{event.pk}/change/", f"{address}{event.pk}/delete/", f"{address}add/"):
        assert admin.post(path, {"kind": Kind.SIGNED_OUT, "post": "yes"}).status_code == 403
    assert cast.client(cast.staff).get(address).status_code == 403  # staff who are no administrators


def test_every_way_has_a_name() -> None:
    assert set(journal.WAYS.values()) == set(Way)
    with translation.override("en"):
        assert AccountEvent(ways="password,app").with_what == "a password, an authenticator app"
