"""3.1 and 4.1: the scenario catalogue, an integration's own set, its runs, and 3.2 Digipost's approval."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..basic_scenarios import BASIC_SCENARIOS
from ..gates import translated
from ..process import ChangeKind, Condition, Environment, Interface, Outcome, Rung, ScopeMode
from ..texts import mid_sentence
from .base import Record
from .document import Document
from .integration import Integration

THE_BEGINNING = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""Since when the first catalogue is in force: before any set was agreed on, also one of a story that is told later."""


class CatalogueQuerySet(models.QuerySet["CatalogueScenario"]):
    def in_force(self) -> CatalogueQuerySet:
        return self.filter(valid_to__isnull=True)

    def seed_if_empty(self) -> None:
        """Start the catalogue with T01–T26 of basic_scenarios.py; after that it belongs to the staff."""
        if self.exists():
            return
        self.bulk_create(
            self.model(
                code=basic.code,
                title=_source(basic.title),
                passes_when=_source(basic.passes_when),
                interface=basic.interface,
                condition=basic.condition,
                oracle=basic.oracle,
                valid_from=THE_BEGINNING,
                touched_by=list(basic.touched_by),
            )
            for basic in BASIC_SCENARIOS
        )


def _source(text: object) -> str:
    """The English source of a lazy text: stored, and translated when shown."""
    with override(None):
        return str(text)


class CatalogueScenario(Record):
    """A version of a basic scenario. Editing ends one and starts the next: sets keep what was agreed."""

    code = models.CharField(_("id"), max_length=10)
    title = models.CharField(_("scenario"), max_length=200)
    interface = models.CharField(_("interface"), max_length=10, choices=Interface.choices, default=Interface.BOTH)
    condition = models.CharField(_("applies when"), max_length=20, choices=Condition.choices, default=Condition.ALWAYS)
    passes_when = models.CharField(_("passes when"), max_length=500)
    least_rung = models.CharField(
        _("asked at least"), max_length=10, choices=Rung.choices, default=Rung.SAID, db_default=Rung.SAID
    )
    max_age_days = models.PositiveSmallIntegerField(_("days that a run counts"), null=True, blank=True)
    oracle = models.TextField(_("what proves it"), blank=True, default="", db_default="")  # see evidence/oracles.py
    touched_by = models.JSONField(_("retested after"), default=list, db_default=[], blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("basic scenario")
        verbose_name_plural = _("basic scenarios")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint("code", condition=models.Q(valid_to__isnull=True), name="catalogue_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.shown_title}"

    @property
    def shown_title(self) -> str:
        return translated(self.title)

    @property
    def shown_passes_when(self) -> str:
        return translated(self.passes_when)

    @property
    def shown_touched_by(self) -> str:
        """After which changes it is retested, in words."""
        return ", ".join(mid_sentence(kind.label) for kind in ChangeKind if kind in self.touched_by)


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def current(self) -> ScenarioQuerySet:
        return self.filter(removed_at__isnull=True)

    def with_latest_run(self) -> ScenarioQuerySet:
        """Annotated with the latest run's outcome, day and rung: `latest`, `latest_on` and `latest_rung`, or None."""
        run = ScenarioRun.objects.filter(scenario=models.OuterRef("pk"))
        of = {"latest": "outcome", "latest_on": "ran_on", "latest_rung": "rung"}
        return self.annotate(**{name: models.Subquery(run.values(column)[:1]) for name, column in of.items()})


def latest_runs(scenarios: Iterable[Scenario]) -> dict[int, ScenarioRun]:
    """The run of each that counts, by the scenario's primary key, with who recorded it and its document."""
    latest = models.Subquery(ScenarioRun.objects.filter(scenario=models.OuterRef("pk")).values("pk")[:1])
    pks = Scenario.objects.filter(pk__in=[one.pk for one in scenarios]).annotate(run=latest).values("run")
    runs = ScenarioRun.objects.filter(pk__in=pks).order_by()
    return {run.scenario_id: run for run in runs.select_related("recorded_by", "document")}


class Scenario(Record):
    """A scenario of an integration's set, in its own wording: what was agreed stays when the catalogue changes."""

    integration = models.ForeignKey(Integration, models.PROTECT, related_name="scenarios")
    environment = models.CharField(max_length=10, choices=Environment.choices, default=Environment.TEST)
    code = models.CharField(_("id"), max_length=10)
    title = models.CharField(_("scenario"), max_length=200)
    passes_when = models.CharField(_("passes when"), max_length=500)
    required = models.BooleanField(_("required"), default=True)
    print_trial = models.BooleanField(_("is a trial of print"), default=False)
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    latest: str | None
    latest_on: datetime.date | None
    latest_rung: str | None

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["environment", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                "integration",
                "environment",
                "code",
                condition=models.Q(removed_at__isnull=True),
                name="scenario_once_in_a_set",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.shown_title}"

    @property
    def shown_title(self) -> str:
        return translated(self.title)

    @property
    def shown_passes_when(self) -> str:
        return translated(self.passes_when)


def latest_first(prefix: str = "") -> list[Any]:
    """The order of runs, with the way to them as a `prefix`: the first of a scenario is the one that counts."""
    place = Coalesce(f"{prefix}behind_id", f"{prefix}pk", output_field=models.BigIntegerField())
    ahead = models.F(f"{prefix}behind_id").asc(nulls_first=True)
    return [f"-{prefix}ran_on", place.desc(), ahead, f"-{prefix}pk"]


class ScenarioRun(Record):
    """One run of a scenario. Runs are only added; the latest counts, of one day the one that was recorded last.

    But one whose time is known, and that is recorded after what is known as well and happened later, counts `behind`
    that run.
    `rung` is how it is known: what somebody says, a document that shows it, and so on up. `found` is what a machine
    found in it: of a test report its format, file and numbers of tests, of what Digipost says its signs.
    """

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="runs")
    ran_on = models.DateField(_("date"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    rung = models.CharField(
        _("how it is known"), max_length=10, choices=Rung.choices, default=Rung.SAID, db_default=Rung.SAID
    )
    found = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    note = models.TextField(_("note"), blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    behind = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("scenario run")
        verbose_name_plural = _("scenario runs")
        ordering = latest_first()

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.outcome}"

    @property
    def happened_at(self) -> datetime.datetime | None:
        """When Digipost said so; None of all that has a day alone."""
        at = self.found.get("at")
        return datetime.datetime.fromisoformat(at) if at else None

    @property
    def overtaken(self) -> bool:
        """Whether anything was recorded in its set since: then the same again is another run, and no second press."""
        set_of = {
            "scenario__integration": self.scenario.integration_id,
            "scenario__environment": self.scenario.environment,
        }
        return ScenarioRun.objects.filter(**set_of, recorded_at__gt=self.recorded_at).exists()


class Verification(Record):
    """3.2: Digipost's approval of the tests. Withdrawn by the system when what it rests on is no longer true."""

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="verification")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        verbose_name = _("approval of the tests")
        verbose_name_plural = _("approvals of the tests")

    def __str__(self) -> str:
        return str(self.integration_id)

    @property
    def stands(self) -> bool:
        return self.approved_at is not None


class ProductionScope(Record):
    """4.1: which tests are run in production, or why none are. The scenarios are `Scenario`s of that environment."""

    integration = models.OneToOneField(Integration, models.PROTECT, related_name="production_scope")
    mode = models.CharField(_("scope"), max_length=12, choices=ScopeMode.choices, blank=True)
    reason = models.TextField(_("why they are not needed"), blank=True)
    no_print_trial_reason = models.TextField(_("why there is no trial of print"), blank=True)

    class Meta:
        verbose_name = _("scope of production tests")
        verbose_name_plural = _("scopes of production tests")

    def __str__(self) -> str:
        return self.mode
