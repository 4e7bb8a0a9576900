"""The document of the API, OpenAPI 3.1: made from what it takes and gives, with what every address has in common."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from ..addresses import absolute
from .asked import ROOT
from .once import KEY, KEY_PATTERN, REPLAYED
from .problems import CONTENT_TYPE, KINDS
from .shapes import Problem

SCHEMA = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (400, 401, 403, 404, 422, 429, 500)
REPORTING = (409, 413, 503)
REFERENCE = {"type": "string", "pattern": "^[A-Z]{4}-[0-9]{3}$", "examples": ["ABCD-123"]}
LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "description": "The language of sentences: nb (which it is without), nn or en.",
    "schema": {"type": "string", "examples": ["nb", "nn", "en"]},
}
IDEMPOTENCY = {
    "in": "header",
    "name": KEY,
    "description": (
        "The same key with the same content gets the same answer for 7 days, and nothing more is recorded. Without "
        "one, the same content counts as the same for a day."
    ),
    "schema": {"type": "string", "pattern": KEY_PATTERN, "examples": ["build-4711"]},
}


def document_of(api: NinjaAPI) -> dict[str, Any]:
    """The whole document."""
    with override("en"):
        made = dict(api.get_openapi_schema(path_prefix=ROOT.lstrip("/")))
        made["servers"] = [{"url": absolute("")}]
        made["components"]["schemas"]["Problem"] = _problem(made["components"]["schemas"])
        made["components"]["responses"] = {str(status): _response(status) for status in (*ALWAYS, *REPORTING)}
        for operations in made["paths"].values():
            for method, operation in operations.items():
                _complete(operation, reports=method == "post")
    return made


def _problem(schemas: dict[str, Any]) -> dict[str, Any]:
    """Of the problem, whose parts go among the other schemas."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, part in schema.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    return schema


def _response(status: int) -> dict[str, Any]:
    kinds = {name: kind for name, kind in KINDS.items() if kind.status == status}
    response: dict[str, Any] = {
        "description": " ".join(f"{name}: {kind.title}." for name, kind in kinds.items()),
        "content": {CONTENT_TYPE: {"schema": SCHEMA}},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    if status == 401:
        response["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return response


def _complete(operation: dict[str, Any], *, reports: bool) -> None:
    operation["security"] = [{"Token": []}]
    operation["summary"], _break, _more = operation["description"].partition(".")
    for parameter in operation["parameters"]:
        if parameter["name"] == "reference":
            parameter["schema"] = REFERENCE
    operation["parameters"] += [LANGUAGE, *([IDEMPOTENCY] if reports else [])]
    for status in (*ALWAYS, *(REPORTING if reports else ())):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    if reports:
        replayed = {"description": "true where it was recorded before.", "schema": {"type": "string"}}
        operation["responses"][201]["headers"] = {REPLAYED: replayed}


def view_of(api: NinjaAPI) -> Any:
    @login_not_required
    @require_safe
    def openapi(request: HttpRequest) -> JsonResponse:
        """The document, open to everybody."""
        return JsonResponse(document_of(api), json_dumps_params={"indent": 2})

    return openapi
