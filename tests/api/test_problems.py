"""Each refusal at the API is a problem (RFC 9457), also those of Django and of the middleware."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from milestones.api.problems import KINDS
from tests.api.calling import Build, problem

pytestmark = pytest.mark.django_db


def test_no_such_address(build: Build) -> None:
    problem(build.get("/nothing"), 404, "not-found")
    problem(Client().get("/api/v1/"), 404, "not-found")
    problem(Client().get("/api/v1/integrations/abcd-123"), 404, "not-found")


def test_in_the_demo_too(build: Build, settings: Any) -> None:
    settings.DEMO = True
    problem(build.get("/nothing"), 404, "not-found")


def test_another_method(build: Build) -> None:
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(build.client, method)(build.of)
        problem(answer, 405, "method")
        assert answer["Allow"] == "GET"
    problem(build.get("/runs"), 405, "method")


def test_a_length_that_is_none_and_a_form_that_is_none(build: Build) -> None:
    problem(build.client.post(f"{build.of}/runs", "{}", "application/json", CONTENT_LENGTH="many"), 400, "not-read")
    answer = build.client.post(f"{build.of}/results?environment=test", b"x", "multipart/form-data; boundary=")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_json_that_is_longer_than_a_form_may_be(build: Build) -> None:
    problem(build.post("/runs", {"note": "x" * (1024 * 1024 + 1)}), 413, "too-large")


def test_a_query_that_says_nothing_we_know(build: Build) -> None:
    said = problem(build.get("/scenarios?environment=both"), 422, "invalid")
    assert said["errors"][0]["field"] == "environment"
    assert "test" in said["detail"]
    problem(build.client.post(f"{build.of}/results", b"x", "application/xml"), 422, "invalid")


def test_what_we_did_not_think_of_says_so_and_nothing_else(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("Kari")

    monkeypatch.setattr("milestones.api.integrations.facts_of", fail)
    build.client.raise_request_exception = False
    answer = build.get("/gates")
    problem(answer, 500, "error")
    assert b"Kari" not in answer.content


def test_it_is_said_in_the_language_that_is_asked_for(build: Build) -> None:
    titles = {build.get("/nothing", **{"accept-language": one}).json()["title"] for one in ("nb", "nn", "en")}
    assert len(titles) == 3


def test_the_page_of_docs_tells_of_each_kind() -> None:
    page = Client().get("/api/").content.decode()
    assert [name for name in KINDS if f'id="{name}"' not in page] == []
