"""How often somebody may try, by account and by address; and when they are told to come back."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from milestones.entry import limits
from tests.addresses.asking import names_of
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code


@pytest.fixture(autouse=True)
def _counted(settings: Any) -> None:
    settings.RATE_LIMITED = True


def tries(times: int, do: Any) -> list[int]:
    return [do().status_code for _ in range(times)]


def test_codes_are_asked_for_six_times_by_account(cast: Cast) -> None:
    statuses = tries(7, lambda: ask_for_code(Client(), cast.manager.email))
    assert statuses == [302] * 6 + [429]
    assert ask_for_code(Client(), cast.lead.email).status_code == 302


def test_who_is_unknown_is_counted_alike(cast: Cast) -> None:
    assert tries(7, lambda: ask_for_code(Client(), "nobody@x.example")) == [302] * 6 + [429]


def test_the_answer_says_when_to_try_again(cast: Cast) -> None:
    tries(6, lambda: ask_for_code(Client(), cast.manager.email))
    answer = ask_for_code(Client(), cast.manager.email)
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert re.search(r"\d\d:\d\d", answer.content.decode())


def test_passwords_are_guessed_ten_times(cast: Cast) -> None:
    def guess() -> Any:
        return Client().post("/sign-in/", {"login": cast.manager.email, "password": "gjetning"})

    assert tries(11, guess) == [422] * 10 + [429]
    right = Client().post("/sign-in/", {"login": cast.manager.email, "password": PASSWORD})
    assert right.status_code == 429


def test_another_field_makes_no_other_account(cast: Cast, mailed: Mailed) -> None:
    """Of each form that names an account, or is about one that has been named."""
    decoys = iter(range(100))

    def decoy() -> dict[str, str]:
        return {"email": f"a{next(decoys)}@x.example", "login": f"b{next(decoys)}@x.example"}

    guess = {"login": cast.manager.email, "password": "gjetning"}
    assert tries(11, lambda: Client().post("/sign-in/", decoy() | guess)) == [422] * 10 + [429]
    asked = {"email": cast.lead.email}
    assert tries(7, lambda: Client().post("/sign-in/code/", decoy() | asked)) == [302] * 6 + [429]
    TOTP.activate(cast.owner, generate_totp_secret())
    browser = Client()
    browser.post("/sign-in/", {"login": cast.owner.email, "password": PASSWORD})
    wrong = tries(11, lambda: browser.post("/sign-in/second-factor/", decoy() | {"code": "000000"}))
    assert wrong == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("address", "beside", "elsewhere"),
    [("2001:db8::{:x}", "2001:db8::ffff", "2001:db8:0:1::1"), ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2")],
)
def test_what_one_subscriber_has_is_one_address(cast: Cast, address: str, beside: str, elsewhere: str) -> None:
    def ask(number: int, where: str) -> int:
        return Client(REMOTE_ADDR=where).post("/sign-in/code/", {"email": f"u{number}@x.example"}).status_code

    assert [ask(number, address.format(number)) for number in range(60)] == [302] * 60
    assert (ask(60, beside), ask(61, elsewhere)) == (429, 302)


def test_without_redis_each_process_counts_for_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    away = limits.limiter_on("redis://127.0.0.1:1/0")
    monkeypatch.setattr(limits, "_limiter", lambda: away)
    monkeypatch.setattr(limits, "_in_memory", functools.cache(lambda: limits.limiter_on("")))
    assert tries(7, lambda: ask_for_code(Client(), cast.manager.email)) == [302] * 6 + [429]


def test_codes_are_guessed_ten_times_however_many_are_asked_for(cast: Cast, mailed: Mailed) -> None:
    statuses = []
    for _ in range(5):
        browser = Client()
        ask_for_code(browser, cast.manager.email)
        statuses += tries(3, lambda browser=browser: browser.post("/sign-in/code/enter/", {"code": "WRONG"}))
    assert statuses[9:] == [422, *[429] * 5]


def test_by_address_whoever_it_is_about(cast: Cast) -> None:
    def ask(number: int, address: str) -> int:
        sent = {"email": f"{number}@x.example"}
        return Client(REMOTE_ADDR=address).post("/sign-in/code/", sent).status_code

    assert [ask(number, "192.0.2.1") for number in range(61)] == [302] * 60 + [429]
    assert ask(0, "192.0.2.2") == 302


def test_links_are_guessed_sixty_times(db: Any) -> None:
    assert tries(61, lambda: Client().post("/invitation/guessed/")) == [410] * 60 + [429]


def test_invitations_are_sent_sixty_times_an_hour(cast: Cast) -> None:
    journey, manager = cast.journey(), cast.client(cast.manager)
    address = f"/i/{journey.integration.reference}/people/"
    statuses = tries(61, lambda: manager.post(address, {"name": "", "email": "x"}))
    assert statuses == [422] * 60 + [429]


def test_uploads_by_account(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS", limits.Rule("3 per hour", "300 per hour"))
    journey, manager = cast.journey(), cast.client(cast.manager)
    address = f"/i/{journey.integration.reference}/agreement/"

    def upload() -> Any:
        return manager.post(address, {"document": SimpleUploadedFile("a.pdf", b"x")})

    assert tries(4, upload) == [422] * 3 + [429]


def test_reading_is_not_counted(cast: Cast) -> None:
    assert set(tries(70, lambda: Client().get("/sign-in/"))) == {200}


def test_every_rule_is_about_a_url_that_there_is() -> None:
    assert set(limits.RULES) <= set(names_of(get_resolver().url_patterns))
