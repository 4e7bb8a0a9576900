"""Whether a machine asks how we are: it is answered before anything else is asked of the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PROBES = {"/healthz", "/readyz", "/metrics"}


class ProbeMiddleware:
    """Neither host nor scheme, session nor sign-in counts for these.

    A load balancer asks a machine by its number, over plain HTTP. The answers hold nothing of the request, so a host
    that somebody made up leads nowhere; and they come without a database, where that is away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in PROBES:
            return self.get_response(request)
        response: HttpResponse = resolve(request.path_info).func(request)
        response["Cache-Control"] = "no-store"
        return response
