"""Which scenario a test's name tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from milestones.evidence.reports import MOST_CHARACTERS, Report, ReportedTest, Result, Told, told_of, unknown
from milestones.process import Outcome

KNOWN = ("T07", "T08", "E01", "PDF", "T1", "A1B", "LETTER2026")


def called(name: str, outcome: Result = Result.PASSED, named: Iterable[str] = ()) -> ReportedTest:
    return ReportedTest.called(name, outcome, named)


def ids_of(name: str) -> set[str]:
    return set(told_of(Report("JUnit XML", None, [called(name)]), KNOWN))


@pytest.mark.parametrize(
    "name",
    [
        "T07",
        "t07",
        "t07_letter",
        "T07_Letter",
        "[T07] letter",
        "letter [T07]",
        "letter (T07)",
        "T07: letter",
        "T07-letter",
        "T07.1 letter",
        "test_t07",
        "test_T07_letter",
        "testT07",
        "testT07Letter",
        "testT07ÆrligLetter",
        "t07Letter",
        "T07Letter",
        "sendåT07",
        "t07_letter[a]",
        "letter[T07]",
        'T07_Letter(to: "a company")',
        "TestT07Letter/to_a_company",
        "🦄T07🦄",
        "T07…",
    ],
)
def test_a_name_that_tells_of_t07(name: str) -> None:
    assert ids_of(name) == {"T07"}


@pytest.mark.parametrize(
    "name",
    [
        "T071",
        "t071_letter",
        "PT07",
        "AT07",
        "at07",
        "testPT07",
        "1T07",
        "1t07",
        "Pt07",
        "T07a",
        "t07letter",
        "T07letter",
        "T07L",
        "T07LETTER",
        "T 07",
        "T-07",
        "T7",
        "T007",
        "test07",
        "testt07",
        "Τ07",
        "T０7",
        "ΩT07",
        "T07Ω",
        "",
    ],
)
def test_a_name_that_does_not_tell_of_t07(name: str) -> None:
    assert ids_of(name) == set()


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("t07_and_t08", {"T07", "T08"}),
        ("testT07AndT08", {"T07", "T08"}),
        ("T07/T08, E01", {"T07", "T08", "E01"}),
        ("e01_own", {"E01"}),
        ("sends a PDF", {"PDF"}),
        ("sends_a_pdf", set()),
        ("testPDFLetter", {"PDF"}),
        ("testPdfLetter", set()),
        ("a1b", {"A1B"}),
        ("letter2026", {"LETTER2026"}),
        ("letter20260", set()),
        ("T07 T07 t07", {"T07"}),
    ],
)
def test_several_ids_and_those_of_own_making(name: str, ids: set[str]) -> None:
    assert ids_of(name) == ids


def test_an_id_counts_however_long_the_name_is_that_is_shown() -> None:
    test = called("sends " * 10_000 + "T07")
    assert len(test.name) == MOST_CHARACTERS
    assert test.ids == {"T07"}
    cut = called("a" * (MOST_CHARACTERS - 4) + " T071")
    assert ids_of(cut.name + "1") == cut.ids & set(KNOWN) == set()


@pytest.mark.parametrize("part", ["T07", "T", "a1", "A", "aA", "tT0", "T07a", "_", "a.", "0", "T0a0"])
def test_a_hostile_name_is_read_in_a_time_that_grows_as_it_does(part: str) -> None:
    """A pattern that goes back and forth would not end."""
    assert called(part * (3_000_000 // len(part))).outcome == Result.PASSED


def test_what_is_told_of_a_scenario() -> None:
    ended = [("t07_a", Result.PASSED), ("t07_b", Result.FAILED), ("t07_b", Result.FAILED), ("t07", Result.SKIPPED)]
    tests = [called(name, outcome) for name, outcome in ended]
    report = Report("JUnit XML", None, [*tests, called("x", named=["T08"]), called("t98 in Norwegian T99 e02")])
    assert told_of(report, KNOWN) == {
        "T07": Told(Outcome.FAILED, 1, ("t07_b", "t07_b"), 1),
        "T08": Told(Outcome.PASSED, 1, (), 0),
    }
    told = unknown(report, KNOWN)
    assert (told.tests, told.ids) == (("t98 in Norwegian T99 e02",), ("T98", "T99"))


NAMES = st.text(st.one_of(st.sampled_from("TtAa07189_-[] .æÆE"), st.characters()), max_size=30)
IDS = st.sampled_from([*KNOWN, "T99", "", "t07", "Æ"])
TESTS = st.builds(called, NAMES, st.sampled_from(Result), st.lists(IDS, max_size=3))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(TESTS, max_size=12), st.sets(IDS))
def test_whatever_tests_are_called_the_counts_add_up(tests: list[ReportedTest], known: set[str]) -> None:
    report = Report("CTRF", None, tests)
    told, beside = told_of(report, known), unknown(report, known)
    assert set(told) <= known
    for one, said in told.items():
        ended = [test.outcome for test in tests if one in test.ids]
        assert (said.passed, len(said.failed), said.skipped) == tuple(
            ended.count(result) for result in (Result.PASSED, Result.FAILED, Result.SKIPPED)
        )
        assert (said.outcome == Outcome.PASSED) == (said.passed > 0 and not said.failed)
        assert (said.outcome is None) == (not said.passed and not said.failed)
    assert len(beside.tests) == sum(not test.ids & known for test in tests)
    assert not set(beside.ids) & known
    assert all(re.fullmatch("T[0-9]{2}", one) for one in beside.ids)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NAMES, NAMES)
@example("test", "Letter")
@example("", "ÆØ")
def test_t07_within_other_characters(before: str, after: str) -> None:
    """The rule again, a character at a time."""
    lower, upper = "abcdefghijklmnopqrstuvwxyzæøåéßöäüÿ", "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÉÖÄÜ"
    begins = not before[-1:].isalnum() or before[-1] in lower
    ends = not after[:1].isalnum() or (len(after) > 1 and after[0] in upper and after[1] in lower)
    latin = all(one in lower + upper or not one.isalpha() for one in before[-1:] + after[:2])
    if latin and not {"T07"} & (called(before).ids | called(after).ids):
        assert ("T07" in called(f"{before}T07{after}").ids) == (begins and ends)
