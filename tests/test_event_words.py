"""How events read: one formatter for each kind, and no key where people read."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from milestones.event_words import FORMATTERS, PLAIN, formatter_of, register
from milestones.models import Event, EventKind
from milestones.templatetags.history import subject_of, value_of
from tests.cast import Cast


def test_every_kind_has_a_formatter() -> None:
    assert set(FORMATTERS) == set(EventKind)


def test_no_kind_has_two() -> None:
    with pytest.raises(ValueError, match="paused has a formatter already"):
        register(PLAIN, EventKind.PAUSED)


def test_what_this_version_does_not_know_reads_as_it_was_recorded() -> None:
    assert formatter_of("of_next_year").value("some_key, x") == "some_key, x"


@pytest.mark.parametrize(
    ("kind", "subject", "value", "reads"),
    [
        (EventKind.MILESTONE_SUBMITTED, "2", "submitted", ("2", "Submitted for approval")),
        (EventKind.ROLES_CHANGED, "Kari", "project_manager, observer", ("Kari", "Project manager, Observer")),
        (EventKind.SERVICE_DECIDED, "print", "skip", ("Print", "Do not use")),
        (EventKind.SOLUTION_DESCRIBED, "interface", "api", ("interface", "API")),
        (EventKind.SOLUTION_DESCRIBED, "document_types", "['letter']", ("document types", "Letter")),
        (EventKind.RUN_RECORDED, "T07 test", "failed", ("T07 Test", "Failed")),
        (EventKind.MEETING_CHANGED, "kickoff 2027-03-01 kind", "kickoff", ("Kickoff 1 Mar 2027 kind", "Kickoff")),
        (EventKind.CERTIFICATE_RECORDED, "", "2027-03-08", ("", "8 Mar 2027")),
        (EventKind.DATES_PROPOSED, "2", "2027-13-01", ("2", "2027-13-01")),
        (EventKind.MANUAL_APPROVAL_DECIDED, "", "True", ("", "Yes")),
        (EventKind.NOTICE_SENT, "Nedetid", "1", ("Nedetid", "1 recipient")),
        (EventKind.NUDGED, "M1 0f5c2b7a9d3e4f60", "technical_lead", ("M1", "Technical lead")),
        (EventKind.ANONYMISED, "", "12", ("", "12 entries rewritten")),
        (EventKind.ANONYMISED, "", "before", ("", "before")),
    ],
)  # fmt: skip
def test_keys_dates_and_counts_read_as_words(
    kind: EventKind, subject: str, value: str, reads: tuple[str, str]
) -> None:
    event = Event(kind=kind, subject=subject, from_value=value, to_value=value)
    with override("en"):
        assert (subject_of(event), value_of(event, "from")) == reads
        assert value_of(event, "to") == reads[1]


KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\b\d{4}-\d{2}-\d{2}\b|\b(True|False|None)\b")


def test_a_whole_history_shows_no_key(cast: Cast) -> None:
    cast.journey().to_operations()
    shown = {(one.kind, subject_of(one), value_of(one, "from"), value_of(one, "to")) for one in Event.objects.all()}
    assert len({kind for kind, *_words in shown}) > 25
    assert not [words for _kind, *words in shown if KEY.search(" ".join(words))]
