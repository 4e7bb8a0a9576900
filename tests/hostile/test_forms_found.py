"""What malformed posts have found, each by name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections, transaction
from django.test import Client

from integrasjon.wsgi import application
from tests.hostile.attacks import BODIES
from tests.hostile.posting import Scene, check_words
from tests.hostile.targets import MAKERS


def answer_to(scene: Scene, name: str, **changed: str) -> Any:
    target = MAKERS[name](scene.place, name)
    with transaction.atomic():
        answer = scene.browser(target.who).post(target.address, target.data | changed)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("meetings", "held_on"),
        ("plan", "milestone_5"),
        ("certificate", "expires_on"),
        ("exception", "until"),
        ("defer_follow_up", "deferred_until"),
    ],
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_year_that_nobody_means_is_no_date(scene: Scene, name: str, field: str, day: str) -> None:
    """Working days are counted to and from what is recorded: two thousand years of them, or past the last day."""
    answer = answer_to(scene, name, **{field: day})
    assert answer.status_code == 422
    check_words(answer)


def test_an_address_is_measured_as_it_is_stored(scene: Scene) -> None:
    """A capital İ is one character, its small letter two."""
    address = "a@" + ".".join(["\u0130" * 60] * 3) + ".example"
    assert len(address) < 254 < len(address.lower())
    for name, field in (("people", "email"), ("readers", "shared_mailbox")):
        answer = answer_to(scene, name, **{field: address})
        assert answer.status_code == 422
        check_words(answer)


@pytest.mark.parametrize("name", ["return_milestone", "reopen"])
def test_a_form_that_the_page_no_longer_has_is_told_so(scene: Scene, name: str) -> None:
    """There was a page without a word on what was wrong."""
    target = MAKERS[name](scene.place, name)
    number = 4 if name == "return_milestone" else 5
    address = target.address.replace("/milestones/5/", f"/milestones/{number}/")
    answer = scene.browser("staff").post(address, {"reason": ""})
    assert answer.status_code == 409
    assert "endret" in answer.content.decode()


def test_without_a_token_an_odd_page_before_is_none(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for before in ("http://[", "http://testserver:x/", "\x00", "//"):
        assert client.post("/sign-in/", {"username": "x"}, HTTP_REFERER=before).status_code == 403


@pytest.fixture
def connected() -> Iterator[None]:
    """Keep the start of a request from closing the connection, as the scene's transaction is open on it."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def test_what_granian_serves_answers_whatever_the_content_type_says(db: None, connected: None) -> None:
    kinds = [kind for _write, kind in BODIES.values() if "charset" in kind or "*" in kind]
    assert len(kinds) > 5
    for kind in kinds:
        told: list[str] = []
        environ = Client()._base_environ(  # type: ignore[attr-defined]
            PATH_INFO="/sign-in/", QUERY_STRING="q=1", REQUEST_METHOD="POST", CONTENT_TYPE=kind, CONTENT_LENGTH="3"
        )
        environ["wsgi.input"] = io.BytesIO(b"a=b")
        answer = application(environ, lambda status, _headers, told=told: told.append(status))
        assert b"".join(answer)
        assert told == ["403 Forbidden"]
