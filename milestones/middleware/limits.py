"""Whether somebody tries too often: `entry/limits.py` says how often is allowed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .. import clock
from ..entry import limits


class LimitMiddleware:
    """Counts what `limits` counts before anything is done with it; 429, with when to try again, for one too many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not (settings.RATE_LIMITED and limits.counts(request)):
            return None
        again_at = max((over for over in limits.exceeded(request)), default=None)
        return _too_many(request, again_at) if again_at else None


def _too_many(request: HttpRequest, again_at: datetime.datetime) -> HttpResponse:
    wait = max(1, int((again_at - clock.now()).total_seconds()) + 1)
    response = render(request, "429.html", {"again_at": again_at}, status=429)
    response["Retry-After"] = str(wait)
    return response
