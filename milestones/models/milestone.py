"""A milestone of an integration: upcoming → in progress → submitted → approved."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from .. import policy
from ..gates import Unmet
from ..process import MILESTONE_TITLES, MilestoneState, Status
from .base import Record
from .integration import Integration, IntegrationQuerySet
from .state import StateField
from .user import User


def gate_is_open(milestone: Any) -> bool:
    """Whether what workflow evaluated under the lock leaves nothing unmet. Not evaluated means closed."""
    return bool(milestone.unmet == [])


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def awaiting_approval(self) -> MilestoneQuerySet:
        """Submitted on active integrations, oldest first."""
        return self.filter(state=MilestoneState.SUBMITTED, integration__status=Status.ACTIVE).order_by("submitted_at")

    def integrations(self) -> IntegrationQuerySet:
        """The integrations of these milestones."""
        return Integration.objects.filter(milestones__in=self)


class Milestone(Record):
    """One of the five. `target_on` is the plan's date, `baseline_on` the date that both sides first agreed."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField(_("number"))
    state = StateField(_("state"), max_length=20, choices=MilestoneState.choices, default=MilestoneState.UPCOMING)
    target_on = models.DateField(_("target date"), null=True, blank=True)
    baseline_on = models.DateField(_("baseline"), null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    # The columns keep the name that databases know: renaming them would stop what still runs during an upgrade.
    returned_because = models.TextField(
        _("reason for return or reopening"),
        blank=True,
        db_column="sent_back_because",
        help_text=_("Stays in sight until the milestone is approved."),
    )
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_column="sent_back_by_id"
    )
    returned_at = models.DateTimeField(null=True, blank=True, db_column="sent_back_at")
    # With defaults in the database: what still runs during an upgrade knows neither column.
    returned_for = models.JSONField(_("what the reason is about"), default=list, db_default=[], blank=True)
    answer = models.TextField(
        _("answer to the return"),
        blank=True,
        db_default="",
        help_text=_("What was mended, as the submitter says. Stays in sight until the milestone is approved."),
    )

    unmet: list[Unmet] | None = None
    """What closes the gate, as workflow found it under the lock; None until evaluated. Not stored."""

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["integration", "number"]
        constraints = [
            models.UniqueConstraint("integration", "number", name="milestone_once"),
            models.CheckConstraint(condition=models.Q(number__range=(1, 5)), name="milestone_number_known"),
            models.CheckConstraint(condition=models.Q(state__in=MilestoneState.values), name="milestone_state_known"),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("submitted_by")), name="milestone_approver_is_not_submitter"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MilestoneState.APPROVED)
                | models.Q(submitted_by__isnull=False, approved_by__isnull=False),
                name="milestone_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MilestoneState.SUBMITTED) | models.Q(submitted_by__isnull=False),
                name="milestone_submitted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {MILESTONE_TITLES[self.number]}"

    @property
    def title(self) -> str:
        return str(MILESTONE_TITLES[self.number])

    @transition(
        field=state,
        source=MilestoneState.UPCOMING,
        target=MilestoneState.IN_PROGRESS,
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def start(self, *, by: User) -> None:
        """Because the milestone before it was approved."""

    @transition(
        field=state,
        source=MilestoneState.IN_PROGRESS,
        target=MilestoneState.SUBMITTED,
        conditions=[gate_is_open],
        permission=lambda self, actor: policy.may(actor, policy.Right.SUBMIT),
    )
    def submit(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=MilestoneState.IN_PROGRESS,
        target=MilestoneState.SUBMITTED,
        conditions=[gate_is_open],
        permission=lambda self, actor: policy.may(actor, policy.Right.CARRY_OVER),
    )
    def carry_over(self, *, by: User) -> None:
        """Submitted by an import, for who did it before the tool was used."""

    @transition(
        field=state,
        source=MilestoneState.SUBMITTED,
        target=MilestoneState.IN_PROGRESS,
        permission=lambda self, actor: policy.may(actor, policy.Right.SUBMIT),
    )
    def withdraw(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=MilestoneState.SUBMITTED,
        target=MilestoneState.IN_PROGRESS,
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def return_milestone(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=MilestoneState.SUBMITTED,
        target=MilestoneState.APPROVED,
        conditions=[gate_is_open],
        permission=lambda self, actor: policy.may_approve(actor, self.submitted_by_id),
    )
    def approve(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=MilestoneState.APPROVED,
        target=MilestoneState.IN_PROGRESS,
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def reopen(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=[MilestoneState.IN_PROGRESS, MilestoneState.SUBMITTED, MilestoneState.APPROVED],
        target=MilestoneState.UPCOMING,
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def put_off(self, *, by: User) -> None:
        """Because an earlier milestone was reopened."""
