"""5.1 follow-up items: open → closed, or deferred with an owner and a date, accepted by Digipost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from .. import policy
from ..process import FollowUpState
from .base import Record
from .integration import Integration
from .state import StateField
from .user import User


def deferral_is_complete(item: Any) -> bool:
    return bool(item.deferred_to and item.deferred_until)


class FollowUpItem(Record):
    """Something to settle before launch. A deferral is proposed on the open item and takes effect when accepted.

    `proposed_by` proposed it for the sender; what Digipost defers by itself, nobody proposed.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="follow_ups")
    title = models.CharField(_("what is to be followed up"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    state = StateField(_("state"), max_length=10, choices=FollowUpState.choices, default=FollowUpState.OPEN)
    resolution = models.TextField(_("how it was settled"), blank=True)
    deferred_to = models.CharField(_("who takes it on"), max_length=150, blank=True)
    deferred_until = models.DateField(_("date"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follow-up item")
        verbose_name_plural = _("follow-up items")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=FollowUpState.values), name="follow_up_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=FollowUpState.DEFERRED)
                | models.Q(accepted_by__isnull=False, deferred_until__isnull=False),
                name="follow_up_deferral_accepted",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted_by=models.F("proposed_by")), name="follow_up_accepted_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def deferral_proposed(self) -> bool:
        return self.state == FollowUpState.OPEN and deferral_is_complete(self)

    @transition(
        field=state,
        source=FollowUpState.OPEN,
        target=FollowUpState.CLOSED,
        permission=lambda self, actor: policy.may(actor, policy.Right.DESCRIBE),
    )
    def close(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=FollowUpState.OPEN,
        target=FollowUpState.DEFERRED,
        conditions=[deferral_is_complete],
        permission=lambda self, actor: policy.may(actor, policy.Right.ACCEPT_DEFERRAL),
    )
    def defer(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=[FollowUpState.CLOSED, FollowUpState.DEFERRED],
        target=FollowUpState.OPEN,
        permission=lambda self, actor: policy.may(actor, policy.Right.DESCRIBE),
    )
    def reopen(self, *, by: User) -> None: ...
