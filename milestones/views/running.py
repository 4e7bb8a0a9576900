"""How the product itself runs: short for machines, which do not sign in, and in words for administrators."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .. import policy
from ..running import readiness
from ..running.figures import figures
from .integration_page import Request


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """That this process answers. Nothing else is asked, so whoever restarts it does so for its own faults alone."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether all that it needs is there, too; in English, and without a word of anybody else's."""
    with override("en"):
        told = readiness.told(readiness.remembered.ask())
    return JsonResponse(told, status=200 if told["status"] == "ok" else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, by a token; there is no such address where none is set."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    from ..running.metrics import exposed  # noqa: PLC0415  # some megabytes that nobody else needs

    return HttpResponse(exposed(), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_safe
def running(request: Request) -> HttpResponse:
    """Administrators: the same in words."""
    policy.require_administrator(request.user)
    now = figures()
    context = {
        "checks": readiness.remembered.ask(),
        "figures": now,
        "boxes": [(_("Mail"), now.mails), (_("Microsoft Teams"), now.teams), (_("Webhooks"), now.webhooks)],
        "has_broker": readiness.has_broker(),
    }
    return render(request, "running.html", context)
