"""Records -> the frozen dataclasses that gates reads, for one integration or for many, in as many queries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet

from . import gates
from .actors import members_of
from .clock import date_of, today
from .compiled import Compiled
from .models import (
    Accounts,
    Agreement,
    CarriedOver,
    CatalogueScenario,
    ChecklistItem,
    Confirmation,
    DeclaredChange,
    Deviation,
    ExceptionGrant,
    FollowUpItem,
    Heartbeat,
    Integration,
    Launch,
    Meeting,
    MeetingKind,
    Milestone,
    MutualAccord,
    NoticeReceipt,
    Operations,
    ProductionScope,
    Scenario,
    ServiceDecision,
    SolutionDescription,
    item_key,
)
from .process import Accord, AgreementKind, ChangeKind, Environment, MilestoneState, Phase, Role, Rung, Status

CHUNK = 200
"""How many integrations are evaluated at a time when all are: keeps memory flat."""


def integration_now(pk: int) -> Integration:
    """The integration as it is stored now, with all that there is one of. Raises DoesNotExist."""
    return INTEGRATION.get(pk)


def facts_of(integration: Integration, day: datetime.date | None = None) -> gates.Facts:
    """Everything recorded about one integration. See `facts_for`."""
    return facts_for([integration], day)[integration.pk]


def facts_for(integrations: Iterable[Integration], day: datetime.date | None = None) -> dict[int, gates.Facts]:
    """Everything recorded about these integrations as it stands on `day` (default: today), by primary key.

    The integrations should come from `integration_now` or `with_records()`; otherwise each costs queries of its own.
    """
    rows = list(integrations)
    records = _Records([integration.pk for integration in rows])
    return {integration.pk: records.facts(integration, day or today()) for integration in rows}


def all_facts(day: datetime.date | None = None) -> Iterator[tuple[Integration, gates.Facts]]:
    """Every integration with its facts, a chunk at a time."""
    last = 0
    while rows := list(_chunk_after(last)):
        last = rows[-1].pk
        found = facts_for(rows, day)
        yield from ((integration, found[integration.pk]) for integration in rows)


def _chunk_after(pk: int) -> QuerySet[Integration]:
    rows = Integration.objects.with_records().prefetch_related("waiting_items")
    return rows.filter(pk__gt=pk).order_by("pk")[:CHUNK]


def _columns(rows: QuerySet[Any], *names: str, **of_others: str) -> Compiled[Any]:
    """Of these rows the columns that the gates read, by name; `of_others` are columns of what they refer to."""
    annotated = rows.annotate(**{name: F(column) for name, column in of_others.items()})
    return Compiled(annotated.values_list("integration_id", *names, *of_others, named=True))


INTEGRATION = Compiled(Integration.objects.with_records())
MILESTONES = _columns(
    Milestone.objects.order_by("number"),
    *("number", "state", "target_on", "submitted_by_id", "submitted_at", "returned_because", "returned_for"),
)
AGREEMENTS = _columns(
    Agreement.objects.current(), "pk", "kind", "signatory", "signed_on", "document_id", "verified_at"
)
DECISIONS = _columns(ServiceDecision.objects.all(), "service", "choice")
CONFIRMATIONS = _columns(
    Confirmation.objects.current(),
    *("key", "confirmed_by_id", "confirmed_on", "note", "document_id"),
    person_name="confirmed_by__name",
)
CARRIED_OVER = _columns(CarriedOver.objects.current(), "code", "on", "source", person_name="confirmed_by__name")
EXCEPTIONS = _columns(ExceptionGrant.objects.current(), "key", "reason", "until", person_name="granted_by__name")
ITEMS = _columns(
    ChecklistItem.objects.filter(removed_at__isnull=True), "pk", "milestone", "title", "required", "stands_on"
)
MEETINGS = _columns(
    Meeting.objects.recorded(),
    *("pk", "kind", "held_on", "sender_people", "digipost_people", "minutes", "document_id"),
)
ACCORDS = Compiled(MutualAccord.objects.all())
SCENARIOS = _columns(
    Scenario.objects.current().with_latest_run(),
    *("code", "title", "environment", "required", "print_trial", "passes_when"),
    *("latest", "latest_on", "latest_rung"),
)
FOLLOW_UPS = _columns(
    FollowUpItem.objects.all(), "pk", "title", "state", "deferred_to", "deferred_until", "accepted_by_id"
)
OPEN_DEVIATIONS = _columns(Deviation.objects.filter(closed_at__isnull=True))
UNREAD = _columns(
    NoticeReceipt.objects.unread().order_by("pk"),
    "member_id",
    reader_name="member__name",
    reader_email="member__user__email",
    reader_id="member__user",
)
OPEN_CHANGES = _columns(
    DeclaredChange.objects.open().with_retests(),
    *("pk", "kind", "retest_by", "code", "title", "latest", "latest_rung", "still_there"),
)
CATALOGUE = Compiled(CatalogueScenario.objects.all())


class _Records:
    """The rows of many integrations, fetched once a table and grouped by integration."""

    def __init__(self, ids: list[int]) -> None:
        def grouped(rows: Compiled[Any]) -> dict[int, list[Any]]:
            groups: dict[int, list[Any]] = defaultdict(list)
            for row in rows.of(ids):
                groups[row.integration_id].append(row)
            return groups

        self.milestones = grouped(MILESTONES)
        self.agreements = grouped(AGREEMENTS)
        self.decisions = grouped(DECISIONS)
        self.confirmations = grouped(CONFIRMATIONS)
        self.carried_over = grouped(CARRIED_OVER)
        self.exceptions = grouped(EXCEPTIONS)
        self.items = grouped(ITEMS)
        self.meetings = grouped(MEETINGS)
        self.accords = grouped(ACCORDS)
        self.scenarios = grouped(SCENARIOS)
        self.follow_ups = grouped(FOLLOW_UPS)
        self.open_deviations = grouped(OPEN_DEVIATIONS)
        self.unread = grouped(UNREAD)
        self.changes = grouped(OPEN_CHANGES)
        self.members = members_of(ids)
        self.catalogue = _catalogue(CATALOGUE.stored())

    def facts(self, integration: Integration, day: datetime.date) -> gates.Facts:
        """All of it: what an integration has one of stands on itself, what it has many of was grouped above."""
        pk = integration.pk
        return gates.Facts(
            today=day,
            status=Status(integration.status),
            phase=Phase(integration.phase),
            is_partner=integration.is_partner,
            accepted=integration.is_accepted,
            certificate_expires_on=integration.certificate_expires_on,
            people=self._with_contact(integration),
            names=self.members[pk].names,
            member_ids=frozenset(self.members[pk].user_ids),
            joined_ids=frozenset(self.members[pk].joined_ids),
            vacated=self.members[pk].vacated,
            carried={
                row.code: gates.CarriedFact(row.on, row.source, row.person_name) for row in self.carried_over[pk]
            },
            milestones={row.number: _milestone(row) for row in self.milestones[pk]},
            agreements=tuple(_agreement(row) for row in self.agreements[pk]),
            services={row.service: row.choice for row in self.decisions[pk]},
            confirmed={row.key: _confirmation(row, self.members[pk].names) for row in self.confirmations[pk]},
            exceptions={
                row.key: gates.ExceptionFact(row.reason, row.person_name, row.until) for row in self.exceptions[pk]
            },
            items=tuple(_item(row) for row in self.items[pk]),
            meetings=tuple(_meeting(row) for row in self.meetings[pk]),
            solution=_solution(integration.solution),
            accords={
                row.subject: gates.AccordFact(bool(row.sender_at), bool(row.digipost_at)) for row in self.accords[pk]
            },
            catalogue=self._catalogue(pk),
            scenarios=tuple(_scenario(row) for row in self.scenarios[pk]),
            approval_recorded=integration.verification.stands,
            follow_ups=tuple(_follow_up(row) for row in self.follow_ups[pk]),
            notice_readers=len(self.members[pk].readers),
            unread_by=tuple(_reader(row, integration.operations.shared_mailbox) for row in self.unread[pk]),
            open_deviations=len(self.open_deviations[pk]),
            changes=tuple(_changes(self.changes[pk])),
            **_accounts(integration.accounts),
            **_scope(integration.production_scope),
            **_launch(integration.launch),
            **_operations(integration.operations),
            **_heartbeat(getattr(integration, "heartbeat", None)),
        )

    def _with_contact(self, integration: Integration) -> dict[Role, tuple[gates.Person, ...]]:
        people = dict(self.members[integration.pk].roles)
        contact = integration.onboarding_contact
        if contact is not None and contact.is_active and contact.is_staff:
            people[Role.ONBOARDING] = (gates.Person(contact.name, contact.email, contact.pk),)
        return people

    def _catalogue(self, pk: int) -> tuple[gates.BasicScenarioFact, ...]:
        """The catalogue as it was when both sides agreed on the set, or as it is now while they have not."""
        accord = next((row for row in self.accords[pk] if row.subject == Accord.SCENARIOS), None)
        moment = accord.completed_at if accord else None
        return tuple(
            fact
            for row, fact in self.catalogue
            if (row.valid_to is None if moment is None else _in_force(row, moment))
        )


@lru_cache(maxsize=1)
def _catalogue(rows: tuple[tuple[Any, ...], ...]) -> list[tuple[CatalogueScenario, gates.BasicScenarioFact]]:
    """Every entry there ever was, as the gates read it: made anew only where a row is another one."""
    return [(row, _basic_scenario(row)) for row in CATALOGUE.made_of(rows)]


def _in_force(row: CatalogueScenario, moment: datetime.datetime) -> bool:
    return row.valid_from <= moment and (row.valid_to is None or row.valid_to > moment)


# --- One record as the gates read it: a named tuple, of what there are many, as the columns above name it


def _milestone(row: Any) -> gates.MilestoneFact:
    return gates.MilestoneFact(
        state=MilestoneState(row.state),
        target_on=row.target_on,
        submitted_by_id=row.submitted_by_id,
        submitted_at=row.submitted_at,
        submitted_on=row.submitted_at and date_of(row.submitted_at),
        returned_because=row.returned_because,
        returned_for=tuple(row.returned_for),
    )


def _agreement(row: Any) -> gates.AgreementFact:
    return gates.AgreementFact(
        kind=AgreementKind(row.kind),
        signatory=row.signatory,
        signed_on=row.signed_on,
        has_document=row.document_id is not None,
        verified=row.verified_at is not None,
        pk=row.pk,
    )


def _confirmation(row: Any, names: Mapping[int, str]) -> gates.ConfirmationFact:
    by = names.get(row.confirmed_by_id, row.person_name)
    return gates.ConfirmationFact(by, row.confirmed_on, row.note, row.document_id)


def _reader(row: Any, mailbox: str) -> gates.Person:
    if row.member_id is None:
        return gates.Person(mailbox, mailbox)
    return gates.Person(row.reader_name, row.reader_email, row.reader_id)


def _item(row: Any) -> gates.ItemFact:
    return gates.ItemFact(item_key(row.pk), row.milestone, row.title, row.required, Role(row.stands_on))


def _meeting(row: Any) -> gates.MeetingFact:
    return gates.MeetingFact(
        held_on=row.held_on,
        sender_people=row.sender_people,
        digipost_people=row.digipost_people,
        has_minutes=bool(row.minutes or row.document_id),
        is_kickoff=row.kind == MeetingKind.KICKOFF,
        pk=row.pk,
    )


def _solution(row: SolutionDescription) -> gates.SolutionFact:
    return gates.SolutionFact(
        row.recipient_identification, row.sending, row.interface, row.internal_systems, tuple(row.document_types)
    )


def _basic_scenario(row: CatalogueScenario) -> gates.BasicScenarioFact:
    said = (row.code, row.title, row.interface, row.condition, row.passes_when)
    return gates.BasicScenarioFact(*said, row.least_rung, row.max_age_days, row.oracle, tuple(row.touched_by))


def _scenario(row: Any) -> gates.ScenarioFact:
    return gates.ScenarioFact(
        code=row.code,
        title=row.title,
        environment=Environment(row.environment),
        required=row.required,
        latest=row.latest or "",
        ran_on=row.latest_on,
        rung=row.latest_rung or Rung.SAID,
        print_trial=row.print_trial,
        passes_when=row.passes_when,
    )


def _changes(rows: list[Any]) -> Iterator[gates.ChangeFact]:
    """Of a row for each scenario, as `with_retests` has them, a fact for each change."""
    for _pk, group in groupby(rows, key=lambda row: row.pk):
        of_one = list(group)
        change, touched = of_one[0], tuple(_retest(row) for row in of_one if row.code)
        yield gates.ChangeFact(change.pk, ChangeKind(change.kind), change.retest_by, touched)


def _retest(row: Any) -> gates.RetestFact:
    return gates.RetestFact(
        row.code or "", row.title or "", row.latest or "", row.latest_rung or Rung.SAID, row.still_there is not None
    )


def _follow_up(row: Any) -> gates.FollowUpFact:
    return gates.FollowUpFact(
        row.title, row.state, row.deferred_to, row.deferred_until, row.accepted_by_id is not None, row.pk
    )


def _accounts(row: Accounts) -> dict[str, Any]:
    return {
        "test_account_id": row.test_account_id,
        "production_account_id": row.production_account_id,
        "production_enabled": row.production_enabled,
        "details_passed": row.details_passed_at is not None,
        "details_acknowledged": row.details_acknowledged_at is not None,
    }


def _scope(row: ProductionScope) -> dict[str, Any]:
    return {
        "scope_mode": row.mode,
        "scope_reason": row.reason,
        "no_print_trial_reason": row.no_print_trial_reason,
    }


def _launch(row: Launch) -> dict[str, Any]:
    return {
        "launch_on": row.launch_on,
        "launch_confirmed": row.date_confirmed_by_id is not None,
        "first_sending_on": row.first_sending_on,
        "documents_sent": row.documents_sent,
        "sender_confirmed": row.sender_confirmed_at is not None,
        "digipost_confirmed": row.digipost_confirmed_at is not None,
        "manual_approval_decided": row.manual_approval is not None,
    }


def _operations(row: Operations) -> dict[str, Any]:
    return {
        "monitoring": row.monitoring,
        "deviations_told_to": row.deviations_told_to,
        "shared_mailbox": row.shared_mailbox,
    }


def _heartbeat(row: Heartbeat | None) -> dict[str, Any]:
    return {
        "monitoring_beats": row is not None and row.last_beat_at is not None,
        "monitoring_silent": row is not None and row.silent_since is not None,
    }
