"""Every integration that I may see."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..clock import today
from ..forms import PortfolioFilter
from ..models import Integration
from ..portfolio import chosen, in_order
from .integration_page import PAGE_SIZE, Request


@require_safe
def portfolio(request: Request) -> HttpResponse:
    """Every integration I may see: searched, filtered, sorted, fifty at a time."""
    form = PortfolioFilter(request.GET or None, slot="filter")
    form.is_valid()
    filters = getattr(form, "cleaned_data", {})
    found = in_order(chosen(Integration.objects.visible_to(request.user), filters), filters.get("sort", ""))
    rows = found.select_related("organisation", "onboarding_contact").prefetch_related("waiting_items")
    found_page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "portfolio.html", {"filter": form, "page": found_page, "today": today()})
