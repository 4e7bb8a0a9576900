"""What is not to be taken in is answered before a byte of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..documents import MAX_BYTES
from ..views.refusals import bad_request

ROOM_FOR_THE_FORM = 1024 * 1024
"""Bytes that a form may hold beside its document."""


class AdmissionMiddleware:
    """413 where more is announced than one document and its form can hold, 400 for a length that is no number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not (announced.isascii() and announced.isdecimal()):
            return bad_request(request)
        if len(announced) > 12 or int(announced) > MAX_BYTES + ROOM_FOR_THE_FORM:
            return render(request, "413.html", status=413)
        return self.get_response(request)
