"""Dates and hours read as the language in force writes them, on pages and in mails: integrasjon/formats/."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.formats import date_format
from django.utils.translation import override

from milestones.demo import Journey
from tests.cast import Cast

WHEN = datetime.datetime(2026, 9, 6, 14, 5)
FORMATS = {
    "DATE_FORMAT": ("6. september 2026", "6 September 2026"),
    "SHORT_DATE_FORMAT": ("6. sep. 2026", "6 Sep 2026"),
    "MONTH_DAY_FORMAT": ("6. september", "6 September"),
    "TIME_FORMAT": ("14:05", "14:05"),
    "DATETIME_FORMAT": ("6. september 2026 kl. 14:05", "6 September 2026 14:05"),
    "SHORT_DATETIME_FORMAT": ("6. sep. 2026 14:05", "6 Sep 2026 14:05"),
}
ALIKE = {"b", "c", "l", "Y"}
"""A machine's form, the name of a month or of the day of the week, and a year."""


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", FORMATS)
def test_each_language_has_its_own(language: str, name: str) -> None:
    norwegian, english = FORMATS[name]
    shown = Template(f'{{{{ when|date:"{name}" }}}}')
    with override(language):
        assert shown.render(Context({"when": WHEN})) == (english if language == "en" else norwegian)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_name_of_a_month_is_cut_short_as_norwegians_do(language: str) -> None:
    with override(language):
        said = [date_format(datetime.date(2026, month, 1), "SHORT_DATE_FORMAT").split()[1] for month in range(1, 13)]
    assert " ".join(said) == "jan. feb. mars april mai juni juli aug. sep. okt. nov. des."


@pytest.mark.parametrize(("language", "said"), [("nb", "12\xa0345"), ("nn", "12\xa0345"), ("en", "12,345")])
def test_a_large_number_has_its_thousands_apart(language: str, said: str) -> None:
    shown = Template("{% load tracker %}{{ number|grouped }}")
    with override(language):
        assert shown.render(Context({"number": 12345})) == said


def _written(pattern: str, folder: str, suffixes: set[str]) -> set[str]:
    """What the pattern finds in the files of a folder."""
    files = [one for one in Path(settings.BASE_DIR, folder).rglob("*") if one.suffix in suffixes]
    return {found for one in files for found in re.findall(pattern, one.read_text())}


def test_no_template_has_a_format_of_its_own() -> None:
    written = _written(r'\|(?:date|time):"([^"]*)"', "templates", {".html", ".txt"})
    assert written - ALIKE <= set(FORMATS)
    assert "SHORT_DATE_FORMAT" in written


def test_nor_has_code() -> None:
    written = _written(r'date_format\([^"\n]*, "([^"]*)"\)', "milestones", {".py"})
    assert written <= set(FORMATS)
    assert "SHORT_DATE_FORMAT" in written


def test_a_page_has_them(cast: Cast, journey: Journey) -> None:
    journey.milestone_1()
    address = f"/i/{journey.integration.reference}/milestones/1/"
    english, norwegian = r"\d [A-Z][a-z]{2} \d{4}", r"\d\. [a-z]{3,5}\.? \d{4}"
    page = cast.client(cast.staff).get(address).content.decode()
    assert re.search(norwegian, page)
    assert not re.search(english, page)
    type(cast.staff).objects.filter(pk=cast.staff.pk).update(language="en")
    page = cast.client(cast.staff).get(address).content.decode()
    assert re.search(english, page)
    assert not re.search(norwegian, page)
