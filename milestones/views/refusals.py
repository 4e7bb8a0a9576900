"""Each refusal of workflow and policy has one answer: 403 says who may, 409 what is missing or what it is like now."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from ..models.document import MAX_BYTES
from ..policy import Forbidden
from ..workflow import GateClosed, Stale
from .here import Here, Request

ROOM_FOR_THE_FORM = 1024 * 1024
"""Bytes that a form may hold beside its document."""


class SizeMiddleware:
    """413 before a byte is read: what announces more than one document and its form can hold is not taken in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > MAX_BYTES + ROOM_FOR_THE_FORM:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class RefusalMiddleware:
    """Turns what workflow raises into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, GateClosed):
            return _refused(request, 409, _("This cannot be done yet"), unmet=exception.unmet)
        if isinstance(exception, TransitionNotAllowed):
            told = str(exception) if isinstance(exception, Stale) else _("Somebody was first.")
            return _refused(request, 409, _("This has changed"), told=told)
        if isinstance(exception, Forbidden):
            return _refused(request, 403, _("You cannot do this"), told=str(exception))
        return None


def _refused(request: HttpRequest, status: int, title: str, **context: object) -> HttpResponse:
    """A page about one integration shows it as it stands now; any other, the words alone."""
    match = request.resolver_match
    reference = match.kwargs.get("reference") if match else None
    try:
        here = Here(cast(Request, request), reference) if reference else None
    except Http404:
        here = None
    where = {"here": here, "integration": here.integration, "facts": here.facts} if here else {}
    return render(request, "refused.html", {"title": title, **where, **context}, status=status)
