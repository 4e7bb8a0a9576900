"""What a browser keeps of what somebody saw here: nothing, once they have left."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse


class TracesMiddleware:
    """With a session cookie, responses are `no-store`; when the session has ended, the browser's cache is cleared.

    It goes by the cookie, and not by the session, so that it also covers requests refused before a session is looked
    up, and sessions that ended in any way: by their owner, by somebody else, or by time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        came = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        left = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if came or left:
            response["Cache-Control"] = "private, no-store"
        if came and left and left.value != came and not _is_signed_in(request):
            response.headers.setdefault("Clear-Site-Data", '"cache"')
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and SESSION_KEY in session
