"""How events read: one formatter for each kind, and no key where people read."""

from __future__ import annotations

import datetime
import random
import re
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from milestones.event_words import FORMATTERS, Family, Line, by_day, formatter_of, kinds_of, lines_of, register
from milestones.models import Event, EventKind, User
from milestones.templatetags.history import subject_of, value_of
from tests.cast import Cast


def test_every_kind_has_a_formatter() -> None:
    assert set(FORMATTERS) == set(EventKind)


def test_no_kind_has_two() -> None:
    with pytest.raises(ValueError, match="paused has a formatter already"):
        register(EventKind.PAUSED, formatter_of(EventKind.CLOSED))


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
        (EventKind.MEETING_PLANNED, "kickoff 17", "2027-03-01 10:00–11:30", ("Kickoff", "1 Mar 2027 10:00–11:30")),
        (EventKind.MEETING_REPLANNED, "other 17 starts_at", "10:00", ("Other meeting start time", "10:00")),
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


def event_of(kind: str, subject: str = "", new: str = "", **more: Any) -> Event:
    return Event(kind=kind, subject=subject, to_value=new, integration_id=1, **more)


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_kind_has_a_sentence_that_begins_with_who_did_it(kind: EventKind, language: str) -> None:
    with override(language):
        for subject, new in (("", ""), ("100 % av 2.1", "50 %"), ("2.1", "sender"), ("T01 production", "use")):
            event = event_of(kind, subject, new)
            assert formatter_of(kind).sentence(event, "Kari").startswith("Kari ")
            if formatter_of(kind).folds(event, "Kari"):
                assert formatter_of(kind).folded([event, event], "Kari").startswith("Kari ")


@pytest.mark.parametrize(
    ("kind", "subject", "new", "reads"),
    [
        (EventKind.MILESTONE_SUBMITTED, "2", "submitted", "Kari submitted milestone 2 for approval"),
        (EventKind.RUN_RECORDED, "T26 test", "passed", "Kari recorded a run of T26: passed"),
        (EventKind.RUN_RECORDED, "T26 production", "failed", "Kari recorded a run of T26 in production: failed"),
        (EventKind.RUN_RECORDED, "T26 test said", "passed", "Kari recorded a run of T26: passed"),
        (EventKind.RUN_RECORDED, "T26 test signed", "failed",
         "Kari recorded a run of T26: failed (signed by Digipost)"),
        (EventKind.CERTIFICATE_UPLOADED, "984661185", "2027-03-08",
         "Kari uploaded the certificate of 984661185, which expires on 8 Mar 2027 (documented)"),
        (EventKind.CERTIFICATE_RECORDED, "D.3", "2027-03-08",
         "Kari recorded that the certificate expires on 8 Mar 2027"),
        (EventKind.SERVICE_DECIDED, "sms", "use", "Kari decided to use SMS notice"),
        (EventKind.SERVICE_DECIDED, "print", "skip", "Kari decided not to use print"),
        (EventKind.DATES_PROPOSED, "2", "2027-03-08", "Kari proposed 8 Mar 2027 for milestone 2"),
        (EventKind.DATES_PROPOSED, "5.0", "2027-03-08", "Kari proposed to launch on 8 Mar 2027"),
        (EventKind.DATES_PROPOSED, "2", "", "Kari removed the date of milestone 2"),
        (EventKind.CONTACT_CHANGED, "", "Ingrid", "Kari made Ingrid the contact at Digipost"),
        (EventKind.CONTACT_CHANGED, "", "Kari", "Kari became the contact at Digipost"),
        (EventKind.CONTACT_CHANGED, "", "", "Kari left the integration without a contact at Digipost"),
        (EventKind.MEMBER_LEFT, "Kari", "", "Kari left the integration"),
        (EventKind.ROLES_CHANGED, "Terje", "observer", "Kari changed the roles of Terje: observer"),
        (EventKind.CONFIRMED, "2.1", "", "Kari checked off “2.1 Documentation read”"),
        (EventKind.CONFIRMED, "Eget", "", "Kari checked off “Eget”"),
        (EventKind.AGREEMENT_VERIFIED, "terms", "", "Kari verified the agreement on the use of Digipost"),
        (EventKind.NUDGED, "1.1 0f5c", "onboarding", "Kari sent Digipost a reminder"),
        ("of_next_year", "x", "", "Kari: of_next_year x"),
    ],
)  # fmt: skip
def test_sentences(kind: str, subject: str, new: str, reads: str) -> None:
    with override("en"):
        assert formatter_of(kind).sentence(event_of(kind, subject, new), "Kari") == reads


NOON = datetime.datetime(2027, 3, 1, 11, tzinfo=datetime.UTC)
CALLED = {1: "Kari", 2: "Terje"}


def told(*events: Event) -> list[Line]:
    with override("en"):
        return lines_of(events, lambda _event, person: CALLED[person.pk])


def logged(pk: int, kind: str, seconds: int = 0, by: int | None = 1, **more: Any) -> Event:
    actor = User(pk=by, name="Somebody else's name") if by else None
    return Event(pk=pk, kind=kind, actor=actor, at=NOON + datetime.timedelta(seconds=seconds), **more)


def run(pk: int, outcome: str, seconds: int = 0, **more: Any) -> Event:
    return logged(pk, EventKind.RUN_RECORDED, seconds, subject=f"T{pk:02} test", to_value=outcome, **more)


@pytest.mark.parametrize(
    ("events", "sentences"),
    [
        ([run(1, "passed"), run(2, "passed", 59)], ["Kari recorded 2 passed runs"]),
        ([run(1, "failed"), run(2, "failed")], ["Kari recorded 2 failed runs"]),
        ([run(1, "failed"), run(2, "passed")], ["Kari recorded 2 runs: 1 passed, 1 failed"]),
        ([run(1, "passed"), run(2, "passed", 60)], ["Kari recorded a run of T01: passed", "… T02: passed"]),
        ([run(1, "passed"), run(2, "passed", by=2)], ["Kari recorded a run of T01: passed", "Terje … T02: passed"]),
        ([run(1, "passed", integration_id=1), run(2, "passed", integration_id=2)], ["… T01: passed", "… T02: passed"]),
        ([logged(1, EventKind.PAUSED), logged(2, EventKind.PAUSED)], ["Kari paused the integration"] * 2),
        ([logged(1, EventKind.REQUIREMENT_LAPSED, by=None, subject="2.2")] * 2,
         ["The system found that 2 requirements are no longer met"]),
        ([logged(1, EventKind.MEMBER_INVITED, subject="A"), logged(2, EventKind.MEMBER_INVITED, subject="Kari")],
         ["Kari invited A", "Kari became a member of the integration"]),
        ([logged(3, EventKind.MILESTONE_STARTED, subject="2"), logged(2, EventKind.PHASE_CHANGED),
          logged(1, EventKind.MILESTONE_APPROVED, subject="1")], ["Kari approved milestone 1"]),
        ([logged(2, EventKind.PHASE_CHANGED, 1), logged(1, EventKind.MILESTONE_APPROVED, subject="1")],
         ["Kari moved", "Kari approved milestone 1"]),
        ([logged(2, EventKind.PHASE_CHANGED, by=2), logged(1, EventKind.MILESTONE_APPROVED, subject="1")],
         ["Terje moved", "Kari approved milestone 1"]),
        ([logged(1, EventKind.MILESTONE_STARTED, subject="2")], ["Kari started milestone 2"]),
    ],
)  # fmt: skip
def test_what_is_told_in_one(events: list[Event], sentences: list[str]) -> None:
    with override("en"):
        for line, sentence in zip(told(*events), sentences, strict=True):
            assert all(part in line.sentence for part in sentence.split("…"))


def test_runs_that_are_told_in_one_say_how_many_are_known_how() -> None:
    rungs = ("signed", "said", "reported", "reported")
    runs = [logged(pk, EventKind.RUN_RECORDED, subject=f"T0{pk} test {rung}") for pk, rung in enumerate(rungs, 1)]
    for one in runs:
        one.to_value = "passed"
    (line,) = told(*runs)
    with override("en"):
        assert line.sentence == "Kari recorded 4 passed runs (reported by a build: 2, signed by Digipost: 1)"


def test_no_line_loses_an_event() -> None:
    chance = random.Random(1)  # noqa: S311
    follows = [kind for kind in EventKind if formatter_of(kind).follows]
    saved = 0
    for _round in range(50):
        kinds = [*follows, EventKind.MILESTONE_APPROVED, EventKind.AGREED, *chance.sample(list(EventKind), 3)]
        events = [
            logged(pk, chance.choice(kinds), chance.choice([0, 0, 0, 30, 90]), chance.choice([1, 1, 2, None]))
            for pk in range(60)
        ]
        lines = told(*events)
        saved += len(events) - len(lines)
        assert [event for line in lines for event in line.events] == events
        assert [line for _day, of_day in by_day(lines) for line in of_day] == lines
    assert saved > 50


def test_days_are_those_of_oslo() -> None:
    lines = told(logged(1, EventKind.PAUSED, 13 * 3600), logged(2, EventKind.PAUSED))
    assert [day.isoformat() for day, _lines in by_day(lines)] == ["2027-03-02", "2027-03-01"]


def test_every_family_has_kinds_and_every_kind_one_family() -> None:
    assert sorted(kind for family in Family for kind in kinds_of(family)) == sorted(EventKind)
    assert all(kinds_of(family) for family in Family)


KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\b\d{4}-\d{2}-\d{2}\b|\b(True|False|None)\b")


def test_a_whole_history_shows_no_key(cast: Cast) -> None:
    cast.journey().to_operations()
    shown = {
        (
            one.kind,
            subject_of(one),
            value_of(one, "from"),
            value_of(one, "to"),
            formatter_of(one.kind).sentence(one, ""),
        )
        for one in Event.objects.all()
    }
    assert len({kind for kind, *_words in shown}) > 25
    assert not [words for _kind, *words in shown if KEY.search(" ".join(words))]
