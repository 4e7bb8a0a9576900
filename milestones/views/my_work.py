"""What waits for me, across integrations."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..clock import today
from ..models import NoticeReceipt, User, WaitingItem, lacks_contact
from ..process import Role, Status
from .integration_page import PAGE_SIZE, Request


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
        mine = Q(integration__onboarding_contact=user) | lacks_contact("integration__")
        items = items.filter(mine, role=Role.ONBOARDING)
    else:
        items = items.filter(
            integration__members__in=user.memberships.joined(),
            integration__members__roles__role=F("role"),
            integration__members__roles__ended_at__isnull=True,
        )
    return items.order_by(F("integration__due_on").asc(nulls_last=True), "integration", "position")
