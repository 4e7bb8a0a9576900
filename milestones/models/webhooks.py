"""Webhooks: addresses of an integration's own systems, the secrets that messages are signed with, and each message."""

from __future__ import annotations

import base64
import datetime
import secrets
import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..compiled import Compiled, insert_all
from .channels import PostQuerySet, SealedAddress, unsealed
from .event import Event, EventKind
from .integration import Integration
from .outgoing import Outgoing, SendState

SEALED_FOR = "milestones.webhooks"
SECRET_PREFIX, SECRET_BYTES = "whsec_", 32
"""As Standard Webhooks has secrets: 24 to 64 random bytes in base64, after a prefix."""
OLD_SECRET_HOLDS = datetime.timedelta(hours=24)
"""How long messages are signed with the former secret too, after another was made."""


def new_secret() -> str:
    """A secret, drawn at random."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    """What a receiver knows a message by that it gets twice."""
    return f"msg_{uuid.uuid4().hex}"


class Webhook(SealedAddress):
    """An address that is told what happens to its integration.

    `secret` and `old_secret` are sealed too; the old one signs until `old_until`. `gone_at` is when the receiver
    answered that there is nobody any more: nothing is sent from then on.
    """

    sealed_for: ClassVar[str] = SEALED_FOR

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="webhooks")
    secret = models.TextField()
    secret_at = models.DateTimeField(_("secret made"), default=timezone.now)
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(_("turned off"), null=True, blank=True)

    made_secret: str = ""
    """On the one whose secret has just been made, for its one page. Stored nowhere."""

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.pk}"

    def secrets_at(self, moment: datetime.datetime) -> list[str]:
        """The secrets that sign a message at that moment, the newest first; without one that no key in force opens."""
        old = self.old_secret if self.old_until and moment < self.old_until else ""
        return [one for sealed in (self.secret, old) if (one := unsealed(sealed, SEALED_FOR))]


class WebhookKind(models.TextChoices):
    """The `type` of a message, by which a receiver tells what happened."""

    SUBMITTED = "milestone.submitted", _("Submitted for approval")
    APPROVED = "milestone.approved", _("Approved")
    RETURNED = "milestone.returned", _("Returned")
    LAPSED = "requirement.lapsed", _("No longer met")
    PRODUCTION_OPENED = "production.opened", _("Production sending opened")
    NOTICE = "notice.sent", _("Notice from Digipost")
    TEST = "webhook.test", _("Test message")


TELLS_OF: dict[str, WebhookKind] = {
    EventKind.MILESTONE_SUBMITTED: WebhookKind.SUBMITTED,
    EventKind.MILESTONE_APPROVED: WebhookKind.APPROVED,
    EventKind.MILESTONE_RETURNED: WebhookKind.RETURNED,
    EventKind.REQUIREMENT_LAPSED: WebhookKind.LAPSED,
    EventKind.PRODUCTION_ENABLED: WebhookKind.PRODUCTION_OPENED,
    EventKind.NOTICE_SENT: WebhookKind.NOTICE,
}
"""The events that are told of, and as what."""


WORKING = Compiled(Webhook.objects.filter(gone_at__isnull=True).values_list("pk"))


class WebhookPostQuerySet(PostQuerySet["WebhookPost"]):
    def queue_event(self, event: Event) -> None:
        """Queue a message about an event to each webhook of its integration; none, where the kind is not told of."""
        if kind := TELLS_OF.get(event.kind):
            about: dict[str, Any] = {"kind": kind, "integration_id": event.integration_id, "event": event}
            rows = [
                WebhookPost(key=f"{pk}:event-{event.pk}", webhook_id=pk, **about)
                for (pk,) in WORKING.of([event.integration_id])
            ]
            insert_all(rows, ignore_conflicts=True)


class WebhookPost(Outgoing):
    """One message to one webhook. `key` (webhook and event) makes it once, `message_id` tells its receiver so.

    What it says follows from the event when it is sent, and is not kept.
    """

    key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=40, default=new_message_id)
    kind = models.CharField(_("kind"), max_length=30, choices=WebhookKind.choices)
    webhook = models.ForeignKey(Webhook, models.SET_NULL, null=True, blank=True, related_name="posts")
    integration = models.ForeignKey(Integration, models.PROTECT, related_name="webhook_posts")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="webhook_posts")

    objects = WebhookPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a webhook")
        verbose_name_plural = _("messages to webhooks")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(state__in=("waiting", "sending")),
                name="webhooks_still_to_send",
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="webhooks_failed"),
            models.Index(fields=["integration", "-id"], name="webhooks_of_integration"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SendState.values), name="webhook_post_state_known"),
        ]

    def __str__(self) -> str:
        return self.key
