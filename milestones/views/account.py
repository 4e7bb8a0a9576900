"""What is stored about somebody."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..personal import kind_of, stored_about
from .here import Request


@require_safe
def my_data(request: Request) -> HttpResponse:
    """What is stored about me: an overview, and all of it as JSON."""
    stored = stored_about(request.user)
    if "download" in request.GET:
        response = JsonResponse(stored, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="digipost-integrasjoner.json"'
        return response
    kept = Counter[str]()
    for name, rows in stored["rows"].items():
        kept[kind_of(name)] += len(rows)
    language = dict(settings.LANGUAGES)[request.user.language]
    context = {"person": stored["person"], "language": language, "kept": sorted(kept.items())}
    return render(request, "account/my_data.html", context)
