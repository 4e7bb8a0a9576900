"""Bokmål and nynorsk are complete, compiled, and keep every placeholder."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.formats import date_format

from milestones import gates

LOCALE = Path(__file__).parent.parent / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}")


@pytest.fixture(params=["nb", "nn"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _texts(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def test_nothing_is_left_untranslated(language: str) -> None:
    texts = _texts(language)
    assert [entry.msgid for entry in [*texts.untranslated_entries(), *texts.fuzzy_entries()]] == []


def test_placeholders_are_kept(language: str) -> None:
    for entry in _texts(language):
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            pairs = list(zip((entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=True))
        for source, told in pairs:
            assert set(PLACEHOLDER.findall(told)) == set(PLACEHOLDER.findall(source)), source


def test_what_is_compiled_is_what_was_written(language: str) -> None:
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {e.msgid: e.msgstr for e in _texts(language)}


def test_every_reason_has_its_sentence_in_each_language(language: str) -> None:
    with translation.override("en"):
        english = {reason: str(text) for reason, text in gates.REASONS.items()}
    with translation.override(language):
        same = [reason for reason, text in gates.REASONS.items() if str(text) == english[reason]]
    assert same == []


MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november")


def test_no_text_of_ours_takes_the_place_of_a_month(language: str) -> None:
    """Django looks them up by the same words: “May” is one."""
    with translation.override(language):
        assert [date_format(datetime.date(2027, month, 1), "F") for month in range(1, 12)] == [*MONTHS]
