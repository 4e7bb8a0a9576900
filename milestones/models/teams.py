"""Messages to Microsoft Teams: the workflow address of a channel, and every message as a row."""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .. import clock
from ..compiled import Compiled, given, insert_all
from .channels import PostQuerySet, SealedAddress
from .event import Event, EventKind
from .integration import Integration
from .outgoing import Outgoing, SendState

SEALED_FOR = "milestones.teams"
LONGEST_ADDRESS = 2000
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_PRINTED = re.compile(r"[!-~]+")
_PRIVATE = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")


def require_workflow_address(address: str) -> None:
    """Raise ValidationError, in words, for what is no address of a workflow in Teams, by TEAMS_HOSTS.

    It is asked by the form, when the address is stored, and again before each message: we send to no other host.
    """
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        raise ValidationError(_("Paste the whole address of the workflow. It begins with https://")) from None
    if _is_loopback_of_tests(split):
        return
    if split.scheme != "https" or not split.hostname or not _PRINTED.fullmatch(address) or "\\" in address:
        raise ValidationError(_("Paste the whole address of the workflow. It begins with https://"))
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("The address has more than %(most)s characters.") % {"most": LONGEST_ADDRESS})
    if "@" in split.netloc or port not in (None, 443) or "#" in address:
        raise ValidationError(_("Paste the address as Teams shows it, without a name, password or another port."))
    if _is_private(split.hostname) or not _is_of_teams(split.hostname):
        raise ValidationError(_("This is not the address of a workflow in Teams. Such an address leads to Microsoft."))


def _is_of_teams(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) and any(host.endswith(one) for one in settings.TEAMS_HOSTS)


def _is_private(host: str) -> bool:
    """Whatever TEAMS_HOSTS says: an address by its number, or a name that means something of our own network."""
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return f".{host}".endswith(_PRIVATE)


def _is_loopback_of_tests(split: SplitResult) -> bool:
    return bool(settings.TEAMS_ON_LOOPBACK and split.scheme == "http" and split.hostname == "127.0.0.1")


class Audience(models.TextChoices):
    """Whose channel it is."""

    INTEGRATION = "integration", _("The integration's channel")
    DIGIPOST = "digipost", _("Digipost's channel")


class TeamsAddressQuerySet(models.QuerySet["TeamsAddress"]):
    def of(self, integration: Integration | None) -> TeamsAddress | None:
        """The address of an integration's channel, or of Digipost's."""
        return self.filter(integration=integration).first()

    def channels(self, integrations: Iterable[int]) -> set[int | None]:
        """Which of these integrations have a channel of their own, and None where Digipost has one."""
        rows = self.filter(models.Q(integration__in=integrations) | models.Q(integration=None))
        return set(rows.values_list("integration_id", flat=True))


class TeamsAddress(SealedAddress):
    """The workflow address of a channel: of an integration, or, without one, of Digipost's whole team.

    Whoever has it can write in the channel.
    """

    sealed_for: ClassVar[str] = SEALED_FOR

    audience = models.CharField(max_length=12, choices=Audience.choices)
    integration = models.OneToOneField(
        Integration, models.PROTECT, null=True, blank=True, related_name="teams_address"
    )

    objects = TeamsAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow address")
        verbose_name_plural = _("workflow addresses")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience="integration", integration__isnull=False)
                | models.Q(audience="digipost", integration__isnull=True),
                name="teams_address_is_of_its_audience",
            ),
            models.UniqueConstraint(
                fields=["audience"], condition=models.Q(audience="digipost"), name="teams_address_of_digipost_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.integration_id or ''}".strip()


@cache  # and made when first asked for: models refer to each other only once all are there
def _channels_of_one() -> Compiled[Any]:
    """As `channels`, of one integration: asked at each event that is told of."""
    theirs = models.Q(integration=given("integration")) | models.Q(integration=None)
    return Compiled(TeamsAddress.objects.filter(theirs).values_list("integration_id"))


class PostKind(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted for approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    LAPSED = "lapsed", _("No longer met")
    OVERDUE = "overdue", _("Overdue")
    TEST = "test", _("Test message")


TELLS_OF: dict[str, PostKind] = {
    EventKind.MILESTONE_SUBMITTED: PostKind.SUBMITTED,
    EventKind.MILESTONE_APPROVED: PostKind.APPROVED,
    EventKind.MILESTONE_RETURNED: PostKind.RETURNED,
    EventKind.REQUIREMENT_LAPSED: PostKind.LAPSED,
}
"""The events that are told of at once, and as what."""


class TeamsPostQuerySet(PostQuerySet["TeamsPost"]):
    def of(self, integration: Integration | None) -> TeamsPostQuerySet:
        """What went, or is to go, to an integration's channel, or to Digipost's."""
        if integration is None:
            return self.filter(audience=Audience.DIGIPOST)
        return self.filter(audience=Audience.INTEGRATION, integration=integration)

    def due(self, *, window_open: bool) -> TeamsPostQuerySet:
        """What may be claimed now."""
        rows = self.claimable()
        return rows if window_open else rows.filter(forced=True)

    def failed_channels(self) -> list[Integration | None]:
        """The channels that could not be told of something: integrations, and None for Digipost's."""
        digiposts = self.filter(audience=Audience.DIGIPOST).failed().exists()
        return [None] * digiposts + self.filter(audience=Audience.INTEGRATION).failed_integrations()

    def queue_event(self, event: Event) -> None:
        """Queue a message about an event to each channel that hears of it; none, where the kind is not told of."""
        if kind := TELLS_OF.get(event.kind):
            day = clock.date_of(event.at)
            channels = {pk for (pk,) in _channels_of_one().given(integration=event.integration_id)}
            self._queue([event.integration_id], channels, kind, f"event-{event.pk}", event=event, day=day)

    def queue_overdue(self, integrations: Iterable[int], day: datetime.date, after: datetime.date) -> int:
        """Queue a message that something of each of these is overdue on `day`, and was not on the day `after`.

        Returns how many.
        """
        all_of_them = list(integrations)
        channels = TeamsAddress.objects.channels(all_of_them)
        return self._queue(all_of_them, channels, PostKind.OVERDUE, f"overdue-{day}", day=day, after=after)

    def _queue(
        self, integrations: list[int], channels: set[int | None], kind: PostKind, occasion: str, **values: Any
    ) -> int:
        told = [(pk, Audience.INTEGRATION) for pk in integrations if pk in channels]
        told += [(pk, Audience.DIGIPOST) for pk in integrations if None in channels]
        rows = [
            TeamsPost(key=f"{audience}:{pk}:{occasion}", kind=kind, audience=audience, integration_id=pk, **values)
            for pk, audience in told
        ]
        insert_all(rows, ignore_conflicts=True)
        return len(rows)


class TeamsPost(Outgoing):
    """One message to one channel. `key` (channel, integration, event or date) makes it once.

    What it says is written when it is sent, and not kept. `after` is, of what is OVERDUE, the day before which it was
    told already.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PostKind.choices)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    integration = models.ForeignKey(Integration, models.PROTECT, null=True, blank=True, related_name="teams_posts")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="teams_posts")
    day = models.DateField(_("date"))
    after = models.DateField(null=True, blank=True)

    objects = TeamsPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to Teams")
        verbose_name_plural = _("messages to Teams")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(state__in=("waiting", "sending")),
                name="teams_still_to_send",
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="teams_failed"),
            models.Index(fields=["audience", "integration", "-id"], name="teams_of_channel"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SendState.values), name="teams_post_state_known"),
            models.CheckConstraint(
                condition=models.Q(audience="digipost") | models.Q(integration__isnull=False),
                name="teams_post_has_its_channel",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def channel(self) -> Integration | None:
        """Whose channel it goes to: the integration's, or, with None, Digipost's."""
        return self.integration if self.audience == Audience.INTEGRATION else None
