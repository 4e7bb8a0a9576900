"""Each request has an id: in its answer, in every line of the log, and on whatever page refuses it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings as house
from django.test import Client

from milestones.demo import Journey
from tests.cast import Cast

PROXY = "10.0.0.5"
GIVEN = "0123456789abcdef0123456789abcdef"
SHOWN = re.compile(r"Referanse ved henvendelse:\s*<code[^>]*>([^<]+)</code>")


@pytest.fixture
def _named_proxy(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [PROXY]


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Each line of the log as JSON, made as production makes it, when it is logged."""
    made: list[str] = []
    settings: Any = house
    known = settings.LOGGING["formatters"]["structured"]["foreign_pre_chain"]
    json_lines = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(), foreign_pre_chain=known
    )

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            made.append(json_lines.format(record))

    root, kept, before = logging.getLogger(), Kept(), logging.getLogger().level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in made]
    root.removeHandler(kept)
    root.setLevel(before)


def id_of(answer: Any) -> str:
    return str(answer.headers["X-Request-ID"])


@pytest.mark.usefixtures("_named_proxy")
def test_a_named_proxy_gives_it() -> None:
    assert id_of(Client(REMOTE_ADDR=PROXY).get("/healthz", headers={"x-request-id": GIVEN})) == GIVEN


@pytest.mark.usefixtures("_named_proxy")
@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.6", ""])
def test_nobody_else_does(address: str) -> None:
    answer = Client(REMOTE_ADDR=address).get("/healthz", headers={"x-request-id": GIVEN})
    assert id_of(answer) != GIVEN
    assert re.fullmatch("[0-9a-f]{32}", id_of(answer))


@pytest.mark.usefixtures("_named_proxy")
@pytest.mark.parametrize(
    "odd", ["", "short", "x" * 65, "<script>alert(1)</script>", "a b c d e f", "æøåæøåæøå", "id=12345678"]
)
def test_what_has_not_the_shape_of_one_is_none(odd: str) -> None:
    answer = Client(REMOTE_ADDR=PROXY).get("/healthz", headers={"x-request-id": odd})
    assert re.fullmatch("[0-9a-f]{32}", id_of(answer))


def test_each_request_has_another() -> None:
    client = Client()
    assert len({id_of(client.get("/healthz")) for _ in range(3)}) == 3


def test_every_line_of_the_log_has_it(cast: Cast, logged: Callable[[], list[dict[str, Any]]]) -> None:
    """Those of Django too, which come before the app has looked at the request, and after it has answered."""
    answer = cast.client(cast.lead).get("/there/is/no/such/")
    lines = logged()
    assert {line["logger"] for line in lines} >= {"django.request", "django_structlog.middlewares.request"}
    assert {line.get("request_id") for line in lines} == {id_of(answer)}
    assert all({"level", "timestamp", "event"} <= line.keys() for line in lines)


def test_a_forged_form_is_logged_by_it(cast: Cast, logged: Callable[[], list[dict[str, Any]]]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x"})
    lines = logged()
    assert "django.security.csrf" in {line["logger"] for line in lines}
    assert {line.get("request_id") for line in lines} == {id_of(answer)}


def refused_in(kind: str, cast: Cast, journey: Journey, settings: Any) -> Any:
    """The answer that refuses, by the template that says so."""
    home = f"/i/{journey.integration.reference}/"
    if kind == "400":
        return Client().get("/sign-in/", headers={"host": "somewhere-else.example"})
    if kind == "403_csrf":
        return Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x"})
    if kind == "404":
        return cast.client(cast.stranger).get(home)
    if kind == "405":
        return cast.client(cast.manager).get(f"{home}milestones/1/submit/")
    if kind == "413":
        return Client().get("/sign-in/", CONTENT_LENGTH="99999999")
    if kind == "429":
        settings.RATE_LIMITED = True
        tries = [cast.client(cast.owner).post("/me/security/confirm/password/", {"password": "x"}) for _ in range(11)]
        return tries[-1]
    if kind == "forbidden":
        return cast.client(cast.lead).post(f"{home}pause/", {"reason": "x"})
    return cast.client(cast.manager).post(f"{home}milestones/1/submit/")


KINDS = {"400": 400, "403_csrf": 403, "404": 404, "405": 405, "413": 413, "429": 429, "forbidden": 403, "gate": 409}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_refuses_shows_it(kind: str, cast: Cast, journey: Journey, settings: Any) -> None:
    journey.roles()
    answer = refused_in(kind, cast, journey, settings)
    assert answer.status_code == KINDS[kind]
    assert SHOWN.findall(answer.content.decode()) == [id_of(answer)]


@pytest.mark.parametrize("demo", [True, False])
def test_so_does_the_page_of_a_fault_of_ours(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, demo: bool
) -> None:
    settings.DEBUG = settings.DEMO = demo
    monkeypatch.setattr("milestones.views.portfolio.page", None)
    monkeypatch.setattr("milestones.views.portfolio.render", None, raising=False)
    client = cast.client(cast.manager)
    client.raise_request_exception = False
    answer = client.get("/integrations/")
    assert answer.status_code == 500
    assert SHOWN.findall(answer.content.decode()) == [id_of(answer)]


@pytest.mark.parametrize(
    ("language", "told"),
    [("nn", "Referanse når du spør oss:"), ("en", "Reference, if you ask us about this:")],
)
def test_in_ones_own_language(cast: Cast, language: str, told: str) -> None:
    cast.lead.language = language
    cast.lead.save()
    assert told in cast.client(cast.lead).get("/there/is/no/such/").content.decode()


def test_a_page_that_refuses_nothing_does_not_show_it(cast: Cast) -> None:
    answer = cast.client(cast.manager).get("/")
    assert id_of(answer) not in answer.content.decode()


def test_a_problem_of_the_api_has_it(cast: Cast, journey: Journey) -> None:
    address = f"/api/v1/integrations/{journey.integration.reference}"
    answers = [Client().get(address), Client().get("/api/v1/nothing"), Client().delete(address)]
    for answer in answers:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["request_id"] == id_of(answer)
