"""What: an organisation's integration with Digipost, its phase and its status."""

from __future__ import annotations

import datetime
import secrets
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from .. import policy
from ..process import LAST_MILESTONE, Phase, Role, SenderKind, Status
from ..searching import searchable, spellings
from .base import Record
from .organisation import Organisation
from .state import StateField
from .user import User


def lacks_contact(path: str = "") -> models.Q:
    """That nobody at Digipost who can act is its contact; `path` leads to the integration, as "integration__"."""
    contact = f"{path}onboarding_contact"
    gone = models.Q(**{f"{contact}__is_active": False}) | models.Q(**{f"{contact}__is_staff": False})
    return models.Q(**{f"{contact}__isnull": True}) | gone


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> IntegrationQuerySet:
        """Staff see all; others what they have joined. To anyone else an integration does not exist."""
        if user.is_staff:
            return self
        return self.filter(members__in=user.memberships.joined())

    def found_by(self, words: str) -> IntegrationQuerySet:
        """Those in whose reference, name, organisation or number the words stand, however they are typed."""
        typed = [models.Q(search_text__contains=one) for one in spellings(words)]
        return self.filter(reduce(or_, typed)) if typed else self

    def awaiting_acceptance(self) -> IntegrationQuerySet:
        """Intakes that wait for Digipost, oldest first."""
        return self.filter(accepted_at__isnull=True).exclude(status=Status.CLOSED).order_by("created_at")

    def overdue(self, day: datetime.date) -> IntegrationQuerySet:
        return self.filter(status=Status.ACTIVE, due_on__lt=day)

    def with_records(self) -> IntegrationQuerySet:
        """With all that there is one of, in the same query."""
        return self.select_related(
            "organisation",
            "onboarding_contact",
            "solution",
            "accounts",
            "verification",
            "production_scope",
            "launch",
            "operations",
            "heartbeat",
        )


class SearchTextField(models.TextField):  # type: ignore[type-arg]
    """What a row is found by, written whenever the whole row is, in bulk too."""

    def __init__(self, **_as_migrations_say: object) -> None:
        super().__init__(default="", editable=False)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        setattr(model_instance, self.attname, model_instance.found_by_text)  # type: ignore[attr-defined]
        return str(super().pre_save(model_instance, add))

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """To the database, and to migrations, a text like others."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), kwargs


class Integration(Record):
    """One integration. It is never deleted: it is closed, and its history stays.

    Until staff have accepted it, at `accepted_at`, nobody else is invited. What staff take in is accepted at once.

    `waits_on`, `due_on`, `submitted_at`, `returned` and `search_text` are a snapshot, for lists to filter, sort and
    search by; they are refreshed by `snapshots.refresh` in the transaction that changed the facts.
    """

    reference = models.CharField(_("reference"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="integrations")
    sender_kind = models.CharField(_("kind"), max_length=10, choices=SenderKind.choices, default=SenderKind.SENDER)
    onboarding_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="onboards"
    )
    phase = StateField(_("phase"), max_length=20, choices=Phase.choices, default=Phase.MILESTONE_1)
    status = StateField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    closed_because = models.TextField(_("reason for closing"), blank=True)
    certificate_expires_on = models.DateField(_("certificate expires"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted by Digipost"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)

    waits_on = models.CharField(max_length=20, blank=True, db_index=True)
    due_on = models.DateField(null=True, blank=True, db_index=True)  # the current milestone's target date
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    returned = models.BooleanField(default=False)
    search_text = SearchTextField()

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["reference"]
        constraints = [
            models.CheckConstraint(condition=models.Q(phase__in=Phase.values), name="integration_phase_known"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="integration_status_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=False) | models.Q(accepted_by__isnull=True),
                name="integration_accepted_when_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    @property
    def is_partner(self) -> bool:
        return self.sender_kind == SenderKind.PARTNER

    @property
    def found_by_text(self) -> str:
        owner = self.organisation
        return searchable(f"{self.reference} {self.name} {owner.name} {owner.number}")

    @property
    def has_contact(self) -> bool:
        """Whether somebody at Digipost who can act is its contact; as a filter, `lacks_contact` says the opposite."""
        contact = self.onboarding_contact
        return bool(contact and contact.is_active and contact.is_staff)

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None

    @property
    def is_open(self) -> bool:
        return bool(self.status != Status.CLOSED)

    # Bodies are empty: a transition only says what may follow what. It is called from workflow alone, which locks,
    # asks policy and gates, saves and records. The keyword-only argument keeps templates from firing it.

    @transition(
        field=phase,
        source=[phase.value for phase in Phase if phase is not Phase.OPERATIONS],
        target=GET_STATE(lambda self, **kwargs: Phase(self.phase).next.value, states=Phase.values),
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def advance(self, *, by: User) -> None:
        """To the next milestone, or to operations."""

    @transition(
        field=phase,
        source=Phase.values,
        target=GET_STATE(lambda self, *, by, to: Phase.of(to).value, states=Phase.values[:LAST_MILESTONE]),
        permission=lambda self, actor: policy.may(actor, policy.Right.APPROVE),
    )
    def fall_back(self, *, by: User, to: int) -> None:
        """To milestone `to`, because it was reopened."""

    @transition(
        field=status,
        source=Status.ACTIVE,
        target=Status.PAUSED,
        permission=lambda self, actor: policy.may(actor, policy.Right.STEER),
    )
    def pause(self, *, by: User) -> None: ...

    @transition(
        field=status,
        source=Status.PAUSED,
        target=Status.ACTIVE,
        permission=lambda self, actor: policy.may(actor, policy.Right.STEER),
    )
    def resume(self, *, by: User) -> None: ...

    @transition(
        field=status,
        source=[Status.ACTIVE, Status.PAUSED],
        target=Status.CLOSED,
        permission=lambda self, actor: policy.may(actor, policy.Right.STEER),
    )
    def close(self, *, by: User) -> None: ...


class WaitingItem(Record):
    """One line of an integration's stored next moves: gates.Unmet as a row, so that my work is one query.

    `since` is the day on which it began to wait, `due_on` the day by which it should be done.
    """

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="waiting_items")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    role = models.CharField(max_length=30, choices=Role.choices, db_index=True)
    where = models.CharField(max_length=30)
    params = models.JSONField(default=list)
    since = models.DateField(default=timezone.localdate)
    due_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("waiting item")
        verbose_name_plural = _("waiting items")
        ordering = ["integration", "position"]
        constraints = [models.UniqueConstraint("integration", "position", name="waiting_item_position")]

    def __str__(self) -> str:
        return f"{self.integration_id}: {self.code} {self.reason}"


_CONSONANTS, _VOWELS = "BDFGKLMNPRSTV", "AEIOU"


def new_reference() -> str:
    """A reference that can be said aloud and gives away no count of integrations: BOFA-482."""
    word = "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2)
    return f"{word}-{secrets.randbelow(900) + 100}"
