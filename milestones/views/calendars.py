"""Dates in calendars: a person's private addresses, what is read there, and single entries to take along."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import workflow
from ..addresses import absolute
from ..calendars import feeds, reading
from ..calendars.entries import CONTENT_TYPE
from ..entry import journal
from ..formkeys import number_of
from ..forms import CalendarForm
from ..models import AccountEventKind, CalendarFeed, Meeting
from ..searching import reference_of
from .integration_page import IntegrationPage, Request, page, status_with

REVOKED_SHOWN = 5
"""How many addresses that answer no more are still listed."""


@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: Request) -> HttpResponse:
    """My addresses for calendar programs, and a new one: it is shown once, in the answer to its form."""
    if request.method != "POST":
        asked = reference_of(request.GET.get("integration", ""))
        initial = {"integration": asked}
        return show_calendars(request, CalendarForm(slot="form", user=request.user, asked=asked, initial=initial))
    sent = reference_of(request.POST.get("integration", ""))
    form = CalendarForm(request.POST, slot="form", user=request.user, asked=sent)
    return show_calendars(request, form, _made(request, form) if form.is_valid() else None)


def _made(request: Request, form: CalendarForm) -> CalendarFeed | None:
    """The new address; None where there is no room for one, as the form says then."""
    try:
        with workflow.sent_with(number_of(request)):
            feed = workflow.make_feed(by=request.user, **form.arguments)
    except ValidationError as error:
        form.refuse(error)
        return None
    journal.note(request, request.user, AccountEventKind.CALENDAR_MADE)
    return feed


def show_calendars(request: Request, form: CalendarForm, made: CalendarFeed | None = None) -> HttpResponse:
    """`made` is the address that has just been made."""
    mine = CalendarFeed.objects.filter(user=request.user).select_related("integration")
    answering = set(mine.readable().values_list("pk", flat=True))
    live = [(feed, feed.pk in answering) for feed in mine.live()]
    gone = mine.filter(revoked_at__isnull=False)[:REVOKED_SHOWN]
    context: dict[str, Any] = {"live": live, "gone": gone, "form": form}
    if made:
        address = absolute(reverse("calendar_feed", args=[made.token]))
        webcal = f"webcal:{address.partition(':')[2]}"
        form = CalendarForm(slot="form", user=request.user)
        context |= {"made": made, "address": address, "webcal": webcal, "form": form}
    return page(request, "account/calendars.html", context, status_with(None if made else form))


@require_POST
def revoke_calendar(request: Request, pk: int) -> HttpResponse:
    """An address of mine answers nobody any more."""
    get_object_or_404(CalendarFeed, pk=pk, user=request.user)
    workflow.revoke_feed(pk, by=request.user)
    journal.note(request, request.user, AccountEventKind.CALENDAR_REVOKED)
    messages.success(request, _("The address is revoked. Whoever asks there gets no dates any more."))
    return redirect("calendars")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads, without signing in: the address is the key."""
    feed = feeds.feed_of(token)
    if feed is None:
        raise Http404
    feeds.note_read(feed)
    contents = feeds.contents_of(feed)
    answer = HttpResponse(contents, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="digipost.ics"'  # a saved file is not called after the key
    answer["Content-Language"] = feed.user.language
    answer["ETag"] = etag = f'"{hashlib.sha256(contents).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, response=answer) or answer


@require_safe
def milestone_ics(request: Request, reference: str, number: int) -> HttpResponse:
    """A milestone's target date, to take along."""
    here = IntegrationPage(request, reference)
    return _alone(here, reading.key_of_milestone(number))


@require_safe
def meeting_ics(request: Request, reference: str, pk: int) -> HttpResponse:
    """A meeting, to take along."""
    here = IntegrationPage(request, reference)
    return _alone(here, reading.key_of_meeting(here.find(Meeting, pk).pk))


def _alone(here: IntegrationPage, key: str) -> HttpResponse:
    """One entry as a file; Http404 where there is no such date now."""
    contents = feeds.file_of(here.integration, key)
    if contents is None:
        raise Http404
    answer = HttpResponse(contents, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{here.integration.reference}-{key}.ics"'
    return answer
