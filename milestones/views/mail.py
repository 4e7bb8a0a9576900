"""What was sent, why, and why not; and stopping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from .. import clock, workflow
from ..forms import MailChoiceForm, WhyForm
from ..mails.stop_links import read_stop_token
from ..mails.words import text_of
from ..models import Mail, User
from ..process import Cadence
from ..reminders import why
from .integration_page import PAGE_SIZE, IntegrationPage, Request, page


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
    told = [(line, text_of(line)) for line in lines]
    return render(request, "mail/one.html", {"mail": found, "told": told})


@require_safe
def integration_mail(request: Request, reference: str) -> HttpResponse:
    """What was sent about an integration, and for each requirement why somebody is told of it today, or is not.

    Staff see everybody's and may ask about anybody; a member sees their own.
    """
    here = IntegrationPage(request, reference)
    about = Q(integration=here.integration) | Q(lines__integration=here.integration)
    rows = Mail.objects.filter(pk__in=Mail.objects.filter(about).values("pk")).select_related("recipient")
    seen = rows if request.user.is_staff else rows.sent().filter(recipient=request.user)
    found = Paginator(seen, PAGE_SIZE).get_page(request.GET.get("page"))
    return here.page("mail", page=found, **_why(here, request))


def _why(here: IntegrationPage, request: Request) -> dict[str, Any]:
    """The person asked about, and the answers."""
    if not request.user.is_staff:
        return {"person": request.user, "verdicts": why.verdicts(here.integration, request.user, clock.now())}
    asked = request.GET.get("person")
    form = WhyForm({"person": asked} if asked else None, slot="why", integration=here.integration)
    if not form.is_valid():
        return {"why": form}
    person = User.objects.get(pk=form.cleaned_data["person"])
    return {"why": form, "person": person, "verdicts": why.verdicts(here.integration, person, clock.now())}


@csrf_exempt  # a mail program posts without a session; the token in the address is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: one click in the mail program, or a button here, and the digest is weekly or the summary is off."""
    try:
        pk, what = read_stop_token(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    person = get_object_or_404(User, pk=pk, is_active=True)  # an account that is closed is as unknown as a bad link
    if request.method == "POST":
        digest = Cadence.WEEKLY if what == "digest" else Cadence(person.digest)
        workflow.choose_mail(by=person, digest=digest, weekly_summary=person.weekly_summary and what != "weekly")
    return render(request, "mail/stop.html", {"what": what, "done": request.method == "POST"})
