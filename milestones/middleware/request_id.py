"""By which id a request is found: it is in each line of the log, in the answer, and on the page that refuses it."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from .. import request_ids


class RequestIdMiddleware:
    """The id that a trusted proxy gave, where it has the shape of one, or a new one.

    `ProxyMiddleware`, before it, has dropped what anybody else sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request_ids.taken(request.META.get(request_ids.KEY, ""))
        request.META[request_ids.KEY] = given  # `LogMiddleware` reads it there
        request.request_id = given  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=given)
        response = self.get_response(request)
        # `LogMiddleware` has unbound all; Django tells of what was refused only after us.
        structlog.contextvars.bind_contextvars(request_id=given)
        response[request_ids.HEADER] = given
        return response
