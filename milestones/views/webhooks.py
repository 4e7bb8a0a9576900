"""Webhooks of an integration: its addresses, one of them, what was sent there, and what could not be."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import clock, workflow
from ..forms import WebhookForm
from ..forms.base import Form
from ..models import Webhook
from ..workflow import room
from . import channels
from .integration_page import IntegrationPage, Request


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: Request, reference: str) -> HttpResponse:
    """The integration's webhooks, and what was sent to them; add one, whose secret is shown once, in the answer."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_webhooks(here)
    form = here.bound(WebhookForm, "form")
    return here.answer(form, workflow.add_webhook, show=show_webhooks, to=here.url("webhooks"), reveal=show_secret)


def show_webhooks(here: IntegrationPage, sent: Form | None = None) -> HttpResponse:
    adds = here.can["connect_webhooks"] and here.integration.is_accepted
    posts = here.integration.webhook_posts.select_related("webhook", "event")
    return here.page(
        "webhooks",
        offers=[WebhookForm(slot="form") if adds else None],
        sent=sent,
        webhooks=here.integration.webhooks.select_related("set_by"),
        most=room.WEBHOOKS,
        posts=channels.shown(posts),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: Request, reference: str, pk: int) -> HttpResponse:
    """One webhook; change its address."""
    here = IntegrationPage(request, reference)
    if request.method != "POST":
        return show_webhook(here, here.find(Webhook, pk))
    one, form = here.find(Webhook, pk), here.bound(WebhookForm, "form")
    return here.answer(
        form,
        workflow.change_webhook,
        one.pk,
        show=lambda page, sent: show_webhook(page, one, sent),
        to=here.url("webhook", pk),
    )


def show_secret(here: IntegrationPage, made: Webhook) -> HttpResponse:
    return show_webhook(here, made)


def show_webhook(here: IntegrationPage, one: Webhook, sent: Form | None = None) -> HttpResponse:
    """`one` has the secret that has just been made, if one has."""
    changes = here.can["connect_webhooks"]
    old_holds = one.old_until and clock.now() < one.old_until
    return here.page(
        "webhook",
        offers=[WebhookForm(slot="form") if changes else None],
        sent=sent,
        webhook=one,
        old_until=one.old_until if old_holds else None,
        posts=channels.shown(one.posts.select_related("webhook", "event")),
    )


@require_POST
def rotate_webhook_secret(request: Request, reference: str, pk: int) -> HttpResponse:
    """Make a new secret, and show it once, in the answer."""
    here = _page_of(request, reference, pk)
    to = here.url("webhook", pk)
    return here.press(workflow.rotate_webhook_secret, pk, to=to, done="", reveal=show_secret)


@require_POST
def test_webhook(request: Request, reference: str, pk: int) -> HttpResponse:
    here = _page_of(request, reference, pk)
    done = _("A test message is on its way. See here after a minute what became of it.")
    return here.press(workflow.send_webhook_test, pk, to=here.url("webhook", pk), done=done)


@require_POST
def remove_webhook(request: Request, reference: str, pk: int) -> HttpResponse:
    here = _page_of(request, reference, pk)
    done = _("The webhook is removed. Nothing more is sent there.")
    return here.press(workflow.remove_webhook, pk, to=here.url("webhooks"), done=done)


@require_POST
def repost_to_webhook(request: Request, reference: str, pk: int) -> HttpResponse:
    """Try a message again that could not be sent."""
    here = IntegrationPage(request, reference)
    post = get_object_or_404(here.integration.webhook_posts, pk=pk)
    to = here.url("webhooks")
    return here.press(workflow.repost_to_webhook, post.pk, to=to, done=channels.tried_again())


def _page_of(request: Request, reference: str, pk: int) -> IntegrationPage:
    """The page of a webhook's integration; Http404 for another's. One that is gone is told of by workflow."""
    here = IntegrationPage(request, reference)
    if Webhook.objects.filter(pk=pk).exclude(integration=here.integration).exists():
        raise Http404
    return here
