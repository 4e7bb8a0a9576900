"""What was sent, why, and why not; the rules of reminders and their dry run."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import mails, policy, workflow
from ..clock import today
from ..forms import MailChoiceForm, RulesForm, WhyForm
from ..models import Integration, Mail, MailState, ReminderRules, User
from ..process import Cadence
from ..reminders import cases, dry_run, why
from ..reminders.decide import Rules
from ..workdays import is_working_day
from .here import Here, Request, page

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def my_mail(request: Request) -> HttpResponse:
    """What I was sent, and what I want to be sent."""
    me = request.user
    wanted = {"digest": me.digest, "weekly_summary": me.weekly_summary}
    form = MailChoiceForm(request.POST or None, slot="form", initial=wanted)
    if request.method == "POST" and form.is_valid():
        workflow.choose_mail(by=me, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("my_mail")
    rows = Paginator(me.mails.sent().select_related("integration"), PAGE_SIZE).get_page(request.GET.get("page"))
    return page(request, "mail/mine.html", {"form": form, "page": rows}, 422 if form.is_bound else 200)


@require_safe
def one_mail(request: Request, pk: int) -> HttpResponse:
    """A mail, its text and why it was sent: to whom it went, and to staff."""
    rows = Mail.objects.select_related("recipient", "event", "notice", "integration__organisation")
    seen = rows if request.user.is_staff else rows.sent().filter(recipient=request.user)
    found = get_object_or_404(seen, pk=pk)
    lines = found.lines.select_related("integration")
    told = [(line, mails.text_of(line)) for line in lines]
    return render(request, "mail/one.html", {"mail": found, "told": told})


@require_safe
def integration_mail(request: Request, reference: str) -> HttpResponse:
    """What was sent about an integration, and for each requirement why somebody is told of it today, or is not.

    Staff see everybody's and may ask about anybody; a member sees their own.
    """
    here = Here(request, reference)
    about = Q(integration=here.integration) | Q(lines__integration=here.integration)
    rows = Mail.objects.filter(pk__in=Mail.objects.filter(about).values("pk")).select_related("recipient")
    seen = rows if request.user.is_staff else rows.sent().filter(recipient=request.user)
    found = Paginator(seen, PAGE_SIZE).get_page(request.GET.get("page"))
    return here.page("mail", page=found, **_why(here, request))


def _why(here: Here, request: Request) -> dict[str, Any]:
    """The person asked about, and the answers."""
    if not request.user.is_staff:
        return {"person": request.user, "verdicts": why.verdicts(here.integration, request.user, timezone.now())}
    asked = request.GET.get("person")
    form = WhyForm({"person": asked} if asked else None, slot="why", integration=here.integration)
    if not form.is_valid():
        return {"why": form}
    person = User.objects.get(pk=form.cleaned_data["person"])
    return {"why": form, "person": person, "verdicts": why.verdicts(here.integration, person, timezone.now())}


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
    now = timezone.localtime()
    return now.date() if now.time() < rules.closes_at else now.date() + datetime.timedelta(days=1)


def _queue() -> dict[str, Any]:
    failed = Mail.objects.filter(state=MailState.FAILED).select_related("recipient", "integration")
    waiting = Mail.objects.filter(state__in=(MailState.WAITING, MailState.SENDING))
    return {
        "failed": failed[:PAGE_SIZE],
        "failures": failed.count(),
        "waiting": waiting.count(),
        "day_off": not is_working_day(today()),
    }


@require_POST
def send_today(request: Request) -> HttpResponse:
    """Staff: today's digests now, whatever the hour."""
    queued = workflow.send_today(by=request.user, day=today())
    messages.success(request, _("Today's reminders are on their way, to %(count)s people.") % {"count": queued})
    return redirect("reminders")


@require_POST
def resend(request: Request, pk: int) -> HttpResponse:
    policy.require_staff(request.user)
    workflow.resend(get_object_or_404(Mail, pk=pk), by=request.user)
    messages.success(request, _("It is tried again."))
    return redirect("reminders")


@require_POST
def resend_all(request: Request) -> HttpResponse:
    count = workflow.resend_all(by=request.user)
    messages.success(request, _("%(count)s mails are tried again.") % {"count": count})
    return redirect("reminders")


@csrf_exempt  # a mail program posts without a session; the token in the address is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: one click in the mail program, or a button here, and the digest is weekly or the summary is off."""
    try:
        pk, what = mails.read_stop_token(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    person = get_object_or_404(User, pk=pk, is_active=True)  # an account that is closed is as unknown as a bad link
    if request.method == "POST":
        digest = Cadence.WEEKLY if what == "digest" else Cadence(person.digest)
        workflow.choose_mail(by=person, digest=digest, weekly_summary=person.weekly_summary and what != "weekly")
    return render(request, "mail/stop.html", {"what": what, "done": request.method == "POST"})
