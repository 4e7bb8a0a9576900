"""Events in words: what a recorded key, date or count says depends on what kind of event it stands in."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..gates import SOLUTION_PARTS, translated
from ..models import Accounts, Event, EventKind, Meeting, MeetingKind, Operations
from ..process import (
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

register = template.Library()

Labels = dict[str, Text]


def _of(*choices: Any) -> Labels:
    return {value: label for one in choices for value, label in one.choices}


def _of_fields(model: Any, *names: str) -> Labels:
    return {name: model._meta.get_field(name).verbose_name for name in names}


_YES_NO: Labels = {"True": _("Yes"), "False": _("No")}
_MILESTONE_KINDS = [kind for kind in EventKind if kind.value.startswith("milestone_")]
_FOLLOW_UP_KINDS = [kind for kind in EventKind if kind.value.startswith("follow_up_")]
_AGREEMENT_KINDS = [kind for kind in EventKind if kind.value.startswith("agreement_")]

SUBJECTS: dict[str, Labels] = {
    **dict.fromkeys(_AGREEMENT_KINDS, _of(AgreementKind)),
    EventKind.SERVICE_DECIDED: _of(Service),
    EventKind.ACCOUNT_RECORDED: _of_fields(Accounts, "test_account_id", "production_account_id"),
    EventKind.MEETING_RECORDED: _of(MeetingKind),
    EventKind.MEETING_CHANGED: {
        **_of(MeetingKind),
        **_of_fields(Meeting, "kind", "held_on", "sender_people", "digipost_people", "minutes", "document"),
    },
    EventKind.MINUTES_CHANGED: _of(MeetingKind),
    EventKind.SOLUTION_DESCRIBED: SOLUTION_PARTS,
    EventKind.AGREED: _of(Accord),
    EventKind.ACCORD_LAPSED: _of(Accord),
    EventKind.RUN_RECORDED: _of(Environment),
    EventKind.MONITORING_RECORDED: _of_fields(Operations, "monitoring", "deviations_told_to"),
}
VALUES: dict[str, Labels] = {
    **dict.fromkeys(_MILESTONE_KINDS, _of(MilestoneState)),
    **dict.fromkeys(_FOLLOW_UP_KINDS, _of(FollowUpState)),
    **dict.fromkeys([EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED], _of(Status)),
    EventKind.PHASE_CHANGED: _of(Phase),
    EventKind.ROLES_CHANGED: _of(Role),
    EventKind.ITEM_ADDED: _of(Role),
    EventKind.SERVICE_DECIDED: _of(ServiceChoice),
    EventKind.SOLUTION_DESCRIBED: _of(Interface, DocumentType),
    EventKind.AGREED: _of(Party),
    EventKind.RUN_RECORDED: _of(Outcome),
    EventKind.SCENARIO_CHANGED: {"optional": _("if needed"), "required": _("required")},
    EventKind.SCOPE_CHANGED: _of(ScopeMode),
    EventKind.LAUNCH_CONFIRMED: _of(Party),
    EventKind.MANUAL_APPROVAL_DECIDED: _YES_NO,
}
_SUBJECTS_OF_PARTS = (EventKind.RUN_RECORDED, EventKind.MEETING_CHANGED)
"""“T07 test”: the scenario's id and where it ran; “kickoff 2027-03-01 minutes”: the meeting and what of it changed."""
_SCENARIO_TITLES = (EventKind.SCENARIO_ADDED, EventKind.SCENARIO_REMOVED)
_REWRITTEN = (EventKind.PERSON_ERASED, EventKind.ANONYMISED)
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@register.filter
def subject_of(event: Event) -> str:
    """What the event is about, as people read it."""
    labels = SUBJECTS.get(event.kind, {})
    if event.kind in _SUBJECTS_OF_PARTS:
        subject = " ".join(str(labels.get(part, part)) for part in event.subject.split(" "))
        return _DATE.sub(_shown_date, subject)
    return str(labels.get(event.subject, event.subject))


@register.filter
def value_of(event: Event, name: str) -> str:
    """What the event changed "from" or "to", as people read it: keys by their labels, dates as dates."""
    value = event.from_value if name == "from" else event.to_value
    if event.kind in _SCENARIO_TITLES:
        return translated(value)
    if event.kind == EventKind.NOTICE_SENT and value.isdecimal():
        return ngettext("%(count)s recipient", "%(count)s recipients", int(value)) % {"count": value}
    if event.kind in _REWRITTEN and value.isdecimal():
        return ngettext("%(count)s entry rewritten", "%(count)s entries rewritten", int(value)) % {"count": value}
    if event.kind == EventKind.MEETING_CHANGED and value in MeetingKind.values:
        return str(MeetingKind(value).label)
    labels = VALUES.get(event.kind)
    if labels is None:
        return _DATE.sub(_shown_date, value)
    return ", ".join(str(labels.get(part, part)) for part in _parts(value))


def _parts(value: str) -> list[str]:
    """A list is recorded as its keys, by commas; document types as Python wrote them."""
    return value.strip("[]").replace("'", "").split(", ") if value.startswith("[") else value.split(", ")


def _shown_date(match: re.Match[str]) -> str:
    try:
        return date_format(datetime.date.fromisoformat(match.group()), "j. b Y")
    except ValueError:
        return match.group()
