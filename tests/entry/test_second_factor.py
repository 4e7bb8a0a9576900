"""A second factor: an authenticator app, recovery codes; what Digipost's staff must show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from milestones import workflow
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import Mailed, ask_for_code, code_in, link_in, signed_in_as
from tests.entry.factors import MIDDLE_OF_A_STEP, add_app, by_password, recovery_codes, totp

ROOT = Path(__file__).parent.parent.parent


def test_a_code_from_the_app_is_asked_for_after_a_code_by_mail(cast: Cast, mailed: Mailed) -> None:
    secret = add_app(by_password(cast.lead.email))
    browser = Client()
    ask_for_code(browser, cast.lead.email)
    assert browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})["Location"] == "/sign-in/second-factor/"
    assert signed_in_as(browser) is None
    assert browser.post("/sign-in/second-factor/", {"code": "000000"}).status_code == 422
    assert browser.post("/sign-in/second-factor/", {"code": totp(secret)})["Location"] == "/"
    assert signed_in_as(browser) == str(cast.lead.pk)


@pytest.mark.parametrize(("ahead", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_code_may_run_out_while_it_is_typed(cast: Cast, ahead: int, status: int) -> None:
    """Or the phone's clock may be a step off; not two."""
    with time_machine.travel(MIDDLE_OF_A_STEP) as clock:
        secret = add_app(by_password(cast.lead.email))
        clock.shift(300)
        browser = by_password(cast.lead.email)
        assert browser.post("/sign-in/second-factor/", {"code": totp(secret, ahead)}).status_code == status


def test_a_code_from_the_app_works_once_for_as_long_as_it_is_taken(cast: Cast) -> None:
    with time_machine.travel(MIDDLE_OF_A_STEP) as clock:
        secret = add_app(by_password(cast.lead.email))
        clock.shift(300)
        code = totp(secret, 1)
        statuses = []
        for seconds in (0, 1, 29, 20):  # in the same step, in the next one, in the last
            clock.shift(seconds)
            browser = by_password(cast.lead.email)
            statuses.append(browser.post("/sign-in/second-factor/", {"code": f" {code[:3]} {code[3:]}"}).status_code)
        assert statuses == [302, 422, 422, 422]


def test_without_redis_nothing_is_taken_that_must_be_taken_once(cast: Cast, settings: Any) -> None:
    secret = add_app(by_password(cast.lead.email))
    browser = by_password(cast.lead.email)
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    assert browser.post("/sign-in/second-factor/", {"code": totp(secret)}).status_code == 503
    assert signed_in_as(browser) is None


def test_a_code_by_mail_does_not_stand_in_for_it(cast: Cast, mailed: Mailed) -> None:
    """Neither to come in, nor to change how one comes in."""
    with time_machine.travel(MIDDLE_OF_A_STEP) as clock:
        secret = add_app(by_password(cast.lead.email))
        clock.shift(300)
        browser = Client()
        ask_for_code(browser, cast.lead.email)
        browser.post("/sign-in/code/enter/", {"code": code_in(mailed())})
        browser.post("/sign-in/second-factor/", {"code": totp(secret)})
        assert signed_in_as(browser) == str(cast.lead.pk)
        asked: Any = browser.post("/me/security/password/remove/")
    assert asked["Location"].startswith("/me/security/confirm/")


def test_an_invitation_does_not_go_around_it(cast: Cast, mailed: Mailed) -> None:
    add_app(by_password(cast.stranger.email))
    journey = cast.journey()
    workflow.invite(journey.integration, by=cast.manager, name="Nina", email=cast.stranger.email, roles=[])
    browser = Client()
    assert browser.post(link_in(mailed()))["Location"] == "/sign-in/second-factor/"
    assert signed_in_as(browser) is None


def test_a_recovery_code_works_once(cast: Cast) -> None:
    owner = by_password(cast.lead.email)
    add_app(owner)
    code = recovery_codes(owner)[0]
    browser = by_password(cast.lead.email)
    assert browser.post("/sign-in/second-factor/", {"code": code}).status_code == 302
    again = by_password(cast.lead.email)
    assert again.post("/sign-in/second-factor/", {"code": code}).status_code == 422


def test_the_secret_is_not_kept_in_clear(cast: Cast) -> None:
    secret = add_app(by_password(cast.lead.email))
    stored = json.dumps(list(Authenticator.objects.values("data")))
    assert secret not in stored


def test_who_adds_a_factor_shows_once_more_who_it_is_and_is_told_by_mail(cast: Cast, mailed: Mailed) -> None:
    browser = by_password(cast.lead.email)
    assert browser.get("/me/security/app/")["Location"].startswith("/me/security/confirm/password/")
    add_app(browser)
    mailed()
    assert cast.lead.email in {letter.to[0] for letter in mail.outbox}


def test_a_password_is_set_changed_and_removed(cast: Cast, mailed: Mailed) -> None:
    browser = by_password(cast.lead.email)
    other = by_password(cast.lead.email)
    new = "et-annet-langt-passord"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browser.post("/me/security/password/", sent | {"oldpassword": "feil"}).status_code == 422
    assert browser.post("/me/security/password/", sent)["Location"] == "/me/security/"
    assert browser.get("/mail/").status_code == 200
    assert other.get("/mail/").status_code == 302  # other sessions end
    assert browser.post("/me/security/password/remove/")["Location"].startswith("/me/security/confirm/")
    browser.post("/me/security/confirm/password/", {"password": new})
    assert browser.post("/me/security/password/remove/")["Location"] == "/me/security/"
    again = Client()
    again.post("/sign-in/", {"login": cast.lead.email, "password": new})
    assert signed_in_as(again) is None
    assert browser.post("/me/security/password/set/", {"password1": "kort", "password2": "kort"}).status_code == 422


@pytest.mark.usefixtures("second_factor_asked")
def test_staff_come_no_further_without_it(cast: Cast) -> None:
    browser = by_password(cast.staff.email)
    journey = cast.journey()
    for address in ("/", "/approvals/", "/reminders/", "/admin/", f"/i/{journey.integration.reference}/"):
        assert browser.get(address)["Location"] == "/me/security/", address
    answer = browser.post(f"/i/{journey.integration.reference}/pause/", {"reason": "Derfor"})
    assert answer["Location"] == "/me/security/"
    assert journey.integration.events.filter(kind="paused").count() == 0
    assert browser.get("/me/security/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit, inside the request
@pytest.mark.usefixtures("second_factor_asked")
def test_staff_come_in_with_it(cast: Cast) -> None:
    browser = by_password(cast.staff.email)
    secret = add_app(browser)
    assert browser.get("/approvals/").status_code == 200  # who has just set it up has shown it
    again = by_password(cast.staff.email)
    assert signed_in_as(again) is None
    again.post("/sign-in/second-factor/", {"code": recovery_codes(browser)[1]})
    assert again.get("/approvals/").status_code == 200
    assert secret


@pytest.mark.usefixtures("second_factor_asked")
def test_staff_whose_session_never_showed_it_are_asked(cast: Cast) -> None:
    """A session from before somebody had one, in another browser."""
    old = by_password(cast.staff.email)
    add_app(by_password(cast.staff.email))
    for address in ("/approvals/", "/me/security/passkeys/add/", "/me/security/recovery-codes/"):
        assert old.get(address)["Location"].startswith("/me/security/confirm/code/?next="), address


@pytest.mark.usefixtures("second_factor_asked")
def test_members_do_without_it(cast: Cast) -> None:
    assert by_password(cast.manager.email).get("/").status_code == 200


def test_outside_debug_it_cannot_be_turned_off() -> None:
    environment = {**os.environ, "DEBUG": "off", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "a.example"}
    environment |= {"STAFF_SECOND_FACTOR": "off", "DJANGO_SETTINGS_MODULE": "integrasjon.settings"}
    command = [sys.executable, "-c", "import django; django.setup()"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "STAFF_SECOND_FACTOR is off" in done.stderr
