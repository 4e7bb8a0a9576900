"""The pages for what Django itself refuses: what cannot be read, and what no form of ours has sent."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from ..entry.drafts import NOT_TYPED, SHOWN


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read: no browser sends it."""
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: a page that asks nothing, not even who reads it, since anything may be broken.

    503 while the database is away: what is asked now can be asked again.
    """
    away = is_database_away(sys.exc_info()[1])
    page = loader.get_template("500.html").render({"request": request, "away": away})
    return HttpResponse(page, status=503, headers={"Retry-After": "30"}) if away else HttpResponse(page, status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Whether that was raised because the database cannot be reached, or has cut us off, and not for what we asked."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    at_hand = connection.connection
    return at_hand is None or bool(getattr(at_hand, "closed", False))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An old form, or a forged one: nothing is done, and nothing that was typed is lost."""
    hidden = NOT_TYPED | SHOWN
    typed = [(name, value) for name, value in request.POST.items() if value and name not in hidden]
    page = _page_before(request)
    shown = [(name, value) for name, value in typed if "password" not in name]
    return render(request, "403_csrf.html", {"typed": shown, "page": page}, status=403)


def _page_before(request: HttpRequest) -> str:
    """The path of the page of ours that the form stood on; empty where none is named."""
    try:
        referer = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:  # no address at all
        return ""
    return referer.path if referer.netloc == request.get_host() else ""
