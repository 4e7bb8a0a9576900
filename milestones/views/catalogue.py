"""Staff: the catalogue of basic scenarios."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import policy, workflow
from ..forms import (
    CatalogueForm,
)
from ..models import CatalogueScenario
from .integration_page import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue(request: Request) -> HttpResponse:
    """Staff: the basic scenarios in force; add one."""
    policy.require_staff(request.user)
    form = CatalogueForm(request.POST or None, slot="form", initial={"interface": "both"})
    if _catalogue_saved(request, form, None):
        return redirect("catalogue")
    rows = CatalogueScenario.objects.in_force()
    return page(request, "catalogue.html", {"rows": rows, "form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_entry(request: Request, code: str) -> HttpResponse:
    """Staff: put a new version of a basic scenario in force."""
    policy.require_staff(request.user)
    entry = get_object_or_404(CatalogueScenario.objects.in_force(), code=code)
    form = CatalogueForm(request.POST or None, slot="form", entry=entry)
    if _catalogue_saved(request, form, code):
        return redirect("catalogue")
    versions = CatalogueScenario.objects.filter(code=code).select_related("changed_by")
    context = {"entry": entry, "form": form, "versions": versions}
    return page(request, "catalogue_entry.html", context, 422 if form.is_bound else 200)


@require_POST
def retire_catalogue_entry(request: Request, code: str) -> HttpResponse:
    """Staff: take the version that the page showed out of the catalogue."""
    policy.require_staff(request.user)
    get_object_or_404(CatalogueScenario.objects.in_force(), code=code)
    shown = request.POST.get("expected_id", "")
    is_id = shown.isdecimal() and len(shown) < 16
    workflow.retire_from_catalogue(by=request.user, expected_id=int(shown) if is_id else 0)
    messages.success(request, _("Taken out of the catalogue."))
    return redirect("catalogue")


def _catalogue_saved(request: Request, form: CatalogueForm, code: str | None) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    data = {"code": code, **form.cleaned_data}
    if code:  # editing: a page that does not say which version it showed is an old one
        data["expected_id"] = data["expected_id"] or 0
    try:
        workflow.edit_catalogue(by=request.user, **data)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("Saved."))
    return True
