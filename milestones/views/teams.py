"""Channels in Microsoft Teams: an integration's and Digipost's, what was sent there, and what could not be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import policy, workflow
from ..formkeys import number_of
from ..forms import TeamsForm
from ..forms.base import Form
from ..models import Integration, TeamsAddress, TeamsPost
from . import channels
from .integration_page import IntegrationPage, Request, page, status_with


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: Request, reference: str) -> HttpResponse:
    """Whether the integration has a channel, and what was sent there; set its address."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_teams(here)
    form = here.bound(TeamsForm, "form")
    return here.answer(form, workflow.connect_teams, show=show_teams, to=here.url("teams"))


def show_teams(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    connects = here.can["connect_teams"] and here.integration.is_accepted
    offers = [TeamsForm(slot="form") if connects else None]
    return here.page("teams", offers=offers, sent=sent, **_channel(here.integration))


def _channel(integration: Integration | None) -> dict[str, Any]:
    """The address of a channel, as far as it is shown, and the latest messages to it; first those that failed."""
    return {
        "channel": TeamsAddress.objects.select_related("set_by").of(integration),
        "posts": channels.shown(TeamsPost.objects.of(integration).select_related("integration", "event")),
    }


@require_POST
def disconnect_teams(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    return here.press(workflow.disconnect_teams, to=here.url("teams"), done=_removed())


def _removed() -> str:
    return _("The workflow address is removed. Nothing more is sent to the channel.")


@require_POST
def test_teams(request: Request, reference: str) -> HttpResponse:
    here = IntegrationPage(request, reference)
    return here.press(workflow.send_teams_test, to=here.url("teams"), done=_tested())


def _tested() -> str:
    return _("A test message is on its way. Look in the channel, and here after a minute.")


@require_POST
def repost_to_teams(request: Request, reference: str, pk: int) -> HttpResponse:
    """Try a message again that could not be sent."""
    here = IntegrationPage(request, reference)
    post = get_object_or_404(TeamsPost.objects.of(here.integration), pk=pk)
    return here.press(workflow.repost_to_teams, post.pk, to=here.url("teams"), done=channels.tried_again())


@require_http_methods(["GET", "HEAD", "POST"])
def digipost_teams(request: Request) -> HttpResponse:
    """Staff: the channel of Digipost's whole team."""
    policy.require_staff(request.user)
    form = TeamsForm(request.POST or None, slot="form")
    if _connected(request, form):
        messages.success(request, form.done)
        return redirect("digipost_teams")
    context = {"form": form, **_channel(None)}
    return page(request, "teams/digipost.html", context, status_with(form))


def _connected(request: Request, form: TeamsForm) -> bool:
    if not form.is_valid():
        return False
    try:
        workflow.connect_digipost_teams(by=request.user, **form.arguments)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


@require_POST
def disconnect_digipost_teams(request: Request) -> HttpResponse:
    workflow.disconnect_digipost_teams(by=request.user)
    messages.success(request, _removed())
    return redirect("digipost_teams")


@require_POST
def test_digipost_teams(request: Request) -> HttpResponse:
    with workflow.sent_with(number_of(request)):
        workflow.send_digipost_teams_test(by=request.user)
    messages.success(request, _tested())
    return redirect("digipost_teams")


@require_POST
def repost_to_digipost_teams(request: Request, pk: int) -> HttpResponse:
    """Staff: try a message again that could not be sent."""
    policy.require_staff(request.user)
    post = get_object_or_404(TeamsPost.objects.of(None), pk=pk)
    workflow.repost_to_digipost_teams(post.pk, by=request.user)
    messages.success(request, channels.tried_again())
    return redirect("digipost_teams")
