"""Choosing the language; `middleware/language.py` shows pages in it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language


def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie and, when signed in, with the person, whose mails follow it."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)
