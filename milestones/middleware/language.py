"""In which language a page is shown: the one that was chosen, and bokmål until one is."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from ..api.asked import is_api, language_of


class LanguageMiddleware:
    """A browser's own preference does not count: most Norwegians' browsers ask for English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_chosen(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def _chosen(request: HttpRequest) -> str:
    if is_api(request):  # whoever asks there says so with each request
        return language_of(request)
    language = request.user.language if request.user.is_authenticated else None
    language = language or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
