"""Staff: the rules of reminders, their dry run, and what could not be sent."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import clock, policy, workflow
from ..clock import today
from ..forms import RulesForm
from ..models import Integration, Mail, ReminderRules, SendState, TeamsPost, WebhookPost
from ..reminders import cases, dry_run
from ..reminders.rules import Rules
from ..workdays import is_working_day
from ..workflow import effects
from . import confirming
from .integration_page import PAGE_SIZE, Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: Request) -> HttpResponse:
    """Staff: the rules, a dry run of them as edited, and what could not be sent."""
    policy.require_staff(request.user)
    row = ReminderRules.objects.first() or ReminderRules()
    form = RulesForm(request.POST or None, slot="form", initial=RulesForm.initial_of(row))
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method == "POST" and form.is_valid():
        if "try" not in request.POST:
            workflow.edit_rules(by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved. The rules are in force from the next mail on."))
            return redirect("reminders")
        rules = cases.rules_of(ReminderRules(**form.cleaned_data))
        days = dry_run.days(_first_day(rules), rules, request.user if "mine" in request.POST else None)
        named = {line.integration_id for day in days for _person, told in day.told for line in told.lines}
        context |= {
            "days": days,
            "references": dict(Integration.objects.filter(pk__in=named).values_list("pk", "reference")),
        }
        return render(request, "mail/reminders.html", context | _queue())
    return page(request, "mail/reminders.html", context | _queue(), 422 if form.is_bound else 200)


def _first_day(rules: Rules) -> datetime.date:
    """Today, unless nothing goes out today any more."""
    now = clock.in_oslo(clock.now())
    return now.date() if now.time() < rules.closes_at else now.date() + datetime.timedelta(days=1)


def _queue() -> dict[str, Any]:
    failed = Mail.objects.filter(state=SendState.FAILED).select_related("recipient", "integration")
    waiting = Mail.objects.filter(state__in=(SendState.WAITING, SendState.SENDING))
    return {
        "failed": failed[:PAGE_SIZE],
        "failures": failed.count(),
        "waiting": waiting.count(),
        "failed_channels": TeamsPost.objects.failed_channels(),
        "failed_webhooks": WebhookPost.objects.all().failed_integrations(),
        "day_off": not is_working_day(today()),
    }


@require_POST
def send_today(request: Request) -> HttpResponse:
    """Staff: today's digests now, whatever the hour."""
    try:
        send = partial(workflow.send_today, by=request.user, day=today())
        queued = workflow.if_confirmed(confirming.confirmed_in(request), send, effects.of_sending_today)
    except workflow.Unconfirmed as asked:
        return confirming.ask(request, asked.effect, to=reverse("reminders"))
    messages.success(request, _("Today's reminders are on their way, to %(count)s people.") % {"count": queued})
    return redirect("reminders")


@require_POST
def resend(request: Request, pk: int) -> HttpResponse:
    policy.require_staff(request.user)
    workflow.resend_mail(get_object_or_404(Mail, pk=pk), by=request.user)
    messages.success(request, _("It is tried again."))
    return redirect("reminders")


@require_POST
def resend_all(request: Request) -> HttpResponse:
    count = workflow.resend_all_mail(by=request.user)
    messages.success(request, _("%(count)s mails are tried again.") % {"count": count})
    return redirect("reminders")
