"""Staff: the links to documentation at each requirement."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import policy, workflow
from ..forms import LinkForm
from ..models import RequirementLink
from ..process import REQUIREMENTS
from .integration_page import Request, page, status_with


@require_http_methods(["GET", "HEAD", "POST"])
def guidance(request: Request) -> HttpResponse:
    """Staff: each requirement with its links; add one."""
    policy.require_staff(request.user)
    form = LinkForm(request.POST or None, slot="form")
    if _added(request, form):
        messages.success(request, form.done)
        return redirect("guidance")
    links = RequirementLink.objects.by_requirement()
    rows = [(requirement, links.get(code, [])) for code, requirement in REQUIREMENTS.items()]
    return page(request, "guidance.html", {"rows": rows, "form": form}, status_with(form))


def _added(request: Request, form: LinkForm) -> bool:
    if not form.is_valid():
        return False
    try:
        workflow.add_link(by=request.user, **form.arguments)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


@require_POST
def remove_link(request: Request, pk: int) -> HttpResponse:
    """Staff: take a link away."""
    workflow.remove_link(by=request.user, pk=pk)
    messages.success(request, _("The link is removed."))
    return redirect("guidance")
