"""What goes to the API: no cookie counts there, nothing is stored on the way, and each refusal is a problem."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from ..api import problems
from ..api.asked import is_api, language_of


class ApiMiddleware:
    """Before all that refuses: whoever has a session has none there, so no page of another site reaches it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        with override(language_of(request)):
            if response.status_code >= 400 and response["Content-Type"] != problems.CONTENT_TYPE:
                response = problems.of_status(request, response)
            response.headers.setdefault("Content-Language", language_of(request))
        response["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Language, Authorization"
        return response
