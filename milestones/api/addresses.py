"""Where the API answers: everything below /api/v1/."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser

from ..json_objects import json_object
from . import integrations, problems, reports
from .auth import Token
from .document import view_of


class JsonParser(Parser):
    """JSON as the house reads it; ValueError for what is none becomes a problem."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return json_object(request.body)


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title="Digipost integrations",
    version="1",
    description=(
        "Read how an integration stands, and report test results, runs and deviations from a build. Get a token on "
        "the integration's page API tokens. A token never approves, agrees, confirms or opens anything."
    ),
    auth=Token(),
    parser=JsonParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
problems.teach(api)
api.add_router("", integrations.router)
api.add_router("", reports.router)

ROOT_OF_THE_LIBRARY = "api-root"
"""An address of its own, of no use here."""


def patterns() -> list[Any]:
    """The addresses, once the converter of references is registered."""
    found: list[Any] = [one for one in api.urls[0] if getattr(one, "name", "") != ROOT_OF_THE_LIBRARY]
    for one in found:
        login_not_required(one.callback)  # a token, and no session
    return [path("openapi.json", view_of(api), name="openapi"), *found]
