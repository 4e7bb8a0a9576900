"""Whether a session still holds: `entry/sessions.py` says how long."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..entry import sessions


class SessionEndMiddleware:
    """Ends what is over, and notes that the rest is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.is_over(request):
                return self._signed_out(request)
            sessions.note_use(request)
        return self.get_response(request)

    def _signed_out(self, request: HttpRequest) -> HttpResponse:
        """Log out and redirect to sign-in; a POST goes on anonymously, so that `sign_in` keeps what was typed."""
        logout(request)
        if request.method == "POST":
            return self.get_response(request)
        messages.info(request, _("You were signed out because some time had passed. Sign in to go on."))
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
