"""How long a request takes, by the name of its address: for `/metrics`, and only where that is read."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class LatencyMiddleware:
    """Until the answer is made; what is streamed is handed out after that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        from ..running.metrics import took  # noqa: PLC0415  # some megabytes that nobody else needs

        self.get_response, self.took = get_response, took

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        self.took(match.view_name if match else "", time.perf_counter() - began)
        return response
