"""Messages to webhooks are sent at any hour, since machines read them; `channels.py` says how."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from .. import channels, clock, locks
from ..channels import HandOver
from ..models import Event, EventKind, Webhook, WebhookPost
from ..outbox import Batch
from . import signatures
from .client import Gone, deliver
from .telling import body_of

DELIVERIES = "milestones.tasks.deliver_webhooks"
"""The task that sends them, by its name: tasks know us, and we not them."""


def hint_if_posts_wait() -> None:
    """Tell a worker if there is something to send."""
    channels.hint_if_waiting(WebhookPost.objects.all(), DELIVERIES)


def deliver_batch(limit: int = channels.BATCH) -> Batch:
    """Claim up to `limit` messages that are due and send them. An empty batch: nothing is due."""
    rows = WebhookPost.objects.select_related("webhook", "event", "integration")
    return channels.send_batch(rows, WebhookPost.objects.claimable(), _prepared, lambda post: post.webhook_id, limit)


def _prepared(post: WebhookPost) -> HandOver | str:
    """What hands it to its webhook, or why it is not sent any more."""
    webhook = Webhook.objects.filter(posts=post).first()  # as it is now, after those before it in the batch
    if webhook is None:
        return _("The webhook was removed.")
    if webhook.gone_at:
        return _("The webhook is turned off.")
    return partial(_hand_over, webhook, post)


def _hand_over(webhook: Webhook, post: WebhookPost) -> None:
    now, body = clock.now(), body_of(post)
    secrets = webhook.secrets_at(now)
    if not secrets:
        raise channels.Refused(_("The secret can no longer be read. Make a new one for the webhook."))
    headers = signatures.headers(secrets, post.message_id, int(now.timestamp()), body)
    try:
        deliver(webhook.address, headers, body)
    except Gone:
        _turn_off(webhook)
        raise


def _turn_off(webhook: Webhook) -> None:
    """Send nothing more to an address whose receiver is gone, unless it has another by now; the history says so."""
    with transaction.atomic():
        locks.lock_these([webhook.integration_id])
        same = Webhook.objects.filter(pk=webhook.pk, sealed=webhook.sealed, gone_at__isnull=True)
        if same.update(gone_at=clock.now()):
            Event.objects.create(
                integration_id=webhook.integration_id, at=clock.now(), kind=EventKind.WEBHOOK_GONE,
                from_value=webhook.host,
            )  # fmt: skip
