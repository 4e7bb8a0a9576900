"""In which language a page is shown: the one that was chosen, and bokmål until one is."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.i18n import set_language

Answer = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """A browser's own preference does not count: most Norwegians' browsers ask for English."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_chosen(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie and, when signed in, with the person, whose mails follow it."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)


def _chosen(request: HttpRequest) -> str:
    language = request.user.language if request.user.is_authenticated else None
    language = language or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
