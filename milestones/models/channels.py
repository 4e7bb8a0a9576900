"""What channels in Teams and webhooks have in common: an address that is kept sealed, and messages as rows."""

from __future__ import annotations

from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import sealing
from .base import Record
from .integration import Integration
from .outgoing import OutgoingQuerySet, SendState

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)

SHOWN = 4
"""Characters at its end by which somebody who has an address tells it from another."""


def unsealed(sealed: str, purpose: str) -> str:
    """A secret again, or nothing where no key in force has sealed it."""
    try:
        return sealing.unseal(sealed, purpose)
    except InvalidToken:
        return ""


class SealedAddress(Record):
    """An address to which messages are sent. It is kept sealed, and shown to nobody once it is stored: see `hint`."""

    sealed_for: ClassVar[str]
    """What the address is for, see `sealing`."""

    sealed = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The address itself, for sending alone; empty where no key in force has sealed it."""
        return unsealed(self.sealed, self.sealed_for)

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def hint(self) -> str:
        """By what whoever saved it knows it again: its host and its last characters."""
        return f"{self.host} … {self.address[-SHOWN:]}" if self.address else ""


class PostQuerySet(OutgoingQuerySet[Row_co]):
    """Messages to channels of integrations."""

    def failed(self) -> OutgoingQuerySet[Row_co]:
        return self.filter(state=SendState.FAILED).order_by()

    def failed_integrations(self) -> list[Integration]:
        """The integrations of which something could not be told."""
        return list(Integration.objects.filter(pk__in=self.failed().values("integration")).order_by("reference"))
