"""Operations: monitoring, readers, certificate, deviations, notices."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import gates, policy, workflow
from ..clock import today
from ..formkeys import number_of
from ..forms import (
    CertificateFileForm,
    CertificateForm,
    CloseDeviationForm,
    DeviationForm,
    MonitoringForm,
    NoticeForm,
    ReadersForm,
)
from ..forms.base import Form
from ..models import Deviation, Notice, NoticeReceipt
from ..models.comments import DEVIATION, about
from ..workflow import effects
from . import confirming
from .integration_page import IntegrationPage, Request, page, status_with
from .talking import of_requirements, offers_to_write, threads


@require_safe
def operations(request: Request, reference: str) -> HttpResponse:
    """D.1 to D.3 on one page, each with its form."""
    return show_operations(IntegrationPage(request, reference))


def show_operations(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    integration = here.integration
    receipts = integration.notice_receipts.select_related("notice", "member", "read_by")
    operates, logs = here.can["operate"], here.can["log_deviations"]
    offers = [
        MonitoringForm(slot="monitoring", initial=_monitoring(here)) if operates else None,
        ReadersForm(slot="readers", **_readers(here)) if operates else None,
        CertificateFileForm(slot="certificate_file") if operates else None,
        CertificateForm(slot="certificate", initial=_certificate(here)) if operates else None,
        DeviationForm(slot="deviation_form", initial={"opened_on": today()}) if logs else None,
    ]
    on_this_page = [one for one in gates.findings(None, here.facts) if one.key != "D.4"]  # that has a page of its own
    things = of_requirements(on_this_page)
    context = {
        "talk": threads(here, things),
        "deviations": integration.deviations.all(),
        "receipts": receipts[:100],
        "read_from": integration.operations.certificate,
    }
    return here.page("operations", offers=[*offers, *offers_to_write(here, things)], sent=sent, **context)


def _monitoring(here: IntegrationPage) -> dict[str, str]:
    row = here.integration.operations
    return {"monitoring": row.monitoring, "deviations_told_to": row.deviations_told_to}


def _readers(here: IntegrationPage) -> dict[str, Any]:
    """For the form, which adds itself who reads."""
    stored = {"shared_mailbox": here.integration.operations.shared_mailbox}
    return {"integration": here.integration, "by": here.request.user, "initial": stored}


def _certificate(here: IntegrationPage) -> dict[str, datetime.date | None]:
    return {"expires_on": here.integration.certificate_expires_on}


@require_POST
def monitoring(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(MonitoringForm, "monitoring", initial=_monitoring(here))
    return here.answer(form, workflow.record_monitoring, show=show_operations, to=here.url("operations"))


@require_POST
def readers(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(ReadersForm, "readers", **_readers(here))
    return here.answer(form, workflow.name_readers, show=show_operations, to=here.url("operations"))


@require_POST
def certificate(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(CertificateForm, "certificate", initial=_certificate(here))
    return here.answer(form, workflow.record_certificate, show=show_operations, to=here.url("operations"))


@require_POST
def certificate_file(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(CertificateFileForm, "certificate_file")
    return here.answer(form, workflow.upload_certificate, show=show_operations, to=here.url("operations"))


@require_POST
def add_deviation(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    form = here.bound(DeviationForm, "deviation_form")
    return here.answer(form, workflow.open_deviation, show=show_operations, to=here.url("operations"))


@require_http_methods(["GET", "HEAD", "POST"])
def deviation(request: Request, reference: str, pk: int) -> HttpResponse:
    """One deviation: what happened; close it with what was done."""
    here = IntegrationPage(request, reference)
    show = partial(show_deviation, pk=pk)
    if request.method != "POST":
        return show(here)
    here.find(Deviation, pk)
    form = here.bound(CloseDeviationForm, "form")
    return here.answer(form, workflow.close_deviation, pk, show=show, to=here.url("operations"))


def show_deviation(here: IntegrationPage, sent: Form | None = None, *, pk: int) -> HttpResponse:
    found = here.find(Deviation, pk)
    closes = here.can["log_deviations"] and not found.closed_at
    offers = [CloseDeviationForm(slot="form") if closes else None, *offers_to_write(here, [about(DEVIATION, pk)])]
    talk = threads(here, {about(DEVIATION, pk): found.title})
    return here.page("deviation", offers=offers, sent=sent, deviation=found, talk=talk)


@require_safe
def notice(request: Request, reference: str, pk: int) -> HttpResponse:
    """One of Digipost's notices, as it reached this integration; sign that it is read."""
    here = IntegrationPage(request, reference)
    receipt = here.find(NoticeReceipt, pk)
    mine = receipt.member.user_id == request.user.pk if receipt.member else here.can["operate"]
    return here.page("notice", receipt=receipt, may_read=mine and here.integration.is_open)


@require_POST
def read_notice(request: Request, reference: str, pk: int) -> HttpResponse:
    here = IntegrationPage(request, reference)
    here.find(NoticeReceipt, pk)
    return here.press(workflow.read_notice, pk, to=here.url("operations"), done=_("Recorded as read."))


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Request) -> HttpResponse:
    """Staff: what was sent, and the form to send a notice."""
    policy.require_staff(request.user)
    marked = request.GET.getlist("marked")
    begins_with = {"audience": "marked" if marked else "operations", "marked": marked}
    form = NoticeForm(request.POST or None, slot="form", initial=begins_with)
    if request.method == "POST" and form.is_valid() and not confirming.goes_back(request):
        try:
            notice = _send_notice(request, form.cleaned_data)
        except workflow.Unconfirmed as asked:
            return confirming.ask(request, asked.effect, to=reverse("notices"), form=form)
        messages.success(request, " ".join([_("The notice is sent."), effects.sent_to(notice)]))
        return redirect("notices")
    sent = Notice.objects.with_counts().select_related("sent_by")[:50]
    return page(request, "notices.html", {"form": form, "notices": sent}, status_with(form))


def _send_notice(request: Request, data: dict[str, Any]) -> Notice:
    words = {name: data[name] for name in ("kind", "title", "body")}
    send = partial(workflow.send_notice, data["integrations"], by=request.user, **words)
    with workflow.sent_with(number_of(request)):
        return workflow.if_confirmed(confirming.confirmed_in(request), send, effects.of_sending_notice)
