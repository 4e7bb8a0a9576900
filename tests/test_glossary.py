"""Every text keeps to the words of docs/glossary.toml: the terms of the field, and what no text says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib
import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY: dict[str, Any] = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
NORWEGIAN = ("nb", "nn")
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
NAMES = ("Digipost",)


@cache
def _entries(language: str) -> tuple[tuple[str, str], ...]:
    """Every text, as it is in English and in the language, plurals apart."""
    found: list[tuple[str, str]] = []
    for entry in polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po")):
        english = (entry.msgid, entry.msgid_plural) if entry.msgid_plural else (entry.msgid,)
        told = entry.msgstr_plural.values() if entry.msgid_plural else (entry.msgstr,)
        found += zip(english, told, strict=True)
    return tuple(found)


def _texts(language: str) -> Iterator[tuple[str, str]]:
    """The English text, by which an exception is found, and what is said in the language."""
    yield from ((english, english) for english, _told in _entries("nb")) if language == "en" else _entries(language)


def _pattern(word: str) -> re.Pattern[str]:
    ends = "" if word.endswith(("*", ":")) else r"\b"
    return re.compile(r"\b" + re.escape(word).replace(r"\*", r"\w*") + ends, re.IGNORECASE)


def _excepted() -> set[tuple[str, str]]:
    return {(one["text"], one["word"]) for one in GLOSSARY["exceptions"]}


FORBIDDEN = [(language, word) for language, words in GLOSSARY["forbidden"].items() for word in words]


@pytest.mark.parametrize(("language", "word"), FORBIDDEN)
def test_no_text_says_what_is_forbidden(language: str, word: str) -> None:
    pattern, excepted = _pattern(word), _excepted()
    instead = GLOSSARY["forbidden"][language][word]
    said = [
        told
        for english, told in _texts(language)
        if pattern.search(PLACEHOLDER.sub("", told)) and (english, word) not in excepted
    ]
    assert not said, f"“{word}” is said as: {instead}"


@pytest.mark.parametrize("language", NORWEGIAN)
@pytest.mark.parametrize("term", GLOSSARY["terms"])
def test_a_term_is_the_same_word_everywhere(term: str, language: str) -> None:
    asked = re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)
    called, excepted = re.compile(GLOSSARY["terms"][term][language], re.IGNORECASE), _excepted()
    other = [
        (english, told)
        for english, told in _texts(language)
        if asked.search(PLACEHOLDER.sub("", english)) and not called.search(told) and (english, term) not in excepted
    ]
    assert not other


@pytest.mark.parametrize("language", ["en", *NORWEGIAN])
def test_what_follows_a_colon_has_no_capital(language: str) -> None:
    """A colon does not end a sentence. What has its own capital keeps it: names, abbreviations, ids."""
    capital = re.compile(r": (\w+)")
    said = [
        told
        for _english, told in _texts(language)
        for word in capital.findall(told)
        if word[0].isupper() and word[1:].islower() and not word.startswith(NAMES)
    ]
    assert not said


def test_each_exception_is_needed_and_says_why() -> None:
    texts = {english for english, _told in _entries("nb")}
    for one in GLOSSARY["exceptions"]:
        assert one["text"] in texts
        assert one["why"]
        assert one["word"] in {*GLOSSARY["terms"], *(word for _language, word in FORBIDDEN)}


def test_a_wildcard_is_any_ending_and_a_word_is_whole() -> None:
    assert _pattern("virkedag*").search("To virkedager til")
    assert not _pattern("innsyn").search("innsynsrett")
    assert _pattern("gi* videre").search("Giver videre")
