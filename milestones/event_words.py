"""How an event reads: what its recorded keys, dates and counts say to people, a formatter for each EventKind."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .gates import SOLUTION_PARTS, translated
from .models import Accounts, EventKind, Meeting, MeetingKind, Operations
from .process import (
    Accord,
    AgreementKind,
    DocumentType,
    Environment,
    FollowUpState,
    Interface,
    MilestoneState,
    Outcome,
    Party,
    Phase,
    Role,
    ScopeMode,
    Service,
    ServiceChoice,
    Status,
    Text,
)

Labels = Mapping[str, Text]

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class Formatter:
    """Reads events of a kind: keys by their labels, and dates as dates where values are no keys."""

    subjects: Labels = field(default_factory=dict)
    values: Labels | None = None

    def subject(self, recorded: str) -> str:
        """What the event is about, in the language in force."""
        return str(self.subjects.get(recorded, recorded))

    def value(self, recorded: str) -> str:
        """What it changed from or to, in the language in force."""
        if self.values is None:
            return _with_dates(recorded)
        return ", ".join(str(self.values.get(key, key)) for key in _keys(recorded))


class PartsFormatter(Formatter):
    """Where the subject has parts: “T07 test”, the scenario's id and where it ran."""

    def subject(self, recorded: str) -> str:
        return _with_dates(" ".join(str(self.subjects.get(part, part)) for part in recorded.split(" ")))


class MeetingFormatter(PartsFormatter):
    """“kickoff 2027-03-01 minutes”: the meeting and what of it changed, which may be its kind."""

    def value(self, recorded: str) -> str:
        return str(MeetingKind(recorded).label) if recorded in MeetingKind.values else super().value(recorded)


class ItemFormatter(Formatter):
    """“1.1 5f0c…”: what waited, by its code and by its key, which is not for people."""

    def subject(self, recorded: str) -> str:
        return recorded.partition(" ")[0]


class TitleFormatter(Formatter):
    """Where the value is a scenario's title: that of a basic one has a translation."""

    def value(self, recorded: str) -> str:
        return translated(recorded)


class RecipientsFormatter(Formatter):
    """Where the value is how many were told."""

    def value(self, recorded: str) -> str:
        if not recorded.isdecimal():
            return super().value(recorded)
        return ngettext("%(count)s recipient", "%(count)s recipients", int(recorded)) % {"count": recorded}


class RewrittenFormatter(Formatter):
    """Where the value is how many entries were rewritten."""

    def value(self, recorded: str) -> str:
        if not recorded.isdecimal():
            return super().value(recorded)
        return ngettext("%(count)s entry rewritten", "%(count)s entries rewritten", int(recorded)) % {
            "count": recorded
        }


def _keys(recorded: str) -> list[str]:
    """A list is recorded as its keys, by commas; document types as Python wrote them."""
    return recorded.strip("[]").replace("'", "").split(", ") if recorded.startswith("[") else recorded.split(", ")


def _with_dates(recorded: str) -> str:
    return _DATE.sub(_shown_date, recorded)


def _shown_date(match: re.Match[str]) -> str:
    try:
        return date_format(datetime.date.fromisoformat(match.group()), "SHORT_DATE_FORMAT")
    except ValueError:
        return match.group()


FORMATTERS: dict[str, Formatter] = {}
"""The formatter of each EventKind."""

PLAIN = Formatter()
"""Where people's own words, codes and dates are recorded."""


def formatter_of(kind: str) -> Formatter:
    """The formatter of a kind; of one that this version does not know, PLAIN."""
    return FORMATTERS.get(kind, PLAIN)


def register(formatter: Formatter, *kinds: EventKind) -> None:
    """Have `formatter` read events of these kinds. Raises ValueError if one of them has a formatter."""
    for kind in kinds:
        if kind in FORMATTERS:
            raise ValueError(f"{kind} has a formatter already")
        FORMATTERS[kind] = formatter


def _of(*choices: Any) -> Labels:
    return {value: label for one in choices for value, label in one.choices}


def _of_fields(model: Any, *names: str) -> Labels:
    return {name: model._meta.get_field(name).verbose_name for name in names}


_MEETING_KINDS = _of(MeetingKind)
_MEETING_FIELDS = _of_fields(Meeting, "kind", "held_on", "sender_people", "digipost_people", "minutes", "document")

register(
    Formatter(values=_of(MilestoneState)),
    EventKind.MILESTONE_STARTED, EventKind.MILESTONE_SUBMITTED, EventKind.MILESTONE_WITHDRAWN,
    EventKind.MILESTONE_RETURNED, EventKind.MILESTONE_APPROVED, EventKind.MILESTONE_REOPENED,
    EventKind.MILESTONE_PUT_OFF,
)  # fmt: skip
register(
    Formatter(values=_of(FollowUpState)),
    EventKind.FOLLOW_UP_ADDED, EventKind.FOLLOW_UP_CLOSED, EventKind.FOLLOW_UP_DEFERRED,
    EventKind.FOLLOW_UP_REOPENED,
)  # fmt: skip
register(
    Formatter(_of(AgreementKind)),
    EventKind.AGREEMENT_RECORDED, EventKind.AGREEMENT_VERIFIED, EventKind.AGREEMENT_WITHDRAWN,
)  # fmt: skip
register(Formatter(values=_of(Status)), EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED)
register(Formatter(values=_of(Phase)), EventKind.PHASE_CHANGED)
register(Formatter(values=_of(Role)), EventKind.ROLES_CHANGED, EventKind.ITEM_ADDED)
register(Formatter(_of(Service), _of(ServiceChoice)), EventKind.SERVICE_DECIDED)
register(Formatter(_of_fields(Accounts, "test_account_id", "production_account_id")), EventKind.ACCOUNT_RECORDED)
register(Formatter(_MEETING_KINDS), EventKind.MEETING_RECORDED, EventKind.MINUTES_CHANGED)
register(MeetingFormatter({**_MEETING_KINDS, **_MEETING_FIELDS}), EventKind.MEETING_CHANGED)
register(Formatter(SOLUTION_PARTS, _of(Interface, DocumentType)), EventKind.SOLUTION_DESCRIBED)
register(Formatter(_of(Accord), _of(Party)), EventKind.AGREED)
register(Formatter(_of(Accord)), EventKind.ACCORD_LAPSED)
_SCENARIO_WORDS = {"optional": _("if needed"), "required": _("required"), "print_trial": _("trial of print")}
register(Formatter(values=_SCENARIO_WORDS), EventKind.SCENARIO_CHANGED)
register(TitleFormatter(), EventKind.SCENARIO_ADDED, EventKind.SCENARIO_REMOVED)
register(PartsFormatter(_of(Environment), _of(Outcome)), EventKind.RUN_RECORDED)
register(Formatter(values=_of(ScopeMode)), EventKind.SCOPE_CHANGED)
register(Formatter(values=_of(Party)), EventKind.LAUNCH_CONFIRMED)
register(Formatter(values={"True": _("Yes"), "False": _("No")}), EventKind.MANUAL_APPROVAL_DECIDED)
register(Formatter(_of_fields(Operations, "monitoring", "deviations_told_to")), EventKind.MONITORING_RECORDED)
register(ItemFormatter(values=_of(Role)), EventKind.NUDGED)
register(RecipientsFormatter(), EventKind.NOTICE_SENT)
register(RewrittenFormatter(), EventKind.PERSON_ERASED, EventKind.ANONYMISED)
register(
    PLAIN,
    EventKind.INTEGRATION_CREATED, EventKind.INTAKE_ACCEPTED, EventKind.CONTACT_CHANGED, EventKind.MEMBER_INVITED,
    EventKind.INVITATION_RESENT, EventKind.INVITATION_REVOKED, EventKind.INVITATION_ACCEPTED, EventKind.MEMBER_LEFT,
    EventKind.CONFIRMED, EventKind.CONFIRMATION_WITHDRAWN, EventKind.ITEM_REMOVED, EventKind.EXCEPTION_GRANTED,
    EventKind.EXCEPTION_ENDED, EventKind.DATES_PROPOSED, EventKind.BASELINE_SET, EventKind.VERIFICATION_RECORDED,
    EventKind.VERIFICATION_WITHDRAWN, EventKind.PRODUCTION_ENABLED, EventKind.PRODUCTION_DISABLED,
    EventKind.DETAILS_ACKNOWLEDGED, EventKind.REQUIREMENT_LAPSED, EventKind.DETAILS_PASSED,
    EventKind.LAUNCH_DATE_CONFIRMED, EventKind.FIRST_SENDING_RECORDED, EventKind.DEFERRAL_PROPOSED,
    EventKind.READERS_NAMED, EventKind.CERTIFICATE_RECORDED, EventKind.DEVIATION_OPENED, EventKind.DEVIATION_CLOSED,
    EventKind.NOTICE_READ,
)  # fmt: skip
