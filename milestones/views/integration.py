"""One integration: its page, its history, its documents, and pausing and closing it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import gates, policy, workflow
from ..forms import ReasonForm
from ..models import Document, DocumentAccess
from .handing_over import handed_over, opened
from .here import Here, Request


@require_safe
def integration(request: Request, reference: str) -> HttpResponse:
    """Stepper, next moves, dates, people, recent events."""
    return show_integration(Here(request, reference))


def show_integration(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    context = {
        "events": here.integration.events.select_related("actor")[:8],
        "milestones": here.integration.milestones.select_related("sent_back_by"),
        "operations_findings": gates.findings(None, here.facts),
        "pause": ReasonForm(slot="pause"),
        "close": ReasonForm(slot="close"),
    }
    return here.page("integration", status=status, **context | bound)


@require_safe
def history(request: Request, reference: str) -> HttpResponse:
    """The whole audit log, fifty lines a page; and, for whom that concerns, who downloaded which document."""
    here = Here(request, reference)
    page = Paginator(here.integration.events.select_related("actor"), 50).get_page(request.GET.get("page"))
    downloads = None
    if policy.may(here.actor, policy.Right.SEE_ACCESSES):
        accesses = DocumentAccess.objects.filter(document__integration=here.integration)
        downloads = Paginator(accesses.select_related("document", "user"), 50).get_page(request.GET.get("downloads"))
    return here.page("history", page=page, accesses=downloads)


@require_safe
def document(request: Request, reference: str, pk: int) -> HttpResponse | FileResponse:
    """A file; 410 once it is removed. Only what is handed out stands in the access log."""
    here = Here(request, reference)
    found = here.find(Document, pk)
    content = opened(found)
    if content is None:
        return render(request, "410.html", {"document": found, "integration": here.integration}, status=410)
    try:
        DocumentAccess.objects.create(document=found, user=request.user)
    except Exception:
        content.close()
        raise
    return handed_over(found, content)


@require_POST
def accept_intake(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    done = _("The intake is accepted.")
    return here.press(workflow.accept_intake, to=here.url("integration"), done=done)


@require_POST
def pause(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ReasonForm, "pause")
    return here.answer(form, workflow.pause, show=show_integration, to=here.url("integration"))


@require_POST
def resume(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    return here.press(workflow.resume, to=here.url("integration"))


@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ReasonForm, "close")
    return here.answer(form, workflow.close, show=show_integration, to=here.url("integration"))
