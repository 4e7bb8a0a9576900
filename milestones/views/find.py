"""Quick find: an integration by its reference, name, organisation or number; for staff also a person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..forms import QuickFind
from ..models import Integration, Member
from ..searching import reference_of
from .integration_page import Request

MOST = 20
"""Integrations, and people, that are listed."""


@require_safe
def find(request: Request) -> HttpResponse:
    """What the words of `q` find among what I may see; an exact reference leads straight to its integration."""
    form = QuickFind(request.GET or None, slot="quick", with_people=request.user.is_staff)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    visible = Integration.objects.visible_to(request.user)
    reference = reference_of(words)
    if reference and visible.filter(reference=reference).exists():
        return redirect("integration", reference)
    fitting = visible.found_by(words) if words else visible.none()
    integrations = fitting.select_related("organisation").order_by("reference")[: MOST + 1]
    people = Member.objects.known_as(words, MOST + 1) if words and request.user.is_staff else []
    found = {"integrations": list(integrations), "people": people}
    return render(request, "find.html", {"filter": form, "words": words, "most": MOST, **found})
