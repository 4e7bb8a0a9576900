"""Staff: what waits for Digipost's answer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from .. import policy
from ..forms import ReasonForm
from ..forms.base import Form
from ..models import Integration, Member, Milestone
from .integration_page import PAGE_SIZE, Request, offered, page, status_with


@require_safe
def approvals(request: Request) -> HttpResponse:
    """Staff: intakes that wait for acceptance and every submitted milestone, oldest first."""
    policy.require_staff(request.user)
    return show_approvals(request)


def show_approvals(request: Request, sent: Form | None = None) -> HttpResponse:
    """`sent` is a form for refusing an intake, as it came."""
    submitted = Milestone.objects.awaiting_approval().select_related(
        "integration__organisation", "integration__onboarding_contact", "submitted_by"
    )
    submissions = Paginator(submitted, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = Integration.objects.awaiting_acceptance().select_related("organisation")
    waiting = waiting.prefetch_related(Prefetch("members", Member.objects.current().select_related("user")))
    intakes = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("intakes"))
    slots = {integration: f"refuse-{integration.pk}" for integration in intakes}
    forms = offered([ReasonForm(slot=slot) for slot in slots.values()], sent)
    rows = [(integration, forms[slot]) for integration, slot in slots.items()]
    context = {"page": submissions, "intakes": intakes, "rows": rows}
    return page(request, "approvals.html", context, status_with(sent), listed=forms.values())
