"""What is stored about somebody."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..personal import stored_about
from .here import Request


@require_safe
def my_data(request: Request) -> HttpResponse:
    """What is stored about me: an overview, and all of it as JSON."""
    stored = stored_about(request.user)
    if "download" in request.GET:
        response = JsonResponse(stored, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="digipost-integrasjoner.json"'
        response["Cache-Control"] = "private, no-store"
        return response
    kept = [(name, len(rows)) for name, rows in stored["rows"].items()] + [("named_in", len(stored["named_in"]))]
    return render(request, "account/my_data.html", {"person": stored["person"], "kept": kept})
