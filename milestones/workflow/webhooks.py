"""Webhooks of an integration: addresses of its own systems, and the secrets that messages are signed with."""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import outbox, policy, sealing, webhooks
from ..models import EventKind, Integration, User, Webhook, WebhookKind, WebhookPost
from ..models.webhooks import OLD_SECRET_HOLDS, SEALED_FOR, new_secret
from ..public_hosts import require_https_address
from . import room
from .channels import require_turn_to_test, try_again
from .door import door
from .move import Move, Stale, asks
from .once import adds

PRESSED_TWICE = datetime.timedelta(seconds=10)
"""Within this time a secret that has just been made is made anew, and was in nobody's hands."""


@adds(alike=False)
@asks(policy.Right.CONNECT_WEBHOOKS)
def add_webhook(integration: Integration, *, by: User, webhook_address: str) -> Webhook:
    """Have what happens to the integration sent to this address too.

    What is returned has the secret, as `made_secret`, which is shown once. Whether the address leads to a public host
    its form has asked, and sending asks again: nothing is looked up under a lock. Raises ValidationError (by field)
    for what is no address, and where there is no room; Stale where there is one to it already; GateClosed while the
    intake is not accepted.
    """
    with door(integration, by) as move:
        move.ask(add_webhook)
        move.require_accepted()
        _require_address(move, webhook_address)
        full = _("There are %(most)s webhooks, which is the maximum. Remove one first.")
        room.require_room(move.integration.webhooks.count(), room.WEBHOOKS, full)
        _require_turn(move)
        webhook = Webhook(integration=move.integration, set_by=by, set_at=move.now, secret_at=move.now)
        webhook.sealed, webhook.made_secret = sealing.seal(webhook_address, SEALED_FOR), new_secret()
        webhook.secret = sealing.seal(webhook.made_secret, SEALED_FOR)
        webhook.save()
        move.log(EventKind.WEBHOOK_SET, new=webhook.host)
        return webhook


@asks(policy.Right.CONNECT_WEBHOOKS)
def change_webhook(integration: Integration, webhook_id: int, *, by: User, webhook_address: str) -> None:
    """Send to another address instead, signed as before; the same one again turns on what was turned off.

    Raises Stale if it was removed, and as `add_webhook`.
    """
    with door(integration, by) as move:
        move.ask(change_webhook)
        webhook = move.fetch(Webhook, webhook_id)
        _require_address(move, webhook_address, webhook)
        if webhook.address == webhook_address and not webhook.gone_at:
            return
        _require_turn(move)
        old, sealed = webhook.host, sealing.seal(webhook_address, SEALED_FOR)
        move.update(webhook, sealed=sealed, set_by=by, set_at=move.now, gone_at=None)
        move.log(EventKind.WEBHOOK_CHANGED, "address", old=old, new=webhook.host)


@asks(policy.Right.CONNECT_WEBHOOKS)
def rotate_webhook_secret(integration: Integration, webhook_id: int, *, by: User) -> Webhook:
    """Make a new secret. Messages are signed with the one before it too, for another 24 hours.

    What is returned has the new one, as `made_secret`. A second press makes another, for what is shown last is what
    people copy; the receiver's own goes on holding, as nobody has the one in between. Raises Stale if the webhook was
    removed, ValidationError after too many changes in a day.
    """
    with door(integration, by) as move:
        move.ask(rotate_webhook_secret)
        webhook = move.fetch(Webhook, webhook_id)
        _require_turn(move)
        webhook.made_secret = new_secret()
        if not (webhook.old_until and move.now - webhook.secret_at < PRESSED_TWICE):
            move.update(webhook, old_secret=webhook.secret, old_until=move.now + OLD_SECRET_HOLDS)
        move.update(webhook, secret=sealing.seal(webhook.made_secret, SEALED_FOR), secret_at=move.now)
        move.log(EventKind.WEBHOOK_CHANGED, "secret", new=webhook.host)
        return webhook


@asks(policy.Right.TEND_WEBHOOKS)
def remove_webhook(integration: Integration, webhook_id: int, *, by: User) -> None:
    """Forget an address and its secret: nothing more is sent there. Raises Stale if that is done already."""
    with door(integration, by) as move:
        move.ask(remove_webhook)
        _forget(move, move.fetch(Webhook, webhook_id))


def forget_webhooks(move: Move) -> None:
    """Part of closing an integration."""
    for webhook in move.integration.webhooks.all():
        _forget(move, webhook)


def _forget(move: Move, webhook: Webhook) -> None:
    move.log(EventKind.WEBHOOK_REMOVED, old=webhook.host)
    webhook.delete()


@adds(alike=False)
@asks(policy.Right.CONNECT_WEBHOOKS)
def send_webhook_test(integration: Integration, webhook_id: int, *, by: User) -> WebhookPost:
    """Send a test message to a webhook. Raises Stale if it was removed or is turned off, ValidationError after too
    many tests.
    """
    with door(integration, by) as move:
        move.require(policy.Right.CONNECT_WEBHOOKS)
        webhook = move.fetch(Webhook, webhook_id)
        if webhook.gone_at:
            raise Stale(_("The webhook is turned off. Save its address again to turn it on."))
        require_turn_to_test(move.integration.webhook_posts.filter(kind=WebhookKind.TEST))
        post = WebhookPost.objects.create(
            key=f"test:{uuid.uuid4().hex}", kind=WebhookKind.TEST, webhook=webhook, integration=move.integration
        )
        outbox.hint_to_send(webhooks.DELIVERIES)
        return post


@asks(policy.Right.TEND_WEBHOOKS)
def repost_to_webhook(integration: Integration, post_id: int, *, by: User) -> None:
    """Try a message again. Raises Stale if it is no longer failed."""
    with door(integration, by) as move:
        move.ask(repost_to_webhook)
        try_again(move.integration.webhook_posts.filter(pk=post_id), webhooks.DELIVERIES)


def _require_address(move: Move, address: str, changed: Webhook | None = None) -> None:
    """Raise ValidationError for what is no address, Stale for that of another webhook than the one `changed`."""
    try:
        require_https_address(address)
    except ValidationError as error:
        raise ValidationError({"webhook_address": error.messages}) from None
    if any(one.address == address for one in move.integration.webhooks.all() if one != changed):
        raise Stale(_("There is a webhook to this address already."))


def _require_turn(move: Move) -> None:
    changes = move.integration.events.filter(kind__in=(EventKind.WEBHOOK_SET, EventKind.WEBHOOK_CHANGED))
    often = _("%(most)s changes of webhooks in 24 hours is the maximum. You can go on at %(when)s.")
    room.require_turn(changes, "at", room.WEBHOOK_CHANGES_A_DAY, often)
