"""Imports: a spreadsheet of running integrations, its rows, and what was carried over by them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from .. import clock, policy
from .base import Record
from .checklist import CurrentQuerySet
from .event import Event, EventKind
from .integration import Integration
from .state import StateField
from .user import User


class ImportState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    PROPOSED = "proposed", _("Waits for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    DISCARDED = "discarded", _("Discarded")


class RowState(models.TextChoices):
    WAITING = "waiting", _("Waits")
    DONE = "done", _("Taken in")
    FAILED = "failed", _("Not taken in")


class Change(models.TextChoices):
    """What a row does, as it was last checked."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    WRONG = "wrong", _("Errors")


class ImportQuerySet(models.QuerySet["Import"]):
    def to_confirm_by(self, user: User) -> ImportQuerySet:
        """Those that wait for somebody like `user`: for staff who did not prepare them."""
        return self.filter(state=ImportState.PROPOSED).exclude(uploaded_by=user)

    def under_way(self) -> ImportQuerySet:
        """Confirmed, with rows that are not taken in yet."""
        return self.filter(state=ImportState.CONFIRMED, rows__state=RowState.WAITING).distinct()


class Import(Record):
    """A spreadsheet that one of Digipost's staff prepares and another one confirms.

    `heads` are its columns as it calls them; `columns` say, for each, which of ours it is ("" for none). `version`
    counts what is changed in it, so that what is confirmed is what was seen. `totals` count what its rows do, as they
    were last checked: see `imports.checking.Does`.
    """

    state = StateField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    file_name = models.CharField(_("file"), max_length=200)
    heads = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    totals = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("uploaded_by")), name="import_confirmed_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ImportState.CONFIRMED) | models.Q(confirmed_by__isnull=False),
                name="import_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_draft(self) -> bool:
        return bool(self.state == ImportState.DRAFT)

    @property
    def is_proposed(self) -> bool:
        return bool(self.state == ImportState.PROPOSED)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.state == ImportState.CONFIRMED)

    @property
    def overtaken(self) -> bool:
        """Whether it is over: the same spreadsheet may be uploaded anew, see `SentForm.stands`."""
        return self.state in (ImportState.CONFIRMED, ImportState.DISCARDED)

    # As with integrations and milestones: a transition only says what may follow what, and workflow does the rest.

    @transition(
        field=state,
        source=ImportState.DRAFT,
        target=ImportState.PROPOSED,
        permission=lambda self, user: policy.may_prepare(user, self.uploaded_by_id),
    )
    def propose(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=ImportState.PROPOSED,
        target=ImportState.DRAFT,
        permission=lambda self, user: policy.may_prepare(user, self.uploaded_by_id),
    )
    def withdraw(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=ImportState.PROPOSED,
        target=ImportState.CONFIRMED,
        permission=lambda self, user: policy.may_confirm(user, self.uploaded_by_id),
    )
    def confirm(self, *, by: User) -> None: ...

    @transition(
        field=state,
        source=[ImportState.DRAFT, ImportState.PROPOSED],
        target=ImportState.DISCARDED,
        permission=lambda self, user: user.is_staff,
    )
    def discard(self, *, by: User) -> None: ...


class ImportRow(Record):
    """A row of the spreadsheet, as it was written there or corrected here; `line` is its number in the sheet.

    What its cells say is forgotten once it is taken in or discarded: it is on the integration then, or nowhere.
    """

    part_of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    change = models.CharField(max_length=10, choices=Change.choices, default=Change.WRONG)
    reaches = models.PositiveSmallIntegerField(default=0)
    """The milestones that are approved when it has been taken in, from the first on."""
    does = models.JSONField(default=list)
    """What it does, counted as `imports.checking.Does` has it: taking it in does no more than that."""
    marks = models.JSONField(null=True, blank=True)
    """Of what it changes, from and to, when it was last judged: taking it in changes nothing else. None: not kept."""
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.WAITING)
    told = models.TextField(blank=True)
    integration = models.ForeignKey(Integration, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["part_of", "line"]
        constraints = [models.UniqueConstraint("part_of", "line", name="import_line_once")]

    def __str__(self) -> str:
        return f"{self.part_of_id}: {self.line}"


_TAKES_BACK = {
    EventKind.AGREEMENT_WITHDRAWN: "1.1",
    EventKind.VERIFICATION_WITHDRAWN: "3.2",
    EventKind.PRODUCTION_DISABLED: "3.3",
    EventKind.CONFIRMATION_WITHDRAWN: "",
    EventKind.CARRIED_OVER_ENDED: "",
}
"""Which requirement an event takes back; "" where the event names it. What a spreadsheet says of an earlier day does
not bring it back."""


def taken_back(integrations: Iterable[Integration]) -> dict[tuple[int, str], datetime.date]:
    """When a requirement was last taken back here, by integration (primary key) and code."""
    events = Event.objects.filter(integration__in=integrations, kind__in=_TAKES_BACK).order_by("pk")
    found = events.values_list("integration", "kind", "subject", "at")
    return {(pk, _TAKES_BACK[EventKind(kind)] or subject): clock.date_of(at) for pk, kind, subject, at in found}


class CarriedOver(Record):
    """That requirement `code` was met before the tool was used, as an import says: when, and known from where.

    Two of Digipost's staff vouch for it. What contradicts it ends it, and says why.
    """

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="carried_over")
    code = models.CharField(max_length=3)
    on = models.DateField(_("date"))
    source = models.CharField(_("source"), max_length=250)
    row = models.ForeignKey(ImportRow, models.PROTECT, related_name="carried_over")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("carried-over fact")
        verbose_name_plural = _("carried-over facts")
        ordering = ["integration", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                "integration", "code", condition=models.Q(ended_at__isnull=True), name="carried_over_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(recorded_by=models.F("confirmed_by")), name="carried_over_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return self.code
