"""Choosing light or dark; `templatetags/frame.py` shows pages in it."""

from __future__ import annotations

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "appearance"
A_YEAR = 365 * 24 * 60 * 60  # seconds


class Appearance(TextChoices):
    """How pages look; the first is taken where nobody chooses."""

    AUTO = "auto", _("As on this device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def appearance_of(request: HttpRequest | None) -> Appearance:
    """What was chosen in this browser."""
    asked = request.COOKIES.get(COOKIE, "") if request else ""
    return Appearance(asked) if asked in Appearance.values else Appearance.AUTO


@require_POST
def choose_appearance(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie of this browser, and go back to `next`, a page of ours."""
    to = request.POST.get("next", "")
    hosts = {request.get_host()}
    known = url_has_allowed_host_and_scheme(to, allowed_hosts=hosts, require_https=request.is_secure())
    answer = HttpResponseRedirect(to if known else reverse("my_work"))
    if (chosen := request.POST.get("appearance", "")) in Appearance.values:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(COOKIE, chosen, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer
