"""Django's admin, entered by the same door as everything else."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class Site(admin.AdminSite):
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No sign-in of its own: that would know neither codes, second factors nor limits."""
        if request.user.is_authenticated:  # and not let in
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Nor a password page of its own: that would count no attempts and tell nobody."""
        return redirect("account_change_password")

    password_change_done = password_change  # type: ignore[assignment]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Its pages name scripts without a nonce; all of them are ours."""
        return csp_update({"script-src": [SELF]})(super().admin_view(view, cacheable))
