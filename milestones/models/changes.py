"""D.4: a change that the sender declares in operations, and what of the test set is retested after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..process import ChangeKind, Environment, Phase, ServiceChoice
from .base import Record
from .event import EventKind
from .integration import Integration
from .scenarios import Scenario, ScenarioRun

_OuterRef = models.OuterRef


class DeclaredChangeQuerySet(models.QuerySet["DeclaredChange"]):
    def open(self) -> DeclaredChangeQuerySet:
        """Those whose retest is still waited for."""
        return self.filter(withdrawn_at__isnull=True, completed_at__isnull=True)

    def with_retests(self) -> DeclaredChangeQuerySet:
        """A row for each scenario that a change touches, and one for a change that touches none.

        Annotated with `code` and `title`; `still_there`, the scenario of that id in the set now, if there is one; and
        with `latest` and `latest_rung` of the run of it that counts since the declaration.
        """
        there = Scenario.objects.current().filter(
            integration=_OuterRef("integration"), environment=Environment.TEST, code=_OuterRef("scenarios__code")
        )
        since = ScenarioRun.objects.filter(
            scenario__integration=_OuterRef("integration"),
            scenario__environment=Environment.TEST,
            scenario__removed_at__isnull=True,
            scenario__code=_OuterRef("scenarios__code"),
            ran_on__gte=_OuterRef("declared_on"),
            recorded_at__gt=_OuterRef("declared_at"),
        )
        of_each: dict[str, Any] = {
            "code": models.F("scenarios__code"),
            "title": models.F("scenarios__title"),
            "still_there": models.Subquery(there.values("pk")[:1]),
            "latest": models.Subquery(since.values("outcome")[:1]),
            "latest_rung": models.Subquery(since.values("rung")[:1]),
        }
        return self.annotate(**of_each).order_by("pk", "scenarios__code")


class DeclaredChange(Record):
    """A change to what is in operations. `scenarios` are those of the test set that it touches, as they were then.

    It is withdrawn by the sender, or completed by the system once all of them have passed again.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="declared_changes")
    kind = models.CharField(_("what changes"), max_length=12, choices=ChangeKind.choices)
    description = models.TextField(_("description"))
    retest_by = models.DateField(_("retested by"))
    scenarios = models.ManyToManyField(Scenario, related_name="+", verbose_name=_("scenarios"), blank=True)
    declared_on = models.DateField(_("declared"))
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.TextField(_("why it was withdrawn"), blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    code: str | None
    title: str | None
    still_there: int | None
    latest: str | None
    latest_rung: str | None

    objects = DeclaredChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared change")
        verbose_name_plural = _("declared changes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="declared_change_kind_known"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(completed_at__isnull=True),
                name="declared_change_ends_once",
            ),
            models.CheckConstraint(
                condition=models.Q(retest_by__gte=models.F("declared_on")), name="declared_change_retested_after"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_open(self) -> bool:
        """Whether its retest is still waited for."""
        return self.withdrawn_at is None and self.completed_at is None

    @property
    def overtaken(self) -> bool:
        """Whether the same again is another change, and no second press."""
        return not self.is_open


def runs_since(changes: Sequence[DeclaredChange]) -> dict[int, dict[str, ScenarioRun]]:
    """For each of these changes of one integration, the run that counts since, by the scenario's id.

    Of a change that has ended, the run that counted then. One query, with who recorded it and its document.
    """
    if not changes:
        return {}
    runs = ScenarioRun.objects.filter(
        scenario__integration=changes[0].integration_id,
        scenario__environment=Environment.TEST,
        ran_on__gte=min(change.declared_on for change in changes),
        recorded_at__gt=min(change.declared_at for change in changes),
    ).select_related("scenario", "recorded_by", "document")
    found: dict[int, dict[str, ScenarioRun]] = {change.pk: {} for change in changes}
    for run in runs:  # the latest first
        for change in changes:
            if _counts(run, change):
                found[change.pk].setdefault(run.scenario.code, run)
    return found


def services_undeclared(integration: Integration) -> list[str]:
    """The services that were taken into use in operations, after it was decided otherwise, and of which no change has
    been declared since. One query."""
    decided = integration.events.filter(
        kind=EventKind.SERVICE_DECIDED,
        from_value__in=[ServiceChoice.SKIP, ServiceChoice.LATER],
        to_value=ServiceChoice.USE,
    )
    launched = integration.events.filter(kind=EventKind.PHASE_CHANGED, to_value=Phase.OPERATIONS).order_by("-pk")
    declared = integration.declared_changes.filter(kind=ChangeKind.SERVICE, withdrawn_at__isnull=True)
    since = decided.filter(at__gt=models.Subquery(launched.values("at")[:1])).exclude(
        models.Exists(declared.filter(declared_at__gte=_OuterRef("at")))
    )
    return sorted(set(since.order_by().values_list("subject", flat=True)))


def _counts(run: ScenarioRun, change: DeclaredChange) -> bool:
    if run.ran_on < change.declared_on or run.recorded_at <= change.declared_at:
        return False
    ended = change.completed_at or change.withdrawn_at
    return run.recorded_at <= ended if ended else run.scenario.removed_at is None
