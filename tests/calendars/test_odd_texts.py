"""Whatever stands in a name or a text is read as it was written: commas, semicolons, lines, emoji, Hebrew, Arabic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.core.exceptions import ValidationError
from hypothesis import assume, example, given
from hypothesis import strategies as st

from milestones import texts
from milestones.calendars import writing
from tests.calendars.read_back import ENTRY, by_icalendar, check_lines, read

ODD = (
    "a,b;c:d\\n\\N\\;\\,",
    "Første linje\nAndre linje\n\nfjerde; og, slik",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 12,
    "שלום עולם, مرحبا بالعالم",
    'BEGIN:VEVENT\nEND:VCALENDAR\nATTENDEE:mailto:x@y.example "quoted"',
    "ø" * 100,
    "x" * 63 + "æ" + "y" * 74 + "💌",
    "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\ttab",
)


Test = Callable[..., None]


def stored_line(text: str) -> str:
    """As forms and workflow store it."""
    try:
        return texts.one_line(text)
    except ValidationError:
        assume(False)
        raise


def stored_text(text: str) -> str:
    try:
        return texts.paragraphs(text)
    except ValidationError:
        assume(False)
        raise


def with_examples(test: Test) -> Test:
    for one in ODD:
        test = example(text=one)(test)
    return test


@given(text=st.text(max_size=300))
@with_examples
def test_a_line_is_read_as_it_was_stored(text: str) -> None:
    line = stored_line(text)
    found = read(writing.alone(replace(ENTRY, summary=line)))
    assert found["milestone-3"].summary == line


@given(text=st.text(max_size=300))
@with_examples
def test_a_text_is_read_as_it_was_stored_but_for_what_a_calendar_cannot_hold(text: str) -> None:
    stored = stored_text(text)
    held = "".join(" " if one != "\n" and one != "\t" and _is_control(one) else one for one in stored)
    found = read(writing.alone(replace(ENTRY, description=held)))
    assert found["milestone-3"].description == held
    assert read(writing.alone(replace(ENTRY, description=stored)))["milestone-3"].description == held


def _is_control(character: str) -> bool:
    return ord(character) < 32 or 127 <= ord(character) < 160


@given(text=st.text(max_size=200))
@with_examples
def test_whatever_is_stored_writes_lines_of_its_own_into_nothing(text: str) -> None:
    """Also what an older version let in."""
    entry = replace(ENTRY, summary=text, description=text)
    data = writing.published(text, [entry, replace(entry, uid="another.BOFA-482@localhost")])
    check_lines(data)
    assert set(by_icalendar(data)) == {"milestone-3", "another"}
    assert data.count(b"\r\nBEGIN:VEVENT\r\n") == 2
