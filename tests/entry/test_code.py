"""A one-time code by e-mail: the ordinary way in."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from milestones.models import Mail, SendState, User
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in, signed_in_as


def test_a_code_lets_in_once(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    assert ask_for_code(browser, " KARI@fjordvik.example ")["Location"] == "/sign-in/code/enter/"
    code = code_in(mailed())
    assert mail.outbox[-1].to == [cast.manager.email]
    assert browser.post("/sign-in/code/enter/", {"code": code})["Location"] == "/"
    assert signed_in_as(browser) == str(cast.manager.pk)
    other = Client()
    ask_for_code(other, cast.manager.email)
    assert other.post("/sign-in/code/enter/", {"code": code}).status_code == 422
    assert signed_in_as(other) is None


def test_a_code_is_bound_to_the_browser_that_asked(cast: Cast, mailed: Mailed) -> None:
    ask_for_code(Client(), cast.manager.email)
    code = code_in(mailed())
    answer = Client().post("/sign-in/code/enter/", {"code": code})
    assert answer["Location"] == "/sign-in/code/"


def test_a_code_does_not_outlast_its_time(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    ask_for_code(browser, cast.manager.email)
    code = code_in(mailed())
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        browser.post("/sign-in/code/enter/", {"code": code})
    assert signed_in_as(browser) is None


def test_three_wrong_codes_and_it_is_gone(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    ask_for_code(browser, cast.manager.email)
    code = code_in(mailed())
    statuses = [browser.post("/sign-in/code/enter/", {"code": "WRONG-1"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 302]
    browser.post("/sign-in/code/enter/", {"code": code})
    assert signed_in_as(browser) is None


def test_the_answer_never_tells_whether_an_address_is_known(cast: Cast, mailed: Mailed) -> None:
    """Same pages, same statuses, at every step; and mail to nobody but who has an account."""
    User.objects.filter(pk=cast.observer.pk).update(is_active=False)

    def seen(email: str) -> list[tuple[int, str]]:
        browser = Client()
        answers = [ask_for_code(browser, email), browser.get("/sign-in/code/enter/")]
        answers += [browser.post("/sign-in/code/enter/", {"code": "NOTIT"}) for _ in range(3)]
        answers += [browser.post("/sign-in/", {"login": email, "password": "wrong-guess"})]
        told = [one.get("Location", "") + one.content.decode().replace(email, "…") for one in answers]
        return [(one.status_code, _without_tokens(text)) for one, text in zip(answers, told, strict=True)]

    known, unknown, gone = (seen(one) for one in (cast.manager.email, "nobody@x.example", cast.observer.email))
    assert known == unknown == gone
    mailed()
    assert {one.to[0] for one in mail.outbox} == {cast.manager.email}


def _without_tokens(text: str) -> str:
    return re.sub(r'(value|nonce)="[^"]{16,}"', "", text)


def test_who_is_unknown_leaves_no_row(cast: Cast) -> None:
    ask_for_code(Client(), "nobody@x.example")
    assert not Mail.objects.filter(kind="code").exists()


def test_a_code_is_kept_no_longer_than_it_waits(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    ask_for_code(browser, cast.manager.email)
    assert Mail.objects.get(kind="code").detail
    code = code_in(mailed())
    row = Mail.objects.get(kind="code")
    assert (row.state, row.detail) == (SendState.SENT, "")
    assert code not in row.text + row.subject


def test_an_old_code_is_not_sent(cast: Cast, mailed: Mailed) -> None:
    ask_for_code(Client(), cast.manager.email)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        mailed()
    row = Mail.objects.get(kind="code")
    assert (row.state, row.detail) == (SendState.DROPPED, "")


def test_codes_go_before_everything_else(cast: Cast, mailed: Mailed) -> None:
    cast.journey()
    ask_for_code(Client(), cast.manager.email)
    mailed()
    assert "kode" in mail.outbox[0].subject.lower()


def test_a_password_is_for_those_who_set_one(cast: Cast) -> None:
    browser = Client()
    assert browser.post("/sign-in/", {"login": cast.manager.email, "password": PASSWORD})["Location"] == "/"
    assert signed_in_as(browser) == str(cast.manager.pk)
    without = User.objects.create_user("uten@fjordvik.example", "Uten Passord")
    assert not without.has_usable_password()


def test_nobody_registers(client: Client, db: Any) -> None:
    assert client.get("/sign-in/register/").status_code == 403
    assert client.post("/sign-in/register/", {"email": "ny@x.example", "password1": "x"}).status_code == 405
    assert User.objects.count() == 0


def test_another_site_is_not_where_one_lands(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    browser.post("/sign-in/code/", {"email": cast.manager.email, "next": "https://evil.example/"})
    answer = browser.post("/sign-in/code/enter/", {"code": code_in(mailed()), "next": "//evil.example/"})
    assert answer["Location"] == "/"


def test_one_lands_where_one_was_going(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    browser.post("/sign-in/code/", {"email": cast.manager.email, "next": "/mail/"})
    answer = browser.post("/sign-in/code/enter/", {"code": code_in(mailed()), "next": "/mail/"})
    assert answer["Location"] == "/mail/"


def test_a_session_fixed_beforehand_is_worth_nothing(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    browser.get("/sign-in/")
    ask_for_code(browser, cast.manager.email)
    before = browser.cookies["sessionid"].value
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    assert browser.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/mail/").status_code == 302


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/code/", "/sign-in/code/enter/"])
def test_signed_in_already(cast: Cast, path: str) -> None:
    assert cast.client(cast.manager).get(path)["Location"] == "/"


def test_whoever_has_forgotten_a_password_removes_it_after_a_fresh_code(cast: Cast, mailed: Mailed) -> None:
    browser = Client()
    ask_for_code(browser, cast.lead.email)
    browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=6)):
        asked = browser.post("/me/security/password/remove/")
        assert asked["Location"].startswith("/me/security/confirm/password/")
        assert "/sign-out/" in browser.get(asked["Location"]).content.decode()
    assert browser.post("/me/security/password/remove/")["Location"] == "/me/security/"
    assert not User.objects.get(pk=cast.lead.pk).has_usable_password()
