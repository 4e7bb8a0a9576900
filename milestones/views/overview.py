"""Across integrations: my work, portfolio, approvals, intake."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import policy, workflow
from ..facts import today
from ..formkeys import number_of
from ..forms import SORTS, IntakeForm, PortfolioFilter, ReasonForm
from ..forms.base import Form
from ..models import Integration, Member, Milestone, NoticeReceipt, User, WaitingItem
from ..models.integration import IntegrationQuerySet
from ..process import Role, SenderKind, Status
from ..snapshots import BOTH
from .here import Here, Request, page

PAGE_SIZE = 50


@require_safe
def my_work(request: Request) -> HttpResponse:
    """What waits for me, most urgent first, and the notices I have not read."""
    waiting = _waiting_for(request.user)
    rows = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    notices = NoticeReceipt.objects.filter(member__in=request.user.memberships.joined()).unread()
    notices = notices.exclude(integration__status=Status.CLOSED)
    context = {"page": rows, "today": today(), "notices": notices.select_related("notice", "integration")[:20]}
    return render(request, "my_work.html", context)


def _waiting_for(user: User) -> QuerySet[WaitingItem]:
    items = WaitingItem.objects.select_related("integration__organisation", "integration__onboarding_contact")
    if user.is_staff:
        nobodys = Q(integration__onboarding_contact__isnull=True) | Q(integration__onboarding_contact__is_active=False)
        nobodys |= Q(integration__onboarding_contact__is_staff=False)
        mine = Q(integration__onboarding_contact=user) | nobodys
        items = items.filter(mine, role=Role.ONBOARDING)
    else:
        items = items.filter(
            integration__members__in=user.memberships.joined(),
            integration__members__roles__role=F("role"),
            integration__members__roles__ended_at__isnull=True,
        )
    return items.order_by(F("integration__due_on").asc(nulls_last=True), "integration", "position")


@require_safe
def portfolio(request: Request) -> HttpResponse:
    """Every integration I may see: searched, filtered, sorted, fifty at a time."""
    form = PortfolioFilter(request.GET or None, slot="filter")
    form.is_valid()
    chosen = getattr(form, "cleaned_data", {})
    found = _chosen(Integration.objects.visible_to(request.user), chosen)
    column, _label = SORTS[chosen.get("sort") or "due"]
    order = F(column).asc(nulls_last=True) if column == "due_on" else column
    rows = found.select_related("organisation", "onboarding_contact").prefetch_related("waiting_items")
    found_page = Paginator(rows.order_by(order, "reference"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "portfolio.html", {"filter": form, "page": found_page, "today": today()})


def _chosen(rows: IntegrationQuerySet, chosen: dict[str, object]) -> IntegrationQuerySet:
    if words := str(chosen.get("q") or ""):
        rows = rows.found_by(words)
    for name in ("phase", "status"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if waits_on := chosen.get("waits_on"):
        rows = rows.filter(waits_on__in=[""] if waits_on == "nobody" else [waits_on, BOTH])
    if chosen.get("overdue"):
        rows = rows.overdue(today())
    return rows


@require_safe
def spelled_otherwise(request: Request, reference: str, page: str = "") -> HttpResponse:
    """To the address with the reference as it is written; 404 to whom there is no such integration."""
    found = get_object_or_404(Integration.objects.visible_to(request.user), reference=reference)
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return redirect(reverse("integration", args=[found.reference]) + quote(page) + query)


@require_safe
def approvals(request: Request) -> HttpResponse:
    """Staff: intakes that wait for acceptance and every submitted milestone, oldest first."""
    policy.require_staff(request.user)
    return _show_approvals(request)


def _show_approvals(request: Request, status: int = 200, **sent: Form) -> HttpResponse:
    """`sent` are forms for refusing an intake, by slot, as they came."""
    submitted = Milestone.objects.awaiting_approval().select_related(
        "integration__organisation", "integration__onboarding_contact", "submitted_by"
    )
    submissions = Paginator(submitted, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = Integration.objects.awaiting_acceptance().select_related("organisation")
    waiting = waiting.prefetch_related(Prefetch("members", Member.objects.current().select_related("user")))
    intakes = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("intakes"))
    slots = {integration: f"refuse-{integration.pk}" for integration in intakes}
    refusals = {one: sent.get(slot) or ReasonForm(slot=slot) for one, slot in slots.items()}
    context = {"page": submissions, "intakes": intakes, "rows": refusals.items()}
    return page(request, "approvals.html", context, status, listed=refusals.values())


@require_POST
def refuse_intake(request: Request, reference: str) -> HttpResponse:
    """What Digipost does not take on is closed, and its project manager is told the reason."""
    here = Here(request, reference)
    policy.require_staff(request.user)
    if here.integration.is_accepted:
        raise workflow.stale()
    form = here.bound(ReasonForm, f"refuse-{here.integration.pk}")

    def show(here: Here, status: int, **sent: Form) -> HttpResponse:
        return _show_approvals(request, status, **sent)

    return here.answer(form, workflow.close, show=show, to=reverse("approvals"))


@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: Request) -> HttpResponse:
    """A new integration, or the clear answer that none is needed."""
    form = IntakeForm(request.POST or None, by=request.user, slot="intake")
    if request.method != "POST" or not form.is_valid():
        return page(request, "intake.html", {"form": form}, 422 if form.is_bound else 200)
    if form.cleaned_data["route"] == "partner":
        return render(request, "intake_not_needed.html")
    try:
        with workflow.sent_with(number_of(request)):
            integration = _created(request, form.cleaned_data)
    except ValidationError as error:
        form.refuse(_by_this_forms_fields(error))
        return page(request, "intake.html", {"form": form}, 422)
    messages.success(request, _("The integration is created. Its reference is %s.") % integration.reference)
    return redirect("integration", integration.reference)


def _created(request: Request, data: dict[str, str]) -> Integration:
    return workflow.create_integration(
        by=request.user,
        number=data["number"],
        organisation=data["organisation"],
        name=data["name"],
        sender_kind=SenderKind(data["sender_kind"]),
        manager_name=data.get("manager_name", request.user.name),
        manager_email=data.get("manager_email", request.user.email),
    )


def _by_this_forms_fields(error: ValidationError) -> ValidationError:
    """The form has a field of its own for the address that workflow calls `email`."""
    if hasattr(error, "error_dict") and "email" in error.error_dict:
        return ValidationError({"manager_email": error.error_dict["email"]})
    return error
