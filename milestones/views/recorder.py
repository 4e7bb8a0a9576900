"""The page that tells how to capture what Digipost answers: the recipes are those of docs/evidence.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..process import Text

KEYS: dict[str, Text] = {
    "status": _("the HTTP status, a number"),
    "path": _("the path that was asked, or the whole address; a query is left out"),
    "headers": _("an object, or a list of pairs; upper or lower case"),
    "body, body_base64": _("the body as it came, byte by byte, as text or in Base64, which is safer"),
    "scenario": _("if you know it: the id of the scenario. An error, or less than it asks, then speaks against it"),
}
"""Of a captured answer: what each says."""
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def recipes() -> dict[str, list[str]]:
    """What docs/evidence.md has to copy, by its language, in order: the one place where it is kept."""
    page = Path(settings.BASE_DIR, "docs", "evidence.md").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for language, lines in _FENCED.findall(page):
        found.setdefault(language, []).append(lines)
    return found


@login_not_required
@require_safe
def recorder(request: HttpRequest) -> HttpResponse:
    """Open to everybody, as the page of the API."""
    return render(request, "about/recorder.html", {"keys": KEYS, "recipes": recipes()})
