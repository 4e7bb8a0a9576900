"""What is open to everybody beside the privacy page: how accessible the product is, and the guide to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: which standard, how it is tested, what falls short, whom to tell."""
    return render(request, "about/accessibility.html", {"email": settings.DEFAULT_FROM_EMAIL})


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """A short guide for each of the three people."""
    return render(request, "about/guide.html")
