"""Whether somebody is signed in; if not, off to signing in, and what was typed is kept: `entry/drafts.py`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ..entry import drafts
from ..formkeys import key_of


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, and what was typed is kept. It comes after the check against forged requests: those keep nothing."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        key = key_of(request)
        if key is None:
            return super().handle_no_permission(request, view_func)
        typed = drafts.typed_in(request.POST)
        if drafts.is_too_long(typed):
            shown = [(name, "\n".join(many)) for name, many in typed.items() if name not in drafts.SHOWN and any(many)]
            return render(request, "signed_out.html", {"typed": shown, "page": key.page}, status=413)
        messages.warning(request, drafts.keep(key, typed))
        return redirect_to_login(key.page)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """What has been sent now is forgotten; what was refused stays."""
        if request.method == "POST" and 300 <= response.status_code < 400:
            drafts.forget_sent(request)
        return response
