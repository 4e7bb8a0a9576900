"""The document of the API is OpenAPI 3.1, complete, and open to everybody; the page of docs says the same."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from milestones.views.api_docs import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, many in document["paths"].items()
        for method, operation in many.items()
    }


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OPENAPI_31_VALIDATOR.validate(document)
    assert document["components"]["securitySchemes"]["Token"] == {"type": "http", "scheme": "bearer"}


def test_each_operation_says_who_may_what_is_refused_and_how(document: dict[str, Any]) -> None:
    for (method, path), operation in operations(document).items():
        assert operation["security"] == [{"Token": []}], path
        assert {"400", "401", "403", "404", "422", "429", "500"} <= set(operation["responses"]), path
        assert operation["summary"], path
        names = {one["name"] for one in operation["parameters"]}
        assert "Accept-Language" in names
        assert ("Idempotency-Key" in names) == (method == "POST")
    for name, response in document["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name


def test_every_part_that_is_named_is_there(document: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/(\w+)/(\w+)", str(document)))
    missing = [(kind, name) for kind, name in named if name not in document["components"][kind]]
    assert missing == []


def test_what_people_send_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("NewRun", "NewDeviation", "Problem", "Unmet", "Recorded"):
        assert schemas[name]["examples"], name


def test_the_page_has_each_address(document: dict[str, Any]) -> None:
    assert {(one.method, f"/api/v1/{one.path}") for one in ADDRESSES} == set(operations(document))
    page = html.unescape(Client().get("/api/").content.decode())
    for one in ADDRESSES:
        assert f"{one.method} {one.path}" in page


def test_the_page_asks_nobody_else() -> None:
    page = Client().get("/api/").content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', page) == []
