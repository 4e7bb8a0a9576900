"""Operations: monitoring, readers, certificate, deviations, notices."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import gates, policy, workflow
from ..facts import today
from ..forms import (
    CertificateForm,
    CloseDeviationForm,
    DeviationForm,
    MonitoringForm,
    NoticeForm,
    ReadersForm,
)
from ..models import Deviation, Notice, NoticeReceipt
from .here import Here


@require_safe
def operations(request: HttpRequest, reference: str) -> HttpResponse:
    """D.1 to D.3 on one page, each with its form."""
    return show_operations(Here(request, reference))


def show_operations(here: Here, status: int = 200, **bound: object) -> HttpResponse:
    integration, row = here.integration, here.integration.operations
    monitoring = {"monitoring": row.monitoring, "deviations_told_to": row.deviations_told_to}
    receipts = integration.notice_receipts.select_related("notice", "member", "read_by")
    context = {
        "findings": gates.findings(None, here.facts),
        "monitoring": MonitoringForm(name="monitoring", initial=monitoring),
        "readers": ReadersForm(
            name="readers", integration=integration, initial={"shared_mailbox": row.shared_mailbox}
        ),
        "certificate": CertificateForm(
            name="certificate", initial={"expires_on": integration.certificate_expires_on}
        ),
        "deviation_form": DeviationForm(name="deviation_form", initial={"opened_on": today()}),
        "deviations": integration.deviations.all(),
        "receipts": receipts[:100],
    }
    return here.page("operations", status=status, **context | bound)


@require_POST
def monitoring(request: HttpRequest, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(MonitoringForm, "monitoring")
    do = partial(workflow.record_monitoring, here.integration, by=request.user)
    return here.answer(form, lambda data: do(**data), show_operations, here.url("operations"))


@require_POST
def readers(request: HttpRequest, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(ReadersForm, "readers", integration=here.integration)
    do = partial(workflow.name_readers, here.integration, by=request.user)
    act = lambda data: do(  # noqa: E731
        member_ids=[member.pk for member in data["members"]], shared_mailbox=data["shared_mailbox"]
    )
    return here.answer(form, act, show_operations, here.url("operations"))


@require_POST
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(CertificateForm, "certificate")
    do = partial(workflow.record_certificate, here.integration, by=request.user)
    return here.answer(form, lambda data: do(**data), show_operations, here.url("operations"))


@require_POST
def add_deviation(request: HttpRequest, reference: str) -> HttpResponse:
    here = Here(request, reference)
    form = here.bound(DeviationForm, "deviation_form")
    do = partial(workflow.open_deviation, here.integration, by=request.user)
    return here.answer(form, lambda data: do(**data), show_operations, here.url("operations"))


@require_http_methods(["GET", "HEAD", "POST"])
def deviation(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One deviation: what happened; close it with what was done."""
    here = Here(request, reference)
    show = partial(show_deviation, pk=pk)
    if request.method != "POST":
        return show(here)
    here.find(Deviation, pk)
    form = here.bound(CloseDeviationForm, "form")
    do = partial(workflow.close_deviation, here.integration, pk, by=request.user)
    return here.answer(form, lambda data: do(**data), show, here.url("operations"))


def show_deviation(here: Here, status: int = 200, *, pk: int, **bound: object) -> HttpResponse:
    context = {"deviation": here.find(Deviation, pk), "form": CloseDeviationForm(name="form")}
    return here.page("deviation", status=status, **context | bound)


@require_safe
def notice(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One of Digipost's notices, as it reached this integration; sign that it is read."""
    here = Here(request, reference)
    receipt = here.find(NoticeReceipt, pk)
    mine = receipt.member.user_id == request.user.pk if receipt.member else here.can["operate"]
    return here.page("notice", receipt=receipt, may_read=mine and here.integration.is_open)


@require_POST
def read_notice(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    here = Here(request, reference)
    here.find(NoticeReceipt, pk)
    return here.press(
        partial(workflow.read_notice, here.integration, pk, by=request.user), here.url("operations"), _("Signed.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Staff: what was sent, and the form to send a notice."""
    policy.require_staff(request.user)  # type: ignore[arg-type]
    form = NoticeForm(request.POST or None, name="form", initial={"audience": "operations"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        workflow.send_notice(
            data["integrations"],
            by=request.user,  # type: ignore[arg-type]
            kind=data["kind"],
            title=data["title"],
            body=data["body"],
        )
        messages.success(request, _("The notice is sent."))
        return redirect("notices")
    sent = Notice.objects.with_counts().select_related("sent_by")[:50]
    return render(request, "notices.html", {"form": form, "notices": sent}, status=422 if form.is_bound else 200)
