"""How long a session holds, where somebody is signed in, and what ends it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.entry import sessions
from milestones.entry.sessions import Device
from milestones.models import User
from milestones.process import Role
from tests.cast import PASSWORD, Cast


def fresh_client(user: User) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


def status_after(browser: Client, **delta: float) -> int:
    with time_machine.travel(timezone.now() + datetime.timedelta(**delta), tick=False):
        return browser.get("/mail/").status_code


@pytest.mark.parametrize(("who", "minutes"), [("manager", 12 * 60), ("staff", 2 * 60)])
def test_an_idle_session_ends(cast: Cast, who: str, minutes: int) -> None:
    user = getattr(cast, who)
    assert status_after(fresh_client(user), minutes=minutes - 1) == 200
    assert status_after(fresh_client(user), minutes=minutes + 1) == 302


@pytest.mark.parametrize(("who", "hours"), [("manager", 7 * 24), ("staff", 12)])
def test_a_session_in_use_ends_too(cast: Cast, who: str, hours: int) -> None:
    browser, start = fresh_client(getattr(cast, who)), timezone.now()
    for hour in range(0, hours, 1):
        with time_machine.travel(start + datetime.timedelta(hours=hour), tick=False):
            assert browser.get("/mail/").status_code == 200, hour
    with time_machine.travel(start + datetime.timedelta(hours=hours, minutes=1), tick=False):
        answer = browser.get("/mail/")
    assert answer["Location"] == "/sign-in/?next=/mail/"


def test_where_the_cache_forgot_a_session_counts_from_its_beginning(cast: Cast) -> None:
    browser, start = fresh_client(cast.staff), timezone.now()
    for minutes in (0, 90, 150):
        with time_machine.travel(start + datetime.timedelta(minutes=minutes), tick=False):
            assert browser.get("/mail/").status_code == 200
    cache.clear()
    assert status_after(browser, minutes=151) == 302


def test_a_change_of_role_ends_sessions_but_not_ones_own(cast: Cast) -> None:
    journey = cast.journey()
    journey.roles()
    lead, manager = fresh_client(cast.lead), fresh_client(cast.manager)
    members = journey.integration.members
    workflow.set_roles(
        journey.integration, members.get(user=cast.lead).pk, by=cast.manager, roles=[Role.TECHNICAL_LEAD]
    )
    assert lead.get("/mail/").status_code == 200  # nothing changed
    workflow.set_roles(journey.integration, members.get(user=cast.lead).pk, by=cast.manager, roles=[Role.OBSERVER])
    assert lead.get("/mail/").status_code == 302
    both = [Role.PROJECT_MANAGER, Role.BUSINESS_OWNER]
    workflow.set_roles(journey.integration, members.get(user=cast.manager).pk, by=cast.manager, roles=both)
    assert manager.get("/mail/").status_code == 200


def test_whoever_joins_or_leaves_digipost_signs_in_anew(cast: Cast) -> None:
    admin = User.objects.create_superuser("admin@digipost.example", "Astrid", "et-passord")
    browser, administrator = fresh_client(cast.observer), fresh_client(admin)
    sent = {"email": cast.observer.email, "name": cast.observer.name, "language": "nb", "is_active": "on"}
    assert administrator.post(f"/admin/milestones/user/{cast.observer.pk}/change/", sent).status_code == 302
    assert browser.get("/mail/").status_code == 200
    sent["is_staff"] = "on"
    assert administrator.post(f"/admin/milestones/user/{cast.observer.pk}/change/", sent).status_code == 302
    assert browser.get("/mail/").status_code == 302


def test_without_redis_whoever_is_signed_in_goes_on(cast: Cast, settings: Any) -> None:
    browser = fresh_client(cast.manager)
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    assert [browser.get(address).status_code for address in ("/", "/me/security/")] == [200, 200]
    idle = settings.SESSION[0].total_seconds() / 60
    assert (status_after(browser, minutes=idle - 1), status_after(browser, minutes=idle + 1)) == (200, 302)


def test_what_is_over_is_forgotten_at_night(cast: Cast) -> None:
    """With the address and the browser it was from."""
    begun = timezone.now()
    for who, days, then in ((cast.lead, 9, "too old"), (cast.manager, 0, "stays"), (cast.owner, 0, "ended")):
        with time_machine.travel(begun - datetime.timedelta(days=days, hours=2)):
            browser = Client(headers={"user-agent": then})
            browser.post("/sign-in/", {"login": who.email, "password": PASSWORD})
    Session.objects.filter(pk=browser.session.session_key).delete()
    assert UserSession.objects.count() == 3
    assert sessions.forget_old() == 2
    assert [one.user_agent for one in UserSession.objects.all()] == ["stays"]
    assert Session.objects.count() == 1


def test_my_devices(cast: Cast) -> None:
    sent = {"login": cast.manager.email, "password": PASSWORD}
    here, there, other = Client(), Client(), Client()
    here.post("/sign-in/", sent, headers={"user-agent": "Skrivebord"})
    there.post("/sign-in/", sent, headers={"user-agent": "Telefon"})
    other.post("/sign-in/", {"login": cast.lead.email, "password": PASSWORD}, headers={"user-agent": "Nettbrett"})
    page = here.get("/me/security/").content.decode()
    assert ("Skrivebord" in page, "Telefon" in page, "Nettbrett" in page) == (True, True, False)
    there.post("/sign-out/")
    assert "Telefon" not in here.get("/me/security/").content.decode()


def test_devices_have_names_that_people_know() -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
    names = [Device(UserSession(user_agent=one), timezone.now()).name for one in (firefox, safari, "curl/8", "")]
    assert names == ["Firefox, Windows", "Safari, iPhone", "curl/8", ""]


def test_sign_out_everywhere(cast: Cast) -> None:
    here, there, other = fresh_client(cast.manager), fresh_client(cast.manager), fresh_client(cast.lead)
    assert here.post("/me/security/sign-out-everywhere/")["Location"] == "/sign-in/"
    assert [one.get("/mail/").status_code for one in (here, there, other)] == [302, 302, 200]


def test_whoever_can_no_longer_sign_in_is_out_at_once(cast: Cast) -> None:
    browser = fresh_client(cast.manager)
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert browser.get("/mail/").status_code == 302
