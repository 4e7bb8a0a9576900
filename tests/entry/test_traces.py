"""What a browser is told to keep: nothing of whoever has a session, and to forget when it has ended."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from milestones import workflow
from milestones.models import Agreement, User
from milestones.process import Role
from tests.cast import PASSWORD, Cast
from tests.entry.conftest import ask_for_code

NOT_TO_BE_STORED = "private, no-store"
FORGET = '"cache"'
FORGET_ALL = '"cache", "storage"'


def browser_of(user: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


@pytest.fixture
def manager(cast: Cast) -> Client:
    return browser_of(cast.manager)


def test_no_answer_to_whoever_is_signed_in_is_stored(cast: Cast, manager: Client) -> None:
    """Pages are tried one by one in tests/addresses; here are kinds of answer."""
    journey = cast.journey()
    journey.roles()
    journey.agreement()
    document = Agreement.objects.get().document
    assert document is not None
    home = f"/i/{journey.integration.reference}/"
    path = f"{home}documents/{document.pk}/"
    answers = {
        "document": (manager.get(path), 200),
        "download": (manager.get("/me/?download"), 200),
        "unknown": (manager.get("/i/ZZZZ-000/"), 404),
        "no address of ours": (manager.get("/nowhere/"), 404),
        "forbidden": (manager.get("/approvals/"), 403),
        "method": (manager.get("/sign-out/"), 405),
        "form": (manager.post(f"{home}people/", {}), 422),
        "too large": (manager.post("/mail/", CONTENT_LENGTH=str(10**9)), 413),
        "unreadable": (manager.post("/mail/", CONTENT_LENGTH="x"), 400),
        "forged": (_with_csrf(cast.manager).post("/language/", {}), 403),
        "admin": (browser_of(cast.staff).get("/admin/"), 200),
        "a way in, entered": (manager.get("/sign-in/"), 302),
        "public": (manager.get("/privacy/"), 200),
    }
    document.file.delete()
    answers["gone"] = (manager.get(path), 410)
    told = {
        what: (answer.status_code, answer.headers.get("Cache-Control")) for what, (answer, _status) in answers.items()
    }
    assert told == {what: (status, NOT_TO_BE_STORED) for what, (_answer, status) in answers.items()}


def _with_csrf(user: User) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def test_nor_is_an_answer_that_fails(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("milestones.personal.stored_about", fails)
    answer = manager.get("/me/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, NOT_TO_BE_STORED)


def test_nor_what_is_shown_on_the_way_in(cast: Cast) -> None:
    browser = Client()
    for answer in (ask_for_code(browser, cast.manager.email), browser.get("/sign-in/code/enter/")):
        assert answer.headers["Cache-Control"] == NOT_TO_BE_STORED


def test_what_is_public_is_stored_as_it_was(db: None) -> None:
    for path in ("/privacy/", "/static/app.css"):
        answer = Client().get(path)
        assert answer.status_code in (200, 302)
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        assert "Clear-Site-Data" not in answer.headers


def test_static_files_are_stored_by_whoever_is_signed_in_too(manager: Client) -> None:
    assert "no-store" not in manager.get("/static/app.css").headers.get("Cache-Control", "")


def told_to_forget(answer: Any) -> str | None:
    return answer.headers.get("Clear-Site-Data")


def test_whoever_leaves_is_forgotten_with_all_that_scripts_keep(cast: Cast) -> None:
    for path in ("/sign-out/", "/me/security/sign-out-everywhere/"):
        assert told_to_forget(browser_of(cast.manager).post(path)) == FORGET_ALL
    assert told_to_forget(browser_of(cast.staff).post("/admin/logout/")) == FORGET


def test_so_is_who_has_been_away_for_too_long(manager: Client) -> None:
    manager.get("/mail/")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
        answer = manager.get("/mail/")
    assert (answer.status_code, told_to_forget(answer)) == (302, FORGET)


@pytest.mark.parametrize("how", ["everywhere else", "by a change of roles", "by its row"])
def test_so_is_whose_session_somebody_else_ended(cast: Cast, how: str) -> None:
    journey = cast.journey()
    journey.roles()
    browser = browser_of(cast.lead)
    if how == "everywhere else":
        browser_of(cast.lead).post("/me/security/sign-out-everywhere/")
    elif how == "by a change of roles":
        member = journey.integration.members.get(user=cast.lead)
        workflow.set_roles(journey.integration, member.pk, by=cast.manager, roles=[Role.OBSERVER])
    else:
        Session.objects.all().delete()
    answer = browser.get("/mail/")
    assert (answer.status_code, told_to_forget(answer)) == (302, FORGET)
    assert told_to_forget(browser.get("/sign-in/")) is None


def test_a_sign_in_that_is_given_up_is_forgotten(cast: Cast) -> None:
    browser = Client()
    ask_for_code(browser, cast.manager.email)
    assert told_to_forget(browser.post("/sign-in/start-over/")) == FORGET


def test_nothing_else_makes_a_browser_forget(cast: Cast, manager: Client) -> None:
    """Neither coming in, which gives the session another key, nor what is done after."""
    browser = Client()
    ask_for_code(browser, cast.owner.email)
    answers = [
        browser.post("/sign-in/", {"login": cast.owner.email, "password": PASSWORD}),
        manager.get("/mail/"),
        manager.post("/language/", {"language": "en"}),
        manager.get("/nowhere/"),
    ]
    assert [told_to_forget(answer) for answer in answers] == [None] * 4
